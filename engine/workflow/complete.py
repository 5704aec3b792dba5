"""Whether a person's part of a step is complete: what must be filled in, and the checks of the step."""

from __future__ import annotations

from engine.errors import Message, Problem
from engine.metadata import Step

from .course import Course

BLANK = (None, "", (), [])


def missing(course: Course, step: Step) -> list[Problem]:
    """A problem for each field that must be filled in and is blank, and for each check that fails; warnings are only told."""
    fields = course.uow.metadata.entities[course.entity].fields
    found = [
        Problem(name, "required", Message("{field} is needed.", {"field": fields[name].label}))
        for name in sorted(step.must, key=list(fields).index)
        if course.row.get(name) in BLANK and _shown(course, name)
    ]
    return found + [problem for check in step.checks if (problem := _failed(course, check)) is not None]


def _shown(course: Course, name: str) -> bool:
    show = course.uow.metadata.entities[course.entity].fields[name].show
    return show is None or show.holds(course.row, course.frame)
