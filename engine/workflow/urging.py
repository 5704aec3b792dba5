"""Urging those who are asked: by the submitter or somebody who has acted, at most once an hour (WORKFLOW 1.2 row 20)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from engine.access import Actor
from engine.errors import Forbidden, Message, Refusal
from engine.records import readable
from engine.unit_of_work import Called, UnitOfWork, View

from . import task_rows
from .course import Act, take, workflow_of
from .model import Event, Instance, Task

EVERY = timedelta(hours=1)


def urge(uow: UnitOfWork, instance_id: int, comment: str = "") -> None:
    """Remind those who are asked now. Raises Invisible, Forbidden for who has no part in it, Refusal where it is too soon."""
    course = take(uow, instance_id)
    tasks = task_rows.tasks_of(uow.connection, [instance_id])
    if not may_urge(uow.actor, course.instance, tasks):
        readable(uow, uow.metadata.entities[course.entity], dict(course.row))
        raise Forbidden(Message("Only who submitted it or decided in it may urge."))
    if refusal := why_not_urge(uow, course.instance, tasks, course.history):
        raise refusal
    people = tuple(dict.fromkeys(task.person for task in course.tasks if task.status == "open"))
    course.note("urged", Act(uow.actor.id, comment, "person"), people=list(people))
    uow.emit(Called(course.entity, course.instance.record_id, people, "urged", course.instance.id, comment))
    course.save()


def may_urge(actor: Actor, instance: Instance, tasks: Iterable[Task]) -> bool:
    """Whether somebody submitted this, or has done a part of it."""
    if actor.id is None:
        return False
    return actor.administrator or instance.starter == actor.id or any(task.actor == actor.id for task in tasks if task.status == "done")


def why_not_urge(view: View, instance: Instance, tasks: Iterable[Task], events: Iterable[Event]) -> Refusal | None:
    """Why nobody can be urged now; None if it is possible."""
    asked = [task for task in tasks if task.status == "open" and task.person != view.actor.id]
    workflow = workflow_of(view, instance)
    if not any("urge" in workflow.step(task.step).allow for task in asked):
        return Refusal(Message("There is nobody to urge."))
    last = [event.at for event in events if event.kind == "urged"]
    if last and view.now - last[-1] < EVERY:
        return Refusal(Message("They were urged less than an hour ago."))
    return None
