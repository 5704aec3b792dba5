"""Working through the jobs that are due: claim, call the handler, finish; try again later when it fails.

The claim is a short transaction of its own; the handler runs outside of it and opens its own unit of work, in which it calls
`job.done`. A worker that dies leaves its lease behind, and whoever comes after it ended takes the job over.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from engine.clock import Clock, VirtualClock
from engine.storage import Database, job_rows

from .job import Job, LeaseLost

Handler = Callable[[Job], None]
GaveUp = Callable[[Job, str], None]

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
LEASE = timedelta(seconds=60)
LOOK_SECONDS = 0.5
REMEMBERED = timedelta(days=30)

_log = structlog.get_logger(__name__)


class Runner:
    """A worker of this process: `run_due` works through what is due now, `start` keeps doing so in threads of its own.

    `gave_up` is told, by name of the job, what failed for the last time, and with which words, so that a person learns of it.
    """

    def __init__(
        self, database: Database, clock: Clock, handlers: Mapping[str, Handler], gave_up: Mapping[str, GaveUp] | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._gave_up = gave_up or {}
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self.worker = f"{os.uname().nodename}:{os.getpid()}:{secrets.token_hex(4)}"

    def run_due(self, now: datetime | None = None) -> int:
        """Work through everything that is due until `now` (default: the clock's time), in the order of due times; how many jobs.

        A virtual clock shows each job its own due time, and `now` in the end.
        """
        until = now or self._clock.now()
        count = 0
        while self._run_one(until):
            count += 1
        self._move_to(until)
        return count

    def start(self, threads: int = 1) -> None:
        """Work in the background until `stop`."""
        self._stopping.clear()
        names = [("jobs-lease", self._keep_leases), *((f"jobs-{number}", self._work) for number in range(threads))]
        self._threads = [threading.Thread(target=target, name=name, daemon=True) for name, target in names]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no more jobs, and wait for those that are running."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                while not self._stopping.is_set() and self._run_one(self._clock.now()):
                    pass
            except Exception:  # noqa: BLE001 -- a worker outlives a database that is away for a while
                _log.exception("jobs cannot be taken from the database")
            self._stopping.wait(LOOK_SECONDS)

    def _keep_leases(self) -> None:
        while not self._stopping.wait(LEASE.total_seconds() / 3):
            try:
                self._tidy(self._clock.now())
            except Exception:  # noqa: BLE001 -- see above
                _log.exception("leases cannot be renewed")

    def _tidy(self, now: datetime) -> None:
        with self._database.write() as connection:
            job_rows.renew_rows(connection, self.worker, now + LEASE)
            job_rows.forget_rows(connection, now - REMEMBERED)

    def _run_one(self, until: datetime) -> bool:
        job = self._claim(until)
        if job is None:
            return False
        self._move_to(job.due_at)
        try:
            self._handlers[job.name](job)
        except LeaseLost:
            _log.warning("job was taken over", job=job.id, name=job.name)
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises is written into its job
            _log.exception("job failed", job=job.id, name=job.name, attempt=job.attempt)
            self._failed(job, error)
        else:
            self._finished(job)
        return True

    def _claim(self, until: datetime) -> Job | None:
        with self._database.glance() as connection:
            due = job_rows.next_due(connection, self._handlers, until)
        if due is None:
            return None
        end = max(self._clock.now(), due) + LEASE
        with self._database.write() as connection:
            row = job_rows.claim_row(connection, self._handlers, until, (self.worker, end))
        if row is None:
            return None
        attempt = row.pop("attempts")
        return Job(**row, attempt=attempt, worker=self.worker, now=self._clock.now)

    def _finished(self, job: Job) -> None:
        """For handlers without a transaction of their own; one that has called `done` has nothing left to finish."""
        if job.finished:
            return
        with self._database.write() as connection:
            job_rows.finish_row(connection, job.lease, self._clock.now())

    def _failed(self, job: Job, error: Exception) -> None:
        now, words = self._clock.now(), f"{type(error).__name__}: {error}"
        last = job.attempt >= ATTEMPTS
        if last and job.name in self._gave_up:
            self._gave_up[job.name](job, words)
        with self._database.write() as connection:
            if last:
                job_rows.fail_row(connection, job.lease, now, words)
            else:
                job_rows.postpone_row(connection, job.lease, now + wait_after(job.attempt), words)

    def _move_to(self, instant: datetime) -> None:
        if isinstance(self._clock, VirtualClock) and instant > self._clock.now():
            self._clock.move_to(instant)


def wait_after(attempt: int) -> timedelta:
    """How long to wait after a failed attempt: twice as long each time, at most an hour."""
    doublings = min(attempt - 1, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
