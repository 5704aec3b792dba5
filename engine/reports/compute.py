"""Computing a report for one reader: what is asked of the records in one statement, and the table that its answer becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.errors import Forbidden, Message, Refusal
from engine.formula import Kind, as_compared, is_spelled
from engine.metadata import Dashboard, Measure, Report, Value
from engine.records import Counting, Planned, RecordFrame, explain_heaps, heaps, may_count, readable_tally, titles
from engine.storage import Cube, Heap, Key, Tally
from engine.unit_of_work import View

from .heaped import Maker
from .model import Outcome, Titles
from .parts import Parts, parts_of
from .shape import Order, shaped

MOST = 20_000
"""How many heaps of rows a report may have; more nobody reads, and they are refused rather than cut."""


UNSEEN = Tally("COUNT")
"""What stands in the place of something that the reader may not see; the measures that use it stay blank."""


@dataclass(frozen=True)
class Plan:
    """What the records are asked, and how figures are made from the answer; `hidden` measures stay blank."""

    counting: Counting
    parts: Parts
    hidden: frozenset[str]


def may_open(view: View, report: Report) -> bool:
    """Whether the reader may see the report: one of its roles, and some right to read what it counts."""
    return _plays(view, report.roles) and may_count(view, view.metadata.entities[report.entity])


def may_open_dashboard(view: View, dashboard: Dashboard) -> bool:
    """Whether the reader may see the dashboard; its tiles have rights of their own."""
    return _plays(view, dashboard.roles)


def _plays(view: View, roles: frozenset[str]) -> bool:
    actor = view.actor
    return not roles or actor.trusted or actor.administrator or any(actor.plays(role) for role in roles)


def compute(view: View, report: Report, given: Mapping[str, Value]) -> Outcome:
    """The report with these values of its parameters. Raises Forbidden, Invalid where it is put together by what is hidden, Refusal."""
    plan = planned(view, report, given)
    found = heaps(view, plan.counting)
    if len(found) > MOST:
        raise Refusal(Message("This report has more than {count} lines and columns. Please choose fewer.", {"count": MOST}))
    named = _titles(view, report, found)
    maker = Maker(report, plan.parts, plan.hidden, RecordFrame(view, parameters=given))
    spoken = frozenset(entity for entity, _ in named if is_spelled(view.metadata.entities[entity].title))
    table = shaped(found, maker, Order(report, named, spoken), lambda figures: _stays(view, report, given, figures))
    across = bool(report.columns) and "columns" in report.totals
    return Outcome(report, table.lines, table.columns, table.whole, across, view.now, given, named, plan.hidden)


def explain_report(view: View, report: Report, given: Mapping[str, Value]) -> Planned:
    """The statement of a report and how the database would run it; nothing is run. Raises as `compute`."""
    return explain_heaps(view, planned(view, report, given).counting)


def planned(view: View, report: Report, given: Mapping[str, Value]) -> Plan:
    """What the report asks of the records for this reader. Raises Forbidden."""
    if not may_open(view, report):
        raise Forbidden(Message("You may not open this report."))
    entity, parts = view.metadata.entities[report.entity], parts_of(view.metadata, report)
    allowed = [readable_tally(view, entity, part.tally) for part in parts.parts]
    seen_parts = tuple(replace(part, tally=seen or UNSEEN) for part, seen in zip(parts.parts, allowed, strict=True))
    unseen = {at for at, seen in enumerate(allowed) if seen is None}
    hidden = frozenset(measure.name for measure, at in _uses(report, parts) if at in unseen)
    keys = tuple(Key(as_compared(each.formula), each.step) for each in report.dimensions)
    cube = Cube(keys, tuple(part.tally for part in seen_parts))
    return Plan(Counting(report.entity, report.where, cube, given, MOST + 1), replace(parts, parts=seen_parts), hidden)


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
