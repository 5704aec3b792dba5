"""The tasks of the present round of a step: given to people, done by them, or taken back because the step is decided without them."""

from __future__ import annotations

from dataclasses import replace

from engine.metadata import Step
from engine.storage import together

from . import rights, task_rows
from .course import Act, Course
from .model import Task
from .people import Assigned


def give(course: Course, step: Step, assigned: Assigned) -> None:
    """Ask people, who may now read the record and write the fields of the step."""
    if not assigned.people:
        return
    given = task_rows.add_tasks(course.uow.connection, course.instance, assigned.people, course.uow.now)
    course.tasks.extend(given)
    rights.open_to(course, step, given)
    for task in given:
        course.note("assigned", Act(cause=assigned.source), task)


def complete(course: Course, task: Task, decision: str, comment: str) -> None:
    """The acting person has done their part."""
    actor = course.uow.actor.id
    done = replace(task, status="done", decision=decision, actor=actor, comment=comment, done_at=course.uow.now)
    with together(course.uow.connection):
        task_rows.close_tasks(course.uow.connection, [done])
        rights.take_back(course, [task])
    course.replace(task, status="done", decision=decision)
    course.note("decided", Act(actor, comment, "person"), task, decision=decision)


def take_back(course: Course, reason: str) -> None:
    """Nobody is asked any more; each task keeps why."""
    closing = [task for task in course.tasks if task.status == "open"]
    if not closing:
        return
    cancelled = [replace(task, status="cancelled", reason=reason, done_at=course.uow.now) for task in closing]
    with together(course.uow.connection):
        task_rows.close_tasks(course.uow.connection, cancelled)
        rights.take_back(course, closing)
    for task in closing:
        course.replace(task, status="cancelled")
        course.note("cancelled", Act(cause=reason), task)
