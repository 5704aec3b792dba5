"""Whether a person's part of a step is complete: what must be filled in, and the checks of the step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.errors import Message, Problem
from engine.metadata import Check, Step
from engine.records import filled, leads_to, seen_of_record

from .course import Course

BLANK: Sequence[object] = (None, "", (), [])


def missing(course: Course, step: Step) -> list[Problem]:
    """A problem for each shown field that must be filled in and is blank, and for each check of the step that fails."""
    failing = [check for check in step.checks if not check.warn and _fails(course, check)]
    return blank(course, step, course.row) + [Problem(check.field, "check", _words(course, check)) for check in failing]


def blank(course: Course, step: Step, values: Mapping[str, object]) -> list[Problem]:
    """A problem for each shown field that must be filled in and is blank among `values`."""
    entity = course.uow.metadata.entities[course.entity]
    fields, led = entity.fields, [field for field in entity.led if field.name in step.must]
    values = {**{field.name: leads_to(course.uow, field, course.row) for field in led}, **values}
    names = [name for name in fields if name in step.must and values.get(name) in BLANK and _shown(course, name)]
    return [Problem(name, "required", Message("{field} is needed.", {"field": fields[name].label})) for name in names]


def warn(course: Course, step: Step) -> None:
    """Tell the person which checks of level `warn` do not hold."""
    course.uow.warnings.extend(_words(course, check) for check in step.checks if check.warn and _fails(course, check))


def _fails(course: Course, check: Check) -> bool:
    return not check.require.holds(course.row, course.frame)


def _words(course: Course, check: Check) -> Message:
    if check.say is None:
        return Message("This rule does not hold: {rule}", {"rule": check.require.text})
    entity = course.uow.metadata.entities[course.entity]
    return filled(check.say, row := dict(course.row), frame := course.frame, seen_of_record(frame, entity, row))


def _shown(course: Course, name: str) -> bool:
    show = course.uow.metadata.entities[course.entity].fields[name].show
    return show is None or show.holds(course.row, course.frame)
