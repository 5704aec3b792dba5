"""Computing a report for one reader: what is asked of the records in one statement, and the table that its answer becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from engine.errors import Forbidden, Message, Refusal
from engine.formula import Kind, as_compared, is_spelled
from engine.frozen import frozen
from engine.metadata import Entity, Measure, Report, ReportSource, Value
from engine.records import (
    Counting,
    Planned,
    RecordFrame,
    StillSealed,
    explain_heaps,
    heaps,
    may_count,
    readable_tally,
    sealed_reads,
    titles,
    where_sealed,
)
from engine.storage import Cube, Heap, Key, Tally
from engine.unit_of_work import View

from .heaped import Maker, told_together
from .model import Outcome, Titles
from .parts import Part, Parts, parts_of
from .rights import may_open
from .shape import Order, shaped

MOST = 20_000
"""How many heaps of rows a report may have; more nobody reads, and they are refused rather than cut."""


UNSEEN = Tally("COUNT")
"""What stands in the place of something that the reader may not see; the measures that use it stay blank."""


@frozen(slots=False)
class Plan:
    """What the records of each source are asked (None: the reader may see none of them), and how figures are made from the answers.

    `hidden` measures stay blank.
    """

    countings: tuple[Counting | None, ...]
    parts: Parts
    hidden: frozenset[str]


def compute(view: View, report: Report, given: Mapping[str, Value]) -> Outcome:
    """The report with these values of its parameters. Raises Forbidden, Invalid where it is put together by what is hidden, Refusal."""
    plan = planned(view, report, given)
    found = [[] if counting is None else heaps(view, counting) for counting in plan.countings]
    if _cells(found) > MOST:
        raise Refusal(Message("This report has more than {count} lines and columns. Please choose fewer.", {"count": MOST}))
    named = _titles(view, report, [heap for each in found for heap in each])
    maker = Maker(report, plan.parts, plan.hidden, RecordFrame(view, parameters=given))
    spoken = frozenset(entity for entity, _ in named if is_spelled(view.metadata.entities[entity].title))
    told = told_together(report.sources, plan.parts, found)
    table = shaped(told, maker, Order(report, named, spoken), lambda figures: _stays(view, report, given, figures))
    across = bool(report.columns) and "columns" in report.totals
    sealed = _sealed_among(view, report, given)
    return Outcome(report, table.lines, table.columns, table.whole, across, view.now, given, named, plan.hidden, sealed)


def _cells(found: Sequence[Sequence[Heap]]) -> int:
    """How many heaps stand apart: those of several sources with the same keys are one."""
    return len(found[0]) if len(found) == 1 else len({heap.keys for heaps in found for heap in heaps})


def explain_report(view: View, report: Report, given: Mapping[str, Value]) -> tuple[Planned, ...]:
    """The statement of each source and how the database would run it; nothing is run. Raises as `compute`."""
    return tuple(explain_heaps(view, counting) for counting in planned(view, report, given).countings if counting is not None)


def planned(view: View, report: Report, given: Mapping[str, Value]) -> Plan:
    """What the report asks of the records for this reader. Raises Forbidden."""
    if not may_open(view, report):
        raise Forbidden(Message("You may not open this report."))
    parts = parts_of(view.metadata, report)
    allowed = [tally for at, source in enumerate(report.sources) for tally in _readable(view, source, parts, at)]
    seen = replace(parts, parts=tuple(replace(part, tally=each or UNSEEN) for part, each in zip(parts.parts, allowed, strict=True)))
    unseen = {at for at, each in enumerate(allowed) if each is None}
    hidden = frozenset(measure.name for measure, at in _uses(report, parts) if at in unseen)
    countings = tuple(_counting(view, source, seen.of(at), given) for at, source in enumerate(report.sources))
    return Plan(countings, seen, hidden)


def _readable(view: View, source: ReportSource, parts: Parts, at: int) -> list[Tally | None]:
    """What is counted of a source as the reader may read it; None for what they may not."""
    entity = view.metadata.entities[source.entity]
    if not may_count(view, entity):
        return [None] * len(parts.of(at))
    return [
        readable_tally(view, entity, part.tally) if part.watches is None else _sealed_tally(view, entity, parts.parts[part.watches].tally)
        for part in parts.of(at)
    ]


def _counting(view: View, source: ReportSource, parts: Sequence[Part], given: Mapping[str, Value]) -> Counting | None:
    if not may_count(view, view.metadata.entities[source.entity]):
        return None
    keys = tuple(Key(as_compared(each.formula), each.step) for each in source.keys)
    return Counting(source.entity, source.where, Cube(keys, tuple(part.tally for part in parts)), given, MOST + 1)


def _sealed_tally(view: View, entity: Entity, tally: Tally) -> Tally | None:
    """Counts the rows that a tally takes and in which something that it is made of is sealed; None where the reader may not read that."""
    seen = readable_tally(view, entity, tally)
    holds = where_sealed(view, entity, [each for each in (tally.value, *tally.only) if each is not None])
    if seen is None or holds is None:
        return None
    plain = (each for each in seen.only if not sealed_reads(view.metadata, each))
    return Tally("COUNT", only=(*plain, holds))


def _sealed_among(view: View, report: Report, given: Mapping[str, Value]) -> StillSealed | None:
    """What of lines, columns and conditions is sealed, and so stands as blank, over all rows that these conditions do not leave out."""
    found = [each for source in report.sources if (each := _sealed_in(view, source, given)) is not None]
    fields = dict.fromkeys(field for each in found for field in each.fields)
    return StillSealed(tuple(fields), sum(each.records for each in found)) if found else None


def _sealed_in(view: View, source: ReportSource, given: Mapping[str, Value]) -> StillSealed | None:
    entity = view.metadata.entities[source.entity]
    reading = [each for each in (*source.where, *(key.formula for key in source.keys)) if sealed_reads(view.metadata, each)]
    holds = where_sealed(view, entity, reading) if may_count(view, entity) else None
    if holds is None:
        return None
    fixed = tuple(formula for formula in source.where if formula not in reading)
    found = heaps(view, Counting(entity.name, (*fixed, holds), Cube((), (Tally("COUNT"),)), given))
    rows = cast("int", found[0].tallies[0].value) if found else 0
    fields = dict.fromkeys(field for formula in reading for field in sealed_reads(view.metadata, formula))
    return StillSealed(tuple(fields), rows) if rows else None


def _uses(report: Report, parts: Parts) -> Iterable[tuple[Measure, int]]:
    return ((measure, at) for measure, finish in zip(report.measures, parts.finishes, strict=True) for at in finish.uses)


def _stays(view: View, report: Report, given: Mapping[str, Value], figures: Mapping[str, Value]) -> bool:
    return report.having is None or report.having.holds({}, RecordFrame(view, parameters={**given, **figures}))


def _titles(view: View, report: Report, found: Iterable[Heap]) -> Titles:
    """What names the records that lines and columns stand for, one statement per entity."""
    wanted: dict[str, set[int]] = {}
    for at, dimension in enumerate(report.dimensions):
        type_ = dimension.formula.type
        if type_.kind is Kind.REF and type_.entity is not None:
            wanted.setdefault(type_.entity, set()).update(key for heap in found if isinstance(key := heap.keys[at], int))
    return {(entity, number): name for entity, ids in wanted.items() for number, name in titles(view, entity, ids).items()}
