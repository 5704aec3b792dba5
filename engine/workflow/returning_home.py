"""Somebody is back: what went to their substitute and is still open comes home (WORKFLOW 1.2 row 12)."""

from __future__ import annotations

from engine.unit_of_work import UnitOfWork

from . import task_rows
from .course import Act, take
from .directory import VIA_RULE
from .model import Seat
from .moving import reseat

RULES = "delegation"


def bring_home(uow: UnitOfWork, rule: int) -> None:
    """A rule was changed or deleted: where it does not hold any more, its open tasks go back to those they were for."""
    via = f"{VIA_RULE}{rule}"
    for known in task_rows.stood_in(uow.connection, via):
        course = take(uow, known.instance_id)
        task = next((each for each in course.tasks if each.id == known.id and each.waits), None)
        still = course.directory.stand_ins([known.owner]).get(known.owner)
        if task is not None and still != (known.person, via):
            reseat(course, task, Seat(task.owner, task.owner, "", task.weight), Act(uow.actor.id, cause="rule"))
            course.save()
