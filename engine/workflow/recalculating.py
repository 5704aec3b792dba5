"""A calendar was corrected: deadlines in workdays and hours that have not come yet are counted anew (WORKFLOW 3.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from engine import jobs
from engine.access import SYSTEM
from engine.jobs import Job, Work
from engine.records import calendar_of, fetch_if_there
from engine.unit_of_work import Changed, Created, Deleted, Event, Ground, UnitOfWork, look, run

from . import clocks, ledger, state_timing, timing
from .course import entity_of, workflow_of

JOB = "deadlines"
DAYS = "calendar_day"
BATCH = 200
"""How many deadlines one transaction counts anew."""
Waiting = tuple[str, Mapping[str, object]]


def note_correction(uow: UnitOfWork, event: Event) -> None:
    """A day of a calendar was entered, changed or deleted: ask for the counting, once for all that this transaction changes."""
    if event.entity == DAYS and isinstance(event, Created | Changed | Deleted):
        jobs.renew(uow.connection, Work(JOB, uow.now, {}, JOB, f"{DAYS}:{event.record}"))


def deadlines_handler(ground: Ground) -> Callable[[Job], None]:
    """The handler of the job that counts deadlines anew, some in each transaction."""

    def handle(job: Job) -> None:
        with look(ground, SYSTEM) as view:
            steps = list(jobs.waiting(view.connection, timing.JOB).items())
            states = list(jobs.waiting(view.connection, state_timing.JOB).items())
            ticking = list(jobs.waiting(view.connection, clocks.JOB).items())
        for some in _some(steps):
            run(ground, SYSTEM, partial(_move, due=_of_step, waiting=some))
        for some in _some(states):
            run(ground, SYSTEM, partial(_move, due=state_timing.due_of, waiting=some))
        for some in _some(ticking):
            run(ground, SYSTEM, partial(clocks.recounted, waiting=[payload for _, payload in some]))
        run(ground, SYSTEM, lambda uow: job.done(uow.connection))

    return handle


def _some(waiting: Sequence[Waiting]) -> Iterator[Sequence[Waiting]]:
    for start in range(0, len(waiting), BATCH):
        yield waiting[start : start + BATCH]


def _move(uow: UnitOfWork, due: Callable[[UnitOfWork, Mapping[str, object]], datetime | None], waiting: Sequence[Waiting]) -> None:
    for key, payload in waiting:
        at = due(uow, payload) if payload.get("fired") == 0 else None
        if at is not None:
            jobs.move(uow.connection, key, max(at, uow.now))


def _of_step(uow: UnitOfWork, payload: Mapping[str, object]) -> datetime | None:
    """When the timer of a step is due by the calendar as it is now; None where it does not go by one, or nobody waits any more."""
    instance = ledger.instance_of(uow.connection, int(str(payload["instance"])))
    since = payload.get("since")
    if instance is None or since is None or not instance.waits_at(payload["step"], payload["round"]):
        return None
    workflow = workflow_of(uow, instance)
    timer = workflow.step(str(payload["step"])).timers[int(str(payload["timer"]))]
    row = fetch_if_there(uow, entity_of(uow, instance.entity_id), instance.record_id)
    if timer.due.span is None or row is None:
        return None
    return timing.deadline(calendar_of(uow, workflow.calendar), timer.due, row, datetime.fromisoformat(str(since)))
