"""Work that cannot go on by itself: it stays where it is, and the workflow's admin is told what is wrong (never a silent pass).

Whoever is asked to help is told why; everybody else who reads the record reads these words as far as they may know what they tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Entity, Step, Who, Workflow
from engine.records import BEYOND

from . import ledger, rights
from .course import Act, Course
from .model import Incident, IncidentKind
from .people import resolve
from .watching import depends_on
from .words import in_languages


@frozen
class Reason:
    """Why work cannot go on. `made_of` are the paths of the record that the words tell, `inputs` what helping needs to know."""

    words: Message
    made_of: Sequence[str] = ()
    inputs: Mapping[str, object] = field(default_factory=dict)


def from_elsewhere(words: Message) -> Reason:
    """A reason whose words come from a rule of any record, or from a defect: only for who helps."""
    return Reason(words, (BEYOND,))


def raise_incident(course: Course, kind: IncidentKind, reason: Reason, step: Step | None = None) -> None:
    """Open an incident at a step (the present one) for the admin of the workflow."""
    people = resolve((*course.workflow.admin, *_of_connector(course, step)), course.directory)
    here = course.instance.state if step is None else step.name
    values = {
        "instance_id": course.instance.id,
        "step": here,
        "round": course.instance.visits.get(here, 0),
        "kind": kind,
        "message": in_languages(course.uow, reason.words),
        "inputs": dict(reason.inputs),
        "raised_at": course.uow.now,
    }
    incident_id = ledger.add_incident(course.uow.connection, values, people)
    rights.open_for_help(course, incident_id, people, to_correct(course.workflow, here, course.uow.metadata.entities[course.entity]))
    course.note_at(here, "raised", Act(cause=kind), incident=incident_id, message=values["message"], made_of=list(reason.made_of))


def ask_instead(course: Course, incident: Incident, person: int, to: int) -> None:
    """Somebody else is asked about an incident in the place of a person."""
    ledger.ask_instead(course.uow.connection, incident, person, to)
    fields = to_correct(course.workflow, incident.step, course.uow.metadata.entities[course.entity])
    rights.open_for_help(course, incident.id, [to], fields)


def _of_connector(course: Course, step: Step | None) -> Sequence[Who]:
    """Who looks after the connector that a step asks, beside the admin of the workflow."""
    declared = course.uow.metadata.connectors.get(step.call.connector) if step is not None and step.call is not None else None
    return () if declared is None else declared.admin


def to_correct(workflow: Workflow, step: str, entity: Entity) -> tuple[str, ...]:
    """The fields that a step goes by and that somebody may have entered wrongly: who helps may correct them, and try again."""
    found = depends_on(workflow.step(step)) if workflow.has(step) else frozenset()
    return tuple(sorted(name for name in found if name in entity.fields and not entity.fields[name].computed))


def settle(course: Course, resolution: str, act: Act | None = None, step: str | None = None) -> None:
    """Close what is open at this instance (or only at one step of it), because the work went on or ended."""
    by = act.actor if act else None
    for incident in ledger.stuck(course.uow.connection, course.instance.id):
        if step is not None and incident.step != step:
            continue
        values = {"resolved_at": course.uow.now, "resolved_by": by, "resolution": resolution}
        ledger.close_incident(course.uow.connection, incident.id, values)
        rights.hide_again(course, incident.id)
        course.note_at(incident.step, "resolved", act or Act(cause=resolution), incident=incident.id, resolution=resolution)
