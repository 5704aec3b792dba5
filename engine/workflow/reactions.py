"""What running work does when something happens to its record."""

from __future__ import annotations

from engine.unit_of_work import Changed, Deleted, Event, UnitOfWork

from . import ledger, rights
from .course import Act, Course, running
from .incidents import settle
from .machine import BUILT_IN_ENDS, CANCEL
from .returning_home import RULES, bring_home
from .tasks import take_back
from .timing import follow_deadlines


def react(uow: UnitOfWork, event: Event) -> None:
    """A record that is deleted takes its running work with it; one that changes may move the deadlines of its steps."""
    if event.entity == RULES and isinstance(event, Changed | Deleted):
        bring_home(uow, event.record)
    if isinstance(event, Changed):
        follow_deadlines(uow, event)
    elif isinstance(event, Deleted):
        for instance_id in running(uow, event.entity, event.record):
            _abandon(uow, event, instance_id)


def _abandon(uow: UnitOfWork, event: Event, instance_id: int) -> None:
    instance = ledger.instance_of(uow.connection, instance_id, lock=True)
    if instance is None or not instance.open:
        return
    course = Course(uow, instance, {}, event.entity)
    take_back(course, "deleted")
    settle(course, "deleted")
    course.end(BUILT_IN_ENDS[CANCEL])
    course.note("ended", Act(uow.actor.id, cause="deleted"))
    rights.free_record(course)
    course.save()
