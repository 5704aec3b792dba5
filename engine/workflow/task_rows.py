"""The rows of tasks: reading them as structs, and the few ways in which they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.storage import Connection, workflow_tables

from .model import Instance, Task, TaskStatus

_task = workflow_tables.task


def task_of(connection: Connection, task_id: int) -> Task | None:
    """One task."""
    row = connection.execute(_task.select().where(_task.c.id == task_id)).mappings().first()
    return None if row is None else Task(**row)


def tasks_of(connection: Connection, instance_ids: Sequence[int], status: TaskStatus | None = None) -> list[Task]:
    """The tasks of some instances, oldest first."""
    query = _task.select().where(_task.c.instance_id.in_(instance_ids)).order_by(_task.c.id)
    if status is not None:
        query = query.where(_task.c.status == status)
    return [Task(**row) for row in connection.execute(query).mappings()]


def tasks_for(connection: Connection, person: int, before: int | None, limit: int) -> list[Task]:
    """The open tasks of a person, newest first."""
    query = _task.select().where(_task.c.person == person, _task.c.status == "open").order_by(_task.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_task.c.id < before)
    return [Task(**row) for row in connection.execute(query).mappings()]


def count_for(connection: Connection, person: int) -> int:
    """How many open tasks a person has."""
    return int(connection.execute(workflow_tables.OPEN_TASKS, {"asked": person}).scalar_one())


def visit_tasks(connection: Connection, instance: Instance) -> list[Task]:
    """The tasks of the present round of the present step, oldest first."""
    query = _task.select().where(_task.c.instance_id == instance.id, _task.c.step == instance.state, _task.c.round == instance.round)
    return [Task(**row) for row in connection.execute(query.order_by(_task.c.id)).mappings()]


def round_tasks(connection: Connection, task: Task) -> list[Task]:
    """The tasks of the round that a task belongs to, itself among them."""
    query = _task.select().where(_task.c.instance_id == task.instance_id, _task.c.step == task.step, _task.c.round == task.round)
    return [Task(**row) for row in connection.execute(query.order_by(_task.c.id)).mappings()]


def last_tasks(connection: Connection, instance_id: int, step: str) -> list[Task]:
    """The tasks of the newest round of a step."""
    query = _task.select().where(_task.c.instance_id == instance_id, _task.c.step == step).order_by(_task.c.id)
    found = [Task(**row) for row in connection.execute(query).mappings()]
    return [task for task in found if task.round == found[-1].round]


def add_tasks(connection: Connection, instance: Instance, people: Sequence[int], now: datetime) -> list[Task]:
    """New open tasks in the present round of the present step, one per person, in this order."""
    visit = {"instance_id": instance.id, "step": instance.state, "round": instance.round, "status": "open", "created_at": now}
    query = _task.insert().returning(*_task.c, sort_by_parameter_order=True)
    return [Task(**row) for row in connection.execute(query, [{**visit, "person": person} for person in people]).mappings()]


def close_tasks(connection: Connection, ids: Sequence[int], values: Mapping[str, object]) -> None:
    """Tasks are done or cancelled."""
    connection.execute(_task.update().where(_task.c.id.in_(ids)).values(**values))
