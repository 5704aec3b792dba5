"""Urging those who are asked: by the submitter or somebody who has acted, at most once an hour (WORKFLOW 1.2 row 20)."""

from __future__ import annotations

from datetime import timedelta

from engine.errors import Forbidden, Message, Refusal
from engine.records import readable
from engine.unit_of_work import Called, UnitOfWork, View

from . import ledger, task_rows
from .course import Act, take, workflow_of
from .model import Instance

EVERY = timedelta(hours=1)


def urge(uow: UnitOfWork, instance_id: int, comment: str = "") -> None:
    """Remind those who are asked now. Raises Invisible, Forbidden for who has no part in it, Refusal where it is too soon."""
    course = take(uow, instance_id)
    if not may_urge(uow, course.instance):
        readable(uow, uow.metadata.entities[course.entity], dict(course.row))
        raise Forbidden(Message("Only who submitted it or decided in it may urge."))
    if refusal := why_not_urge(uow, course.instance):
        raise refusal
    people = tuple(dict.fromkeys(task.person for task in course.tasks if task.status == "open"))
    course.note("urged", Act(uow.actor.id, comment, "person"), people=list(people))
    uow.emit(Called(course.entity, course.instance.record_id, people, "urged", course.instance.id, comment))
    course.save()


def may_urge(view: View, instance: Instance) -> bool:
    """Whether the acting person submitted this, or has done a part of it."""
    if view.actor.id is None:
        return False
    done = task_rows.tasks_of(view.connection, [instance.id], "done")
    return view.actor.administrator or instance.starter == view.actor.id or any(task.actor == view.actor.id for task in done)


def why_not_urge(view: View, instance: Instance) -> Refusal | None:
    """Why nobody can be urged now; None if it is possible."""
    asked = [task for task in task_rows.tasks_of(view.connection, [instance.id], "open") if task.person != view.actor.id]
    workflow = workflow_of(view, instance)
    if not any("urge" in workflow.step(task.step).allow for task in asked):
        return Refusal(Message("There is nobody to urge."))
    last = [event.at for event in ledger.events_of(view.connection, [instance.id]) if event.kind == "urged"]
    if last and view.now - last[-1] < EVERY:
        return Refusal(Message("They were urged less than an hour ago."))
    return None
