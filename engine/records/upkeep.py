"""What must be done every hour, whoever serves: the audit is signed, and what nobody needs any more is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog

from engine import jobs, storage
from engine.access import SYSTEM
from engine.jobs import Job, Work
from engine.unit_of_work import Ground, UnitOfWork, run

from .retention import plan_retention

UPKEEP = "upkeep"
"""The name of the job."""
HOUR = timedelta(hours=1)
SESSIONS = timedelta(days=8)
"""How long a session that is not used is known."""
ATTEMPTS = timedelta(days=90)
"""How long attempts to sign in are shown."""
TALLIES = timedelta(days=2)
ENDED = timedelta(days=90)
"""How long it is known to whom a secret address was sent after it has ended."""

_log = structlog.get_logger(__name__)


def plan_upkeep(uow: UnitOfWork) -> None:
    """Have it done this hour, if nobody has; the job then asks for the next one itself."""
    _ask(uow, timedelta())


def upkeep_handler(ground: Ground) -> Callable[[Job], None]:
    """What works on the job `upkeep`."""

    def work(job: Job) -> None:
        def once(uow: UnitOfWork) -> storage.Root | None:
            root = storage.sign_audit(uow.connection, ground.audit_key, uow.now)
            storage.forget_sign_ins(uow.connection, uow.now - SESSIONS, uow.now - ATTEMPTS)
            storage.forget_tallies(uow.connection, uow.now - TALLIES)
            storage.forget_outside(uow.connection, uow.now, uow.now - ENDED)
            plan_retention(uow)
            _ask(uow, HOUR)
            job.done(uow.connection)
            return root

        root = run(ground, SYSTEM, once)
        if root is not None:
            _log.info("audit signed", number=root.number, entries=root.count, up_to=root.up_to, seal=root.seal)

    return work


def _ask(uow: UnitOfWork, later: timedelta) -> None:
    hour = (uow.now + later).replace(minute=0, second=0, microsecond=0)
    jobs.put(uow.connection, Work(UPKEEP, max(hour, uow.now), {}, f"{UPKEEP}:{hour:%Y-%m-%dT%H}"))
