"""Copies: people who may follow running work without being asked anything, once per instance (WORKFLOW 1.2 row 21)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.metadata import Step

from . import copy_rows, rights
from .copy_rows import Sent
from .course import Act, Course


def send(course: Course, step: Step, people: Sequence[int], act: Act) -> list[int]:
    """A copy for each who has none yet; they may read the record from then on. Returns who got one."""
    known = copy_rows.readers(course.uow.connection, course.instance.id)
    new = [person for person in dict.fromkeys(people) if person not in known]
    if new:
        copy_rows.add(course.uow.connection, course.instance.id, new, Sent(step.name, act.actor, course.uow.now))
        rights.copy_to(course, new)
        course.note_at(step.name, "copied", act, people=new)
    return new
