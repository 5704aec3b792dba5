"""Copies: people who may follow running work without being asked anything, once per instance (WORKFLOW 1.2 row 21)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Invisible
from engine.metadata import Step
from engine.unit_of_work import UnitOfWork

from . import copy_rows, ledger, rights
from .copy_rows import Sent
from .course import Act, Course, entity_of


def send(course: Course, step: Step, people: Sequence[int], act: Act) -> list[int]:
    """A copy for each who has none yet; they may read the record from then on. Returns who got one."""
    known = copy_rows.readers(course.uow.connection, course.instance.id)
    new = [person for person in dict.fromkeys(people) if person not in known]
    if new:
        copy_rows.add(course.uow.connection, course.instance.id, new, Sent(step.name, act.actor, course.uow.now))
        rights.copy_to(course, new)
        course.note_at(step.name, "copied", act, people=new)
    return new


def read_copy(uow: UnitOfWork, instance_id: int) -> tuple[str, int]:
    """The acting person reads their copy; the record it is about. Raises Invisible where they have none."""
    instance = ledger.instance_of(uow.connection, instance_id)
    if instance is None or uow.actor.id is None or not copy_rows.mark_read(uow.connection, instance_id, uow.actor.id, uow.now):
        raise Invisible
    return entity_of(uow, instance.entity_id), instance.record_id
