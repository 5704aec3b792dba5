"""The tasks of the present round of a step: given to people, done by them, or taken back because the step is decided without them."""

from __future__ import annotations

from engine.metadata import Step

from . import ledger, rights
from .course import Act, Course
from .model import Task


def give(course: Course, step: Step, person: int, source: str) -> None:
    """Ask a person, who may now read the record and write the fields of the step."""
    task = ledger.add_task(course.uow.connection, course.instance, person, course.uow.now)
    course.tasks.append(task)
    course.note("assigned", Act(cause=source), task)
    rights.open_to(course, step, task)


def complete(course: Course, task: Task, decision: str, comment: str) -> None:
    """The acting person has done their part."""
    actor = course.uow.actor.id
    done = {"status": "done", "decision": decision, "actor": actor, "comment": comment, "done_at": course.uow.now}
    ledger.close_tasks(course.uow.connection, [task.id], done)
    course.replace(task, status="done", decision=decision)
    course.note("decided", Act(actor, comment, "person"), task, decision=decision)
    rights.take_back(course, [task])


def take_back(course: Course, reason: str) -> None:
    """Nobody is asked any more; each task keeps why."""
    closing = [task for task in course.tasks if task.status == "open"]
    if not closing:
        return
    values = {"status": "cancelled", "reason": reason, "done_at": course.uow.now}
    ledger.close_tasks(course.uow.connection, [task.id for task in closing], values)
    rights.take_back(course, closing)
    for task in closing:
        course.replace(task, status="cancelled")
        course.note("cancelled", Act(cause=reason), task)
