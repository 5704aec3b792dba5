"""Several instances in the hands of one unit of work: locked, read and written with a few statements for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.errors import Invisible
from engine.records import fetch_if_there, hold_records
from engine.unit_of_work import UnitOfWork

from . import ledger, task_rows
from .course import Course, entity_of
from .model import Instance


def take_all(uow: UnitOfWork, instance_ids: Collection[int]) -> dict[int, Course]:
    """The courses of instances by id, with records and instances locked in this order; those that are gone are left out."""
    about = {
        one.id: (entity, one.record_id) for one in ledger.instances_by_id(uow.connection, instance_ids) if (entity := _entity(uow, one))
    }
    for entity in sorted({entity for entity, _ in about.values()}):
        hold_records(uow, uow.metadata.entities[entity], [record for name, record in about.values() if name == entity])
    locked = ledger.instances_by_id(uow.connection, about, lock=True)
    tasks = task_rows.tasks_by_visit(uow.connection, locked)
    rows = ((one, fetch_if_there(uow, *about[one.id], lock=True)) for one in locked)
    return {one.id: Course(uow, one, row, about[one.id][0], tasks[one.id]) for one, row in rows if row is not None}


def save_all(uow: UnitOfWork, courses: Iterable[Course]) -> None:
    """Write what happened in all of them and where they stand."""
    moved = [course for course in courses if course.noted]
    ledger.add_events(uow.connection, [event for course in moved for event in course.noted])
    ledger.move_instances(uow.connection, [course.instance for course in moved])
    for course in moved:
        course.noted = []


def _entity(uow: UnitOfWork, instance: Instance) -> str | None:
    try:
        return entity_of(uow, instance.entity_id)
    except Invisible:
        return None
