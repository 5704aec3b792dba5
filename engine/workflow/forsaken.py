"""Running work that nobody and nothing would carry on: it cannot come about here, but a row may be lost by hand, or by a defect.

At the start of a worker and every hour, instances without an open task, a job or an incident become incidents (WORKFLOW 3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from engine import jobs
from engine.access import SYSTEM
from engine.errors import Message
from engine.storage import Connection
from engine.unit_of_work import Ground, UnitOfWork, look, run

from . import ledger
from .course import take
from .incidents import Reason, raise_incident

EVERY = timedelta(hours=1)


def watch_over(ground: Ground) -> Callable[[], None]:
    """A sweep that finds such work."""
    looked: list[datetime] = []

    def sweep() -> None:
        now = ground.clock.now()
        if looked and now - looked[0] < EVERY:
            return
        looked[:] = [now]
        with look(ground, SYSTEM) as view:
            found = _forsaken(view.connection)
        if found:
            run(ground, SYSTEM, partial(_tell, instances=found))

    return sweep


def _forsaken(connection: Connection) -> list[int]:
    idle = ledger.idle(connection)
    busy = jobs.asked_by(connection, [f"instance:{number}" for number in idle])
    return [number for number in idle if f"instance:{number}" not in busy]


def _tell(uow: UnitOfWork, instances: Sequence[int]) -> None:
    """Raise an incident for each that is still forsaken once it is locked."""
    for number in instances:
        course = take(uow, number)
        if course.instance.open and number in _forsaken(uow.connection):
            raise_incident(course, "lost", Reason(Message("Nobody is asked and nothing is planned here any more.")))
            course.save()
