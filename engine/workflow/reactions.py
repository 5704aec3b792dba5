"""What running work does when something happens to its record."""

from __future__ import annotations

from engine.metadata import NO_EFFECTS
from engine.records import fetch
from engine.unit_of_work import Cause, Changed, Created, Deleted, Ended, Entered, Event, UnitOfWork

from . import ledger, rights
from .clocks import follow_clocks
from .course import Act, Course, running
from .following import Occasion, carry_out
from .incidents import settle
from .machine import BUILT_IN_ENDS, CANCEL, moves_of
from .recalculating import note_correction
from .returning_home import RULES, bring_home
from .state_timing import follow_states
from .tasks import take_back
from .timing import follow_deadlines


def react(uow: UnitOfWork, event: Event) -> None:
    """A deleted record takes its running work with it, a changed one may move deadlines, and an end is followed by its effects."""
    if event.entity == RULES and isinstance(event, Changed | Deleted):
        bring_home(uow, event.record)
    note_correction(uow, event)
    if isinstance(event, Created | Changed):
        follow_clocks(uow, event)
    if isinstance(event, Changed):
        follow_deadlines(uow, event)
        follow_states(uow, event)
    elif isinstance(event, Entered):
        follow_states(uow, event)
    elif isinstance(event, Ended):
        _follow_end(uow, event)
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


def _follow_end(uow: UnitOfWork, event: Ended) -> None:
    flow = uow.definition.revision(event.revision).flow(event.workflow)
    effects = moves_of(flow).ends[event.end].effects if flow is not None else NO_EFFECTS
    if effects != NO_EFFECTS:
        instance = ledger.instance_of(uow.connection, event.instance) if effects.notify else None
        with uow.because(Cause("end", event.end)):
            carry_out(uow, event.entity, fetch(uow, event.entity, event.record, lock=True), effects, Occasion(instance=instance))
