"""What running work allows and forbids, as rows: the fields a task opens to its person, and the record that is locked meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.metadata import Step
from engine.records import HIDE
from engine.storage import Grant, add_grant, drop_where, new_row, newly, remove_grants, system_tables

from .course import Course
from .model import Task

_LOCK = new_row(system_tables.record_lock)
_FREE = drop_where(system_tables.record_lock, "source")


def open_to(course: Course, step: Step, tasks: Sequence[Task]) -> None:
    """The people of tasks may read the record but for what the step hides, and write its fields, as long as their task is open."""
    fields = () if step.sheet else tuple(sorted(step.edit | step.must))
    verbs = ("read", "update") if fields else ("read",)
    for task in tasks:
        if task.status == "open":
            _give(course, task.person, verbs, fields, _task(task))
        else:
            look_at(course, [task])
        if step.hide:
            _give(course, task.person, (HIDE,), tuple(sorted(step.hide)), _task(task))


def look_at(course: Course, tasks: Iterable[Task]) -> None:
    """The people of tasks that wait may read the record."""
    for task in tasks:
        _give(course, task.person, ("read",), (), _task(task))


def copy_to(course: Course, people: Iterable[int]) -> None:
    """Whoever gets a copy may read the record from then on, whatever becomes of the work."""
    for person in people:
        _give(course, person, ("read",), (), f"copy:{course.instance.id}")


def take_back(course: Course, tasks: Sequence[Task]) -> None:
    """What these tasks opened is closed again."""
    for task in tasks:
        remove_grants(course.uow.connection, _task(task))


def open_for_help(course: Course, incident_id: int, people: Iterable[int], fields: tuple[str, ...]) -> None:
    """Whoever an incident waits for may read its record, and correct the fields that the step goes by."""
    for person in people:
        _give(course, person, ("read", "update") if fields else ("read",), fields, _incident(incident_id))


def hide_again(course: Course, incident_id: int) -> None:
    """An incident that is settled shows its record to nobody any more."""
    remove_grants(course.uow.connection, _incident(incident_id))


def close_record(course: Course) -> None:
    """Nobody changes the record while this runs, except for what a task opens."""
    values = {
        "entity_id": course.instance.entity_id,
        "record_id": course.instance.record_id,
        "source": _instance(course),
        "since": course.uow.now,
    }
    _LOCK.on(course.uow.connection).tell(course.uow.connection, newly(values))


def free_record(course: Course) -> None:
    """The record may be changed again."""
    _FREE.on(course.uow.connection).tell(course.uow.connection, {"source": _instance(course)})


def _task(task: Task) -> str:
    return f"task:{task.id}"


def _instance(course: Course) -> str:
    return f"instance:{course.instance.id}"


def _incident(incident_id: int) -> str:
    return f"incident:{incident_id}"


def _give(course: Course, person: int, verbs: tuple[str, ...], fields: tuple[str, ...], source: str) -> None:
    instance = course.instance
    given = Grant(instance.entity_id, instance.record_id, person, None, verbs, fields, source)
    add_grant(course.uow.connection, given)
