"""When two records of an entity may be the same: fields that are there, with values that can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.errors import Sentence
from engine.formula import Kind
from engine.loading.findings import Place
from engine.metadata import Duplicate
from engine.metadata import declared as d

from .bench import Bench
from .shells import Shell

COMPARED = frozenset({Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.BOOLEAN, Kind.CHOICE, Kind.REF, Kind.DURATION})
LEAST = Decimal("0.5")


def duplicates(bench: Bench, shell: Shell, written: Sequence[d.Duplicate], place: Place) -> Iterator[Duplicate]:
    """The rules of an entity; N301 for what is no field, N307 for what cannot be compared, S202 for a rule without fields."""
    for index, rule in enumerate(written):
        here = place.at(index)
        if not rule.match and not rule.similar:
            bench.findings.add("S202", "A rule for duplicates needs match or similar.", here)
            continue
        known = [_known(bench, shell, name, here.at("match", at), COMPARED) for at, name in enumerate(rule.match)]
        known += [_known(bench, shell, name, here.at("similar", name), frozenset({Kind.TEXT})) for name in rule.similar]
        for name, least in rule.similar.items():
            if not LEAST <= least <= 1:
                bench.findings.add(
                    "S205",
                    Sentence("{name} must be alike by a number from {least} to 1.", name=name, least=LEAST),
                    here.at("similar", name),
                )
        if all(known):
            yield Duplicate(rule.match, dict(rule.similar), rule.then)


def _known(bench: Bench, shell: Shell, name: str, place: Place, kinds: frozenset[Kind]) -> bool:
    members = bench.catalog.members(shell.name)
    if name not in members:
        bench.findings.unknown(Sentence("field of {name}", name=shell.name), name, members, place)
        return False
    type_ = members[name].type
    if type_.kind not in kinds:
        bench.findings.add("N307", Sentence("{name} is {type} and cannot be compared here.", name=name, type=type_.word), place)
        return False
    return True
