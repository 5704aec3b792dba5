"""Heaps put together, and figures made of them: pure arithmetic, the same for a cell, a total and the rest of a long report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from engine.formula import Frame, Kind, exact
from engine.frozen import frozen
from engine.metadata import Measure, Report, ReportSource, Value
from engine.storage import Heap, Told

from .model import BLANK, Figure, Figures, Keys
from .parts import Part, Parts, name_of

State = tuple[Told, ...]


def together(parts: Sequence[Part], states: Sequence[State]) -> State:
    """What the parts came to over several heaps."""
    if len(states) == 1:
        return states[0]
    return tuple(_joined(part, [state[at] for state in states]) for at, part in enumerate(parts))


def _joined(part: Part, told: Sequence[Told]) -> Told:
    values = [each.value for each in told if each.value is not None]
    currencies: frozenset[str] = frozenset().union(*(each.currencies for each in told))
    return Told(_combined(part.tally.function, values), currencies)


def _combined(function: str, values: Sequence[Any]) -> Value:
    if function == "DISTINCT":
        return frozenset().union(*values)
    if function == "COUNT":
        return sum(values)
    if not values:
        return None
    if function == "SUM":
        added = sum(values[1:], values[0])
        return exact(added) if isinstance(added, Decimal) else added
    return min(values) if function == "MIN" else max(values)


def told_together(sources: Sequence[ReportSource], parts: Parts, found: Sequence[Sequence[Heap]]) -> Iterator[tuple[Keys, State]]:
    """What the heaps of every source tell: their keys, and what all parts came to there, those of other sources to nothing."""
    for at, (source, range_, heaps) in enumerate(zip(sources, parts.ranges, found, strict=True)):
        own = parts.of(at)
        before, behind = together(parts.parts[: range_.first], ()), together(parts.parts[range_.end :], ())
        paths = [each.path for each in source.keys]
        for heap in heaps:
            yield heap.keys, (*before, *_with_currencies(own, paths, heap), *behind)


def _with_currencies(parts: Sequence[Part], paths: Sequence[str], heap: Heap) -> State:
    """The state of a heap, in which money knows its currency also where the heap was made by it."""
    return tuple(_named(part, told, paths, heap) for part, told in zip(parts, heap.tallies, strict=True))


def _named(part: Part, told: Told, paths: Sequence[str], heap: Heap) -> Told:
    path = None if part.path is None else ".".join(part.path)
    if path not in paths or told.value is None:
        return told
    code = heap.keys[paths.index(cast("str", path))]
    return Told(told.value, frozenset({str(code)} if code is not None else ()))


@frozen(slots=False)
class Maker:
    """Makes the figures of one report; `hidden` measures stay blank."""

    report: Report
    parts: Parts
    hidden: frozenset[str]
    frame: Frame

    def figures(self, state: State | None) -> Figures:
        """One figure per measure; blank where no rows are."""
        if state is None:
            return (BLANK,) * len(self.report.measures)
        row = {name_of(at): _value(part, state[at]) for at, part in enumerate(self.parts.parts)}
        return tuple(self._figure(at, measure, state, row) for at, measure in enumerate(self.report.measures))

    def _figure(self, at: int, measure: Measure, state: State, row: Mapping[str, Value]) -> Figure:
        if measure.name in self.hidden:
            return BLANK
        finish = self.parts.finishes[at]
        met: frozenset[str] = frozenset().union(*(state[number].currencies for number in finish.uses))
        sealed = max((_count(state, self.parts.parts[number].sealed) for number in finish.uses), default=0)
        if len(met) > 1:
            return Figure(mixed=True, sealed=sealed)
        money = measure.formula.type.currency
        code = "" if money is None else money.code or next(iter(met), "")
        return Figure(finish.formula(row, self.frame), code, sealed=sealed)


def _count(state: State, number: int | None) -> int:
    return 0 if number is None else cast("int", state[number].value)


def _value(part: Part, told: Told) -> Value:
    if part.tally.function == "COUNT":
        return Decimal(cast("int", told.value))
    if part.tally.function == "DISTINCT":
        return Decimal(len(cast("frozenset[Value]", told.value)))
    if told.value is None and part.tally.function == "SUM":
        return timedelta() if part.type.kind is Kind.DURATION else Decimal()
    return told.value
