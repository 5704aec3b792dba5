"""A person resolves an incident: try again, skip the step with a reason, or cancel the whole instance."""

from __future__ import annotations

from typing import Literal

from engine.errors import Conflict, Forbidden, Invalid, Invisible, Message, Problem
from engine.records import readable
from engine.unit_of_work import UnitOfWork

from . import ledger
from .course import Act, Course, take
from .incidents import settle
from .machine import BUILT_IN_ENDS, CANCEL, SKIP
from .model import Incident
from .steps import begin, follow
from .tasks import take_back

Resolution = Literal["retry", "skip", "cancel"]


def resolve_incident(uow: UnitOfWork, incident_id: int, resolution: Resolution, comment: str = "") -> None:
    """Resolve an incident as one of the people it waits for, or as an administrator.

    Raises Invisible, Forbidden, Conflict where it is resolved already, Invalid where the reason is missing.
    """
    known = ledger.incident_of(uow.connection, incident_id)
    if known is None:
        raise Invisible
    course = take(uow, known.instance_id)
    _may(uow, course, known)
    incident = ledger.incident_of(uow.connection, incident_id)
    if incident is None or not incident.open:
        raise Conflict(Message("This incident is resolved already."))
    if resolution != "retry" and not comment.strip():
        raise Invalid([Problem("comment", "required", Message("Please say why."))])
    settle(course, resolution, Act(uow.actor.id, comment, "person"), incident.step if resolution != "cancel" else None)
    RESOLUTIONS[resolution](course, incident)
    course.save()


def _may(uow: UnitOfWork, course: Course, incident: Incident) -> None:
    if uow.actor.id in incident.people or uow.actor.administrator:
        return
    readable(uow, uow.metadata.entities[course.entity], dict(course.row))
    raise Forbidden(Message("Only the people of this incident may resolve it."))


def _retry(course: Course, incident: Incident) -> None:
    step = course.workflow.step(incident.step)
    if incident.kind == "route":
        follow(course, step, str(incident.inputs["outcome"]), "retried")
        return
    if step.call is None:
        take_back(course, "retried", [task for task in course.tasks if task.step == step.name or not step.block])
    outcome = begin(course, step)
    if outcome is not None:
        follow(course, step, outcome, "retried")


def _skip(course: Course, incident: Incident) -> None:
    follow(course, course.workflow.step(incident.step), SKIP, "skipped")


def _cancel(course: Course, incident: Incident) -> None:
    follow(course, course.step, CANCEL, BUILT_IN_ENDS[CANCEL])


RESOLUTIONS = {"retry": _retry, "skip": _skip, "cancel": _cancel}
