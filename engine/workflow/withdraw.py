"""The submitter takes back what was submitted, as far as the workflow allows (WORKFLOW 1.2, row 16)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Conflict, Forbidden, Message, Refusal
from engine.records import readable
from engine.unit_of_work import UnitOfWork, View

from . import task_rows
from .course import Act, take, workflow_of
from .machine import BUILT_IN_ENDS, WITHDRAW
from .model import Instance, Task
from .steps import follow


def withdraw(uow: UnitOfWork, instance_id: int, comment: str = "") -> None:
    """Take back what the acting person submitted. Raises Invisible, Forbidden, Refusal where the workflow does not allow it, Conflict."""
    course = take(uow, instance_id)
    readable(uow, uow.metadata.entities[course.entity], dict(course.row))
    if course.instance.starter != uow.actor.id:
        raise Forbidden(Message("Only who submitted it may withdraw it."))
    if refusal := why_not_withdraw(uow, course.instance, task_rows.tasks_of(uow.connection, [course.instance.id], "done")):
        raise refusal
    course.note("decided", Act(uow.actor.id, comment, "person"), decision=WITHDRAW)
    follow(course, course.step, WITHDRAW, BUILT_IN_ENDS[WITHDRAW])
    course.save()


def why_not_withdraw(view: View, instance: Instance, tasks: Iterable[Task]) -> Refusal | None:
    """Why the submitter may not withdraw now, of all `tasks` that the instance has had; None if it is possible."""
    policy = workflow_of(view, instance).withdraw
    if not instance.open:
        return Conflict(Message("It has ended already."))
    if policy == "never":
        return Refusal(Message("This cannot be withdrawn."))
    if policy == "before_first_decision" and _somebody_decided(view, instance, tasks):
        return Refusal(Message("Somebody has decided already, so it can no longer be withdrawn."))
    return None


def _somebody_decided(view: View, instance: Instance, tasks: Iterable[Task]) -> bool:
    steps = workflow_of(view, instance)
    return any(steps.step(task.step).do == "review" for task in tasks if task.status == "done")
