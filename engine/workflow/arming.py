"""Timers of states that a new definition brings reach the records that are in these states already: a job, some in each transaction.

They are counted from the moment when the record came into its state, which its history knows; what is overdue by then is due at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from engine import jobs
from engine.access import SYSTEM
from engine.errors import Invisible
from engine.jobs import Job, Work
from engine.metadata import State, by_wish
from engine.records import fetch
from engine.storage import in_state
from engine.unit_of_work import Ground, UnitOfWork, run

from .course import entity_of
from .state_timing import ask, key_of, state_id

JOB = "arm_states"
BATCH = 100


def arming_work(place: tuple[int, int], wishes: Collection[str], revision: int, now: datetime) -> Work:
    """The job that asks for the timers called `wishes` for what is in a state; `place` are the ids for life of entity and state."""
    payload = {"entity": place[0], "state": place[1], "timers": sorted(wishes), "after": 0}
    return Work(JOB, now, payload, f"{JOB}:{revision}:{place[0]}:{place[1]}", f"revision:{revision}")


def arming_handler(ground: Ground) -> Callable[[Job], None]:
    """The handler of these jobs: each transaction notes how far it came, so that nothing is asked for twice."""

    def handle(job: Job) -> None:
        run(ground, SYSTEM, partial(_arm, job=job))

    return handle


def _arm(uow: UnitOfWork, job: Job) -> None:
    after, place = int(str(job.payload["after"])), _place(uow, job)
    found = in_state(uow.connection, uow.tables, (place[0], place[1].name), after, BATCH) if place else []
    if place is None or not found:
        job.done(uow.connection)
        return
    entity, state = place
    wishes = [wish for wish in by_wish(state.timers) if wish in job.payload["timers"]]  # type: ignore[operator]
    asked = jobs.known(uow.connection, [key_of(uow, (entity, number), state, wish) for number, _ in found for wish in wishes])
    for number, entered in found:
        row = fetch(uow, entity, number)
        for wish in wishes:
            if key_of(uow, (entity, number), state, wish) not in asked:
                ask(uow, (entity, row), (state, wish), entered)
    job.again(uow.connection, uow.now, {**job.payload, "after": found[-1][0]})


def _place(uow: UnitOfWork, job: Job) -> tuple[str, State] | None:
    """The entity as it is called now, and the state; None where one is gone."""
    try:
        entity = entity_of(uow, int(str(job.payload["entity"])))
    except Invisible:
        return None
    lifecycle = uow.metadata.entities[entity].lifecycle
    states = lifecycle.states.values() if lifecycle else ()
    return next(((entity, state) for state in states if state_id(uow, entity, state.name) == job.payload["state"]), None)
