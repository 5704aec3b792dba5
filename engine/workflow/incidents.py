"""Work that cannot go on by itself: it stays where it is, and the workflow's admin is told what is wrong (never a silent pass)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Message

from . import ledger, rights
from .course import Act, Course
from .model import IncidentKind
from .people import resolve
from .words import in_languages

NOTHING: Mapping[str, object] = {}


def raise_incident(course: Course, kind: IncidentKind, message: Message, inputs: Mapping[str, object] = NOTHING) -> None:
    """Open an incident at the present step for the admin of the workflow."""
    people = resolve(course.workflow.admin, course.directory)
    values = {
        "instance_id": course.instance.id,
        "step": course.instance.state,
        "round": course.instance.round,
        "kind": kind,
        "message": in_languages(course.uow, message),
        "inputs": dict(inputs),
        "raised_at": course.uow.now,
    }
    incident_id = ledger.add_incident(course.uow.connection, values, people)
    rights.show_to(course, incident_id, people)
    course.note("raised", Act(cause=kind), incident=incident_id, message=values["message"])


def settle(course: Course, resolution: str, act: Act | None = None) -> None:
    """Close what is open at this instance, because the work went on or ended."""
    by = act.actor if act else None
    for incident in ledger.stuck(course.uow.connection, course.instance.id):
        values = {"resolved_at": course.uow.now, "resolved_by": by, "resolution": resolution}
        ledger.close_incident(course.uow.connection, incident.id, values)
        rights.hide_again(course, incident.id)
        course.note_at(incident.step, "resolved", act or Act(cause=resolution), incident=incident.id, resolution=resolution)
