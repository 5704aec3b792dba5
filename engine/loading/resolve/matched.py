"""Links that are found by key (LANGUAGE 5.1): the values of the key, the day, and what is done where there is no record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.errors import Sentence
from engine.formula import Context, Kind, Names, Root, Type
from engine.loading.findings import Place
from engine.metadata import Given, LinkField, LiteralOrFormula, Match, is_matched

from .bench import Bench
from .shells import FieldShell, Shell

Key = tuple[str, str]
"""Entity and field."""


def match_of(bench: Bench, each: FieldShell) -> Match | None:
    """How a link is found; None for one that is chosen, and where a part is wrong."""
    declared, place = each.declared, each.place
    if not isinstance(declared, LinkField) or not is_matched(declared):
        return None
    names = Names(this=each.entity)
    key = key_of(bench, (declared.to, declared.match), place, names)
    day = None
    if declared.as_of is not None:
        day = bench.given(declared.as_of, place.at("as_of"), names, (Context.VALUE, Type(Kind.DATE)))
    return Match(key, day, declared.missing or "error")


def key_of(bench: Bench, sought: tuple[str, Mapping[str, LiteralOrFormula]], place: Place, names: Names) -> Mapping[str, Given]:
    """Field to the value by which a record of an entity is found, as `match` at `place` says."""
    entity, match = sought
    members, key = bench.catalog.members(entity), {}
    for name, written in match.items():
        here = place.at("match", name)
        if name not in members:
            bench.findings.unknown(Sentence("field of {name}", name=entity), name, members, here, key=True)
        elif given := bench.given(written, here, names, (Context.VALUE, members[name].type)):
            key[name] = given
    return key


def read_by(match: Match) -> Iterator[Key]:
    """The fields that the key and the day of a link read."""
    for formula in match.formulas:
        for reference in formula.references:
            if reference.root in (Root.ROW, Root.PARENT):
                yield reference.entity, reference.field


def filled_by(shell: Shell, name: str) -> Iterator[Key]:
    """The fields that get a value when a link of `shell` is found."""
    declared = shell.fields[name].declared
    if isinstance(declared, LinkField):
        yield from ((shell.name, target) for target in declared.fill)
