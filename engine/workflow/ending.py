"""The end of running work: the record is free again, whoever listens is told, and the action of the end is done."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import Message, Refusal
from engine.metadata import Workflow
from engine.unit_of_work import Cause, Ended, UnitOfWork

from . import rights
from .course import Course
from .effects import Row, apply

Start = Callable[[UnitOfWork, Workflow, Row], None]


def finish(course: Course, name: str, start: Start) -> None:
    """The end `name`: the record is free unless the end keeps it locked, and the action of the end is done."""
    course.end(name)
    course.note("ended", state=course.row.get("state"))
    end = course.ends[name]
    if not end.lock:
        rights.free_record(course)
    course.save()
    course.uow.emit(Ended(course.entity, course.instance.record_id, course.workflow.name, name))
    if end.call is not None:
        _call(course, name, end.call, start)


def _call(course: Course, end: str, action_name: str, start: Start) -> None:
    """The action of the record's lifecycle that an end fires, with the rights of the definition."""
    lifecycle = course.uow.metadata.entities[course.entity].lifecycle
    action = lifecycle.actions.get(action_name) if lifecycle else None
    if action is None:
        raise Refusal(Message("The action “{action}” does not exist any more.", {"action": action_name}))
    with course.uow.because(Cause("end", end)):
        course.row = apply(course.uow, course.entity, course.row, action, {})
        if action.start is not None:
            start(course.uow, course.uow.metadata.workflows[action.start], course.row)
