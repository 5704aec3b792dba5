"""Two records become one while work is running over the one that goes: the work goes on over the other, where that is the same work.

A decision is about the record that somebody saw, and the way that work takes follows what it read there. So it goes over while nobody
has decided in it, the other record is in the same state, and what the workflow reads is the same in both; else who merges is told what
to end first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from engine import records
from engine.errors import Message, Refusal
from engine.formula import Root
from engine.metadata import Entity, Field, Workflow, formulas_in
from engine.records import Merging, Row, titles
from engine.unit_of_work import UnitOfWork, View

from . import ledger, task_rows
from .course import entity_id_of, workflow_of
from .model import Instance


def preview_merge(view: View, entity_name: str, kept: int, gone: int) -> Merging:
    """What `merge` would do; fields that running work reads must be taken over. Raises what `records.preview_merge` does."""
    rows = _fetched(view, entity_name, (kept, gone))
    work = _going_over(view, view.metadata.entities[entity_name], rows, None)
    return records.preview_merge(view, entity_name, kept, gone, work)


def merge(uow: UnitOfWork, entity_name: str, kept: int, gone: int, take: Collection[str] = ()) -> None:
    """Lead everything from `gone` to `kept`, running work too, as the acting person. Raises what `records.merge` does."""
    for number in sorted({kept, gone}):
        records.fetch(uow, entity_name, number, lock=True)
    rows = _fetched(uow, entity_name, (kept, gone))
    work = _going_over(uow, uow.metadata.entities[entity_name], rows, take)
    records.merge(uow, entity_name, kept, gone, take, work)


def _fetched(view: View, entity: str, numbers: tuple[int, int]) -> tuple[Row, Row]:
    kept, gone = (records.fetch(view, entity, number) for number in numbers)
    for row in (kept, gone):
        records.readable(view, view.metadata.entities[entity], row)
    return kept, gone


def _going_over(view: View, entity: Entity, rows: tuple[Row, Row], take: Collection[str] | None) -> frozenset[int]:
    """The work that goes over with a record; `take` None leaves open which fields are. Raises Refusal where some cannot."""
    number, locking = entity_id_of(view, entity.name), isinstance(view, UnitOfWork)
    beside, running = (ledger.open_instances(view.connection, number, int(str(row["id"])), lock=locking) for row in rows)
    for each in running:
        if (why := _why_not(view, entity, each, rows, beside) or _read_otherwise(view, entity, each, rows, take)) is not None:
            raise Refusal(_told(view, entity, each, rows[1], why))
    return frozenset(each.id for each in running)


def _why_not(view: View, entity: Entity, work: Instance, rows: tuple[Row, Row], beside: Sequence[Instance]) -> Message | None:
    kept, gone = rows
    if any(_name(each) == _name(work) for each in beside):
        return Message("It is running over the other record too.")
    if entity.lifecycle is not None and kept.get("state") != gone.get("state"):
        return Message("The other record is in the state {state}.", {"state": entity.lifecycle.states[str(kept["state"])].label})
    decided = [task for task in task_rows.tasks_of(view.connection, [work.id]) if task.decision is not None]
    if decided:
        return Message("{who} decided in it about this record.", {"who": _people(view, (task.actor or task.person for task in decided))})
    return None


def _read_otherwise(view: View, entity: Entity, work: Instance, rows: tuple[Row, Row], take: Collection[str] | None) -> Message | None:
    """Why the work would have taken another way with the other record; None where it would not."""
    kept, gone = rows
    fields = [field for field in _read(workflow_of(view, work), entity) if not _same(field, kept, gone) and field.name not in (take or ())]
    if not fields or (take is None and not any(field.computed for field in fields)):
        return None
    return Message("It goes by fields in which the records differ, and which are not taken over: {fields}.", {"fields": _labels(fields)})


def _read(flow: Workflow, entity: Entity) -> list[Field]:
    """The fields of the record by which a workflow goes."""
    names: set[str] = set()
    for formula in formulas_in(flow):
        for each in formula.references:
            if each.root is Root.ROW:
                source, name = (each.hops[0].source, each.hops[0].name) if each.hops else (each.entity, each.field)
                names |= {name} if source == entity.name else set()
    for step in flow.steps.values():
        names |= {who.name.split(".", 1)[0] for who in step.who if who.kind == "field"}
    return [field for name, field in entity.fields.items() if name in names]


def _same(field: Field, kept: Mapping[str, object], gone: Mapping[str, object]) -> bool:
    if field.rows is None:
        return kept.get(field.name) == gone.get(field.name)
    names = [column.name for column in field.rows.columns]
    one, other = ([[row.get(name) for name in names] for row in records.rows_of(each, field)] for each in (kept, gone))
    return one == other


def _told(view: View, entity: Entity, work: Instance, gone: Row, why: Message) -> Message:
    flow = workflow_of(view, work)
    words = "“{workflow}” is running over {title}, in the step {step}. {why} Let it end, or withdraw it, before they become one."
    step = flow.steps[work.state].label if work.state in flow.steps else work.state
    return Message(words, {"workflow": flow.label, "step": step, "title": records.own_title(view, entity, gone), "why": why})


def _people(view: View, people: Iterable[int]) -> str:
    numbers = list(dict.fromkeys(people))
    names = titles(view, "user", numbers)
    return ", ".join(names[number] or f"#{number}" for number in numbers)


def _labels(fields: Iterable[Field]) -> Message:
    named = {f"field_{at}": field.label for at, field in enumerate(fields)}
    words = ", ".join(f"{{{name}}}" for name in named)
    return Message(words, named)


def _name(work: Instance) -> str:
    return work.workflow.partition("#")[0]
