"""Why a task can no longer be done: who or what was faster, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from engine.errors import Conflict, Message

from . import task_rows
from .course import Course
from .machine import BUILT_IN_ENDS, CANCEL, WITHDRAW
from .model import Task
from .words import LEFT, moment, names_of

_CLOSED = MappingProxyType(
    {
        "timer": Message("The time for this task was over at {time}."),
        "escalated": Message("Others are asked in your place since {time}."),
        "jumped": Message("An administrator led this on at {time}."),
        BUILT_IN_ENDS[CANCEL]: Message("An administrator ended this at {time}."),
    }
)
"""Why nobody is asked any more, where it was not a decision."""


def too_late(course: Course, task: Task) -> Conflict:
    """Why a task is no longer open: who or what was faster, and when."""
    if task.status == "done" and task.done_at is not None:
        return Conflict(Message("You decided this already, at {time}.", {"time": moment(course.uow, task.done_at)}))
    if task.status == "waiting":
        return _waiting(course, task)
    if task.status == "transferred" and task.done_at is not None:
        return Conflict(Message("Somebody else has this task since {time}.", {"time": moment(course.uow, task.done_at)}))
    instance = course.instance
    if instance.state == BUILT_IN_ENDS[WITHDRAW] and instance.ended_at is not None:
        return _by(course, Message("Withdrawn by {person} at {time}."), instance.starter, instance.ended_at)
    if task.reason in _CLOSED and task.done_at is not None:
        return Conflict(replace(_CLOSED[task.reason], params={"time": moment(course.uow, task.done_at)}))
    others = [other for other in task_rows.round_tasks(course.uow.connection, task) if other.done_at is not None and other.status == "done"]
    last = max(others, key=lambda other: (other.done_at, other.id), default=None)
    if last is None or last.done_at is None:
        return Conflict(Message("This task is no longer open."))
    return _by(course, Message("Already decided by {person} at {time}."), last.actor, last.done_at)


def _by(course: Course, words: Message, person: int | None, instant: datetime) -> Conflict:
    by, at = names_of(course.uow, [person]).get(person, LEFT), moment(course.uow, instant)
    return Conflict(replace(words, params={"person": by, "time": at}), {"by": str(by), "at": at})


def _waiting(course: Course, task: Task) -> Conflict:
    taker = next((each for each in course.tasks if each.step == task.step and each.status == "open"), None)
    if task.reason == "claimed" and taker is not None:
        name = names_of(course.uow, [taker.person]).get(taker.person, LEFT)
        return Conflict(Message("{person} has taken this task.", {"person": name}), {"by": str(name)})
    return Conflict(Message("This task waits until others have answered."))
