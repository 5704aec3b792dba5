"""The rows of tasks: reading them as structs, and the few ways in which they are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from engine.frozen import frozen
from engine.storage import Connection, new_row, newest_where, newly, rows_where, set_where, workflow_tables

from .model import Instance, Seat, Task, TaskKind, TaskStatus

_task = workflow_tables.task
_NEW = {"decision": None, "actor": None, "comment": "", "reason": "", "done_at": None}
_ONE = rows_where(_task, "id")
_VISIT = rows_where(_task, "instance_id", "step", "round", order="id")
_IN_ONE = rows_where(_task, "instance_id", order="id")
_FOR = newest_where(_task, "person", "status")
_ADD = new_row(_task, told=True)
_CHANGED = ("status", "decision", "actor", "comment", "reason", "done_at")
_HANG = set_where(_task, ("parent",), "id")
_CHANGE = set_where(_task, _CHANGED, "id")


def task_of(connection: Connection, task_id: int) -> Task | None:
    """One task."""
    found = _ONE.on(connection).tuples(connection, {"id": task_id})
    return Task._make(found[0]) if found else None


class Place(NamedTuple):
    """Whose a task is, in which instance, over which record."""

    person: int
    instance_id: int
    entity_id: int
    record_id: int


def place_of(connection: Connection, task_id: int) -> Place | None:
    """Where a task stands; None where it is gone."""
    found = workflow_tables.TASK_PLACE.on(connection).tuples(connection, {"id": task_id})
    return Place._make(found[0]) if found else None


def tasks_of(connection: Connection, instance_ids: Sequence[int], status: TaskStatus | None = None) -> list[Task]:
    """The tasks of some instances, oldest first."""
    if len(instance_ids) == 1:
        found = (Task._make(row) for row in _IN_ONE.on(connection).tuples(connection, {"instance_id": instance_ids[0]}))
        return [task for task in found if status in (None, task.status)]
    query = _task.select().where(_task.c.instance_id.in_(instance_ids)).order_by(_task.c.id)
    if status is not None:
        query = query.where(_task.c.status == status)
    return [Task(**row) for row in connection.execute(query).mappings()]


def tasks_for(connection: Connection, person: int, before: int | None, limit: int) -> list[Task]:
    """The open tasks of a person, newest first."""
    asked = {"person": person, "status": "open", "before": before, "most": limit}
    return [Task._make(row) for row in _FOR.on(connection).tuples(connection, asked)]


def held_by(connection: Connection, person: int) -> list[Task]:
    """The tasks of a person that are not over, oldest first."""
    query = _task.select().where(_task.c.person == person, _task.c.status.in_(("open", "waiting"))).order_by(_task.c.id)
    return [Task(**row) for row in connection.execute(query).mappings()]


def visit_tasks(connection: Connection, instance: Instance) -> list[Task]:
    """The tasks of the present round of the present step and of its branches, oldest first."""
    found = [task for at in instance.places for task in _visit(connection, instance.id, at, instance.visits.get(at, 0))]
    return sorted(found, key=lambda task: task.id) if instance.branches else found


def tasks_by_visit(connection: Connection, instances: Sequence[Instance]) -> dict[int, list[Task]]:
    """The same of several instances, by their ids."""
    rounds = {(one.id, at, one.visits.get(at, 0)) for one in instances for at in one.places}
    found: dict[int, list[Task]] = {one.id: [] for one in instances}
    for task in tasks_of(connection, list(found)):
        if (task.instance_id, task.step, task.round) in rounds:
            found[task.instance_id].append(task)
    return found


def round_tasks(connection: Connection, task: Task) -> list[Task]:
    """The tasks of the round that a task belongs to, itself among them."""
    return _visit(connection, task.instance_id, task.step, task.round)


def _visit(connection: Connection, instance_id: int, step: str, number: int) -> list[Task]:
    rows = _VISIT.on(connection).tuples(connection, {"instance_id": instance_id, "step": step, "round": number})
    return [Task._make(row) for row in rows]


def last_tasks(connection: Connection, instance_id: int, step: str) -> list[Task]:
    """The tasks of the newest round of a step."""
    query = _task.select().where(_task.c.instance_id == instance_id, _task.c.step == step).order_by(_task.c.id)
    found = [Task(**row) for row in connection.execute(query).mappings()]
    return [task for task in found if task.round == found[-1].round]


@frozen
class Part:
    """What new tasks are: of which step and kind, added to which task, and whether they can be done already."""

    step: str
    kind: TaskKind = "own"
    parent: int | None = None
    status: TaskStatus = "open"


def add_tasks(connection: Connection, instance: Instance, part: Part, seats: Sequence[Seat], now: datetime) -> list[Task]:
    """New tasks in the present round of a step, one per seat, in this order."""
    about = {**_NEW, "told": False, "instance_id": instance.id, "round": instance.visits.get(part.step, 0), "created_at": now}
    about |= {"step": part.step, "kind": part.kind, "parent": part.parent, "status": part.status}
    add = _ADD.on(connection)
    sitting = ({"person": seat.person, "owner": seat.owner, "via": seat.via, "weight": seat.weight} for seat in seats)
    return [Task._make(row) for seat in sitting for row in add.tuples(connection, newly({**about, **seat}))]


def write_tasks(connection: Connection, tasks: Sequence[Task]) -> None:
    """Tasks are done, cancelled, handed on or wait: their status and what was said is written."""
    closing = ({"id": t.id, **newly({name: getattr(t, name) for name in _CHANGED})} for t in tasks)
    _CHANGE.on(connection).tell_each(connection, closing)


def hang_tasks(connection: Connection, tasks: Sequence[Task]) -> None:
    """The tasks hang on another one: their `parent` is written."""
    _HANG.on(connection).tell_each(connection, ({"id": task.id, **newly({"parent": task.parent})} for task in tasks))


def stood_in(connection: Connection, via: str) -> list[Task]:
    """The tasks that are not over and went to somebody else by a rule."""
    query = _task.select().where(_task.c.via == via, _task.c.status.in_(("open", "waiting"))).order_by(_task.c.id)
    return [Task(**row) for row in connection.execute(query).mappings()]


def rename_step(connection: Connection, instance_id: int, old: str, new: str) -> None:
    """The tasks and incidents of an instance at a step are at another one."""
    for table in (_task, workflow_tables.incident):
        connection.execute(table.update().where(table.c.instance_id == instance_id, table.c.step == old).values(step=new))
