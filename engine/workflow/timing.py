"""When the timers of steps are due: asked for as jobs when a step begins, moved with the field they go by, forgotten when it is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache

from engine import jobs
from engine.jobs import Work
from engine.metadata import Calendar, Due, Metadata, Step
from engine.records import calendar_of
from engine.unit_of_work import Changed, UnitOfWork

from .course import Course, running, take

JOB = "step_timer"


def deadline(calendar: Calendar, due: Due, row: Mapping[str, object], since: datetime) -> datetime | None:
    """When something is due; None while its field is blank. A date is the first moment of its day."""
    if due.span is not None:
        return calendar.after(since, due.span)
    return moment_of(row.get(due.field), calendar)


def moment_of(at: object, calendar: Calendar) -> datetime | None:
    """A date or time of a record as an instant: of a date the first moment of its day."""
    if isinstance(at, date) and not isinstance(at, datetime):
        return datetime.combine(at, time(0), calendar.zone)
    return at if isinstance(at, datetime) else None


def arm(course: Course, step: Step) -> None:
    """The step begins: ask for what happens when it takes long."""
    for index in range(len(step.timers)):
        _ask(course, step, index)


def disarm(course: Course, step: Step) -> None:
    """The step is left."""
    if step.timers:
        jobs.drop(course.uow.connection, [_key(course, step, index) for index in range(len(step.timers))])


def follow_deadlines(uow: UnitOfWork, event: Changed) -> None:
    """The record was changed: the timers that go by a field that changed are due at another time."""
    if event.fields.isdisjoint(watched(uow.metadata).get(event.entity, frozenset())):
        return
    for instance_id in list(running(uow, event.entity, event.record)):
        course = take(uow, instance_id)
        for step in (course.workflow.step(name) for name in course.instance.places):
            for index, timer in enumerate(step.timers):
                if timer.due.field in event.fields:
                    jobs.drop(uow.connection, [_key(course, step, index)])
                    _ask(course, step, index)


@lru_cache(maxsize=8)
def watched(metadata: Metadata) -> Mapping[str, frozenset[str]]:
    """Entity to the fields that timers of its workflows go by."""
    found: dict[str, frozenset[str]] = {}
    for workflow in metadata.workflows.values():
        fields = {timer.due.field for step in workflow.all_steps for timer in step.timers if timer.due.field}
        if fields:
            found[workflow.entity] = found.get(workflow.entity, frozenset()) | fields
    return found


def _ask(course: Course, step: Step, index: int) -> None:
    at = deadline(calendar(course), step.timers[index].due, course.row, course.uow.now)
    if at is not None:
        payload = {
            "instance": course.instance.id,
            "step": step.name,
            "round": round_of(course, step),
            "timer": index,
            "fired": 0,
            "since": course.uow.now.isoformat(),
        }
        work = Work(JOB, max(at, course.uow.now), payload, _key(course, step, index), f"instance:{course.instance.id}")
        jobs.renew(course.uow.connection, work)


def calendar(course: Course) -> Calendar:
    """What workdays are in this workflow."""
    return calendar_of(course.uow, course.workflow.calendar)


def _key(course: Course, step: Step, index: int) -> str:
    return f"timer:{course.instance.id}:{step.name}:{round_of(course, step)}:{index}"


def round_of(course: Course, step: Step) -> int:
    """How often the step has been entered."""
    return course.instance.visits.get(step.name, 0)
