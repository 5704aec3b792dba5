"""What running work allows and forbids, as rows: the fields a task opens to its person, and the record that is locked meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.metadata import Step
from engine.storage import system_tables

from .course import Course
from .model import Task

_grant = system_tables.grant
_lock = system_tables.record_lock


def open_to(course: Course, step: Step, tasks: Sequence[Task]) -> None:
    """The people of tasks may read the record, and write the fields of the step, as long as their task is open."""
    fields = sorted(step.edit | step.must)
    about = {
        "entity_id": course.instance.entity_id,
        "record_id": course.instance.record_id,
        "verbs": ["read", "update"] if fields else ["read"],
        "fields": fields,
    }
    course.uow.connection.execute(_grant.insert(), [{**about, "person": task.person, "source": _task(task)} for task in tasks])


def take_back(course: Course, tasks: Sequence[Task]) -> None:
    """What these tasks opened is closed again."""
    course.uow.connection.execute(_grant.delete().where(_grant.c.source.in_([_task(task) for task in tasks])))


def show_to(course: Course, incident_id: int, people: Iterable[int]) -> None:
    """Whoever an incident waits for may read its record."""
    about = {"entity_id": course.instance.entity_id, "record_id": course.instance.record_id}
    rows = [{**about, "person": person, "verbs": ["read"], "fields": [], "source": _incident(incident_id)} for person in people]
    if rows:
        course.uow.connection.execute(_grant.insert(), rows)


def hide_again(course: Course, incident_id: int) -> None:
    """An incident that is settled shows its record to nobody any more."""
    course.uow.connection.execute(_grant.delete().where(_grant.c.source == _incident(incident_id)))


def close_record(course: Course) -> None:
    """Nobody changes the record while this runs, except for what a task opens."""
    values = {
        "entity_id": course.instance.entity_id,
        "record_id": course.instance.record_id,
        "source": _instance(course),
        "since": course.uow.now,
    }
    course.uow.connection.execute(_lock.insert().values(**values))


def free_record(course: Course) -> None:
    """The record may be changed again."""
    course.uow.connection.execute(_lock.delete().where(_lock.c.source == _instance(course)))


def _task(task: Task) -> str:
    return f"task:{task.id}"


def _instance(course: Course) -> str:
    return f"instance:{course.instance.id}"


def _incident(incident_id: int) -> str:
    return f"incident:{incident_id}"
