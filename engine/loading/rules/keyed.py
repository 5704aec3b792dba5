"""Rules on links that are found by key (LANGUAGE 5.1), and on records that a message looks for (5.5)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.loading.resolve.shells import FieldShell
from engine.metadata import Automation, Entity, Field, LinkField, Match

from .loaded import Loaded

Fault = tuple[str, str, str]
"""The key it stands at, what is wrong, and what to do."""


def links_found_by_key(loaded: Loaded) -> None:
    """S214: a link with `match` or `as_of` names a key of its target that finds one record, and nothing else gives its value."""
    for field, written in loaded.fields:
        if not isinstance(written.declared, LinkField):
            continue
        for key, message, hint in _faults(loaded, field, written):
            loaded.findings.add("S214", message, _place(written, key), hint=hint, key=True)


def records_found_by_messages(loaded: Loaded) -> None:
    """S214: the `match` of a message is a key of its entity. W449: all who listen to one message read the same fields."""
    first: dict[str, Automation] = {}
    for automation in loaded.metadata.automations.values():
        if automation.inbound is None or automation.match is None:
            continue
        place = loaded.declarations.automations[automation.name].place
        for key, message, hint in _faults_of_message(loaded.metadata.entities[automation.entity], automation.match):
            loaded.findings.add("S214", message, place.at(key), hint=hint, key=True)
        other = first.setdefault(automation.inbound.name, automation)
        if not _same(automation, other):
            message = Sentence("{name} reads {message} with other fields or another key.", name=other.name, message=automation.inbound.name)
            hint = Sentence(
                "the same `fields` and `key` as in {file}", file=loaded.declarations.automations[other.name].place.document.file
            )
            loaded.findings.add("W449", message, place.at("trigger"), hint=hint, key=True)


def _faults_of_message(target: Entity, match: Match) -> Iterator[Fault]:
    if target.dated is not None:
        yield "match", Sentence("A {name} holds for a time, and a message names no day.", name=target.name), "an entity that is not `dated`"
    elif not _is_key(target, frozenset(match.key), dated=False):
        keys = "; ".join(", ".join(names) for names in _keys(target, dated=False)) or "none"
        yield (
            "match",
            Sentence("These fields do not find one {name}: they are no key of it.", name=target.name),
            Sentence("its keys are: {keys}", keys=keys),
        )
    if match.missing == "create":
        yield from _not_made(target, frozenset(match.key), dated=False)


def _same(one: Automation, other: Automation) -> bool:
    """Whether two automations read their message alike."""
    assert one.inbound is not None
    assert other.inbound is not None
    fields, others = ({f.name: (f.kind, f.required) for f in each.inbound.fields.values()} for each in (one, other) if each.inbound)
    return fields == others and one.inbound.key == other.inbound.key


def _place(written: FieldShell, key: str) -> Place:
    return written.place.at(key) if key else written.place


def _faults(loaded: Loaded, field: Field, written: FieldShell) -> Iterator[Fault]:
    declared = written.declared
    assert isinstance(declared, LinkField)
    match = field.match
    if match is None:
        if declared.missing is not None and not declared.match and declared.as_of is None:
            yield "missing", '"missing" is for links that are found by `match`.', ""
        return
    target = loaded.metadata.entities[declared.to]
    yield from _given_twice(declared)
    if match.as_of is None and target.dated is not None:
        yield "match", Sentence("A {name} holds for a time, so a day must be given.", name=target.name), "as_of: =a date"
    elif match.as_of is not None and target.dated is None:
        yield "as_of", Sentence("A {name} does not hold for a time: it is not `dated`.", name=target.name), ""
    elif match.key.keys() == declared.match.keys() and not _is_key(target, frozenset(match.key), dated=match.as_of is not None):
        keys = "; ".join(", ".join(names) for names in _keys(target, dated=match.as_of is not None)) or "none"
        yield (
            "match",
            Sentence("These fields do not find one {name}: they are no key of it.", name=target.name),
            Sentence("its keys are: {keys}", keys=keys),
        )
    if declared.missing == "create":
        yield from _not_made(target, frozenset(match.key), dated=match.as_of is not None)


def _given_twice(declared: LinkField) -> Iterator[Fault]:
    for key, used in (("default", declared.default), ("formula", declared.formula), ("where", declared.where)):
        if used is not None:
            yield key, Sentence('A link that is found by key has no "{key}".', key=key), ""
    if declared.required is not False:
        yield "required", 'A link that is found by key has no "required".', "`missing: error` says that there must be one"


def _keys(target: Entity, *, dated: bool) -> Iterator[tuple[str, ...]]:
    if dated:
        yield target.dated or ()
        return
    if target.number is not None and not target.company:
        yield ("number",)
    yield from ((field.name,) for field in target.fields.values() if field.unique)
    yield from target.unique


def _is_key(target: Entity, names: frozenset[str], *, dated: bool) -> bool:
    return any(names == frozenset(key) for key in _keys(target, dated=dated)) and target.document is None


def _not_made(target: Entity, names: frozenset[str], *, dated: bool) -> Iterator[Fault]:
    if dated:
        yield (
            "missing",
            Sentence("A {name} that holds for a time cannot be made: nobody says from when.", name=target.name),
            "error or blank",
        )
    for field in target.fields.values():
        if field.required is True and field.default is None and field.name not in names and not field.computed and not dated:
            message = Sentence(
                "A {entity} cannot be made: its field {field} is required and has no default.", entity=target.name, field=field.name
            )
            yield "missing", message, "give it a default, or say `missing: error`"
            return
