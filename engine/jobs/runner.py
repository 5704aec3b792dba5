"""Working through the jobs that are due: claim, call the handler, finish; try again later when it fails.

The claim is a short transaction of its own; the handler runs outside of it and opens its own unit of work, in which it calls
`job.done`. A worker that dies leaves its lease behind, and whoever comes after it ended takes the job over.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta

import structlog

from engine.clock import Clock, VirtualClock
from engine.frozen import frozen
from engine.storage import Database, is_held, job_rows

from .job import Job, LeaseLost
from .traffic import Traffic

Handler = Callable[[Job], None]
Batch = Callable[[Sequence[Job]], None]
GaveUp = Callable[[Job, str], None]

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
LEASE = timedelta(seconds=60)
LOOK_SECONDS = 0.5
TOGETHER = 25
"""How many small jobs are worked on in one transaction, so that it holds its locks for a moment only."""
REMEMBERED = timedelta(days=30)

_log = structlog.get_logger(__name__)


@frozen(slots=False)
class Works:
    """What a worker can do, by the names of jobs: one at a time, or several in one transaction (`together`).

    `gave_up` is told what failed for the last time, and with which words, so that a person learns of it. `sweeps` are done at
    every look, before the jobs: what is found rather than asked for. Jobs named in `outside` reach other systems: a database that
    was restored holds them until it is released.
    """

    handlers: Mapping[str, Handler]
    together: Mapping[str, Batch] = field(default_factory=dict)
    gave_up: Mapping[str, GaveUp] = field(default_factory=dict)
    sweeps: Sequence[Callable[[], None]] = ()
    outside: frozenset[str] = frozenset()

    @property
    def names(self) -> Collection[str]:
        """The jobs that this worker takes."""
        return {*self.handlers, *self.together}


class Runner:
    """A worker of this process: `run_due` works through what is due now, `start` keeps doing so in threads of its own."""

    def __init__(self, database: Database, clock: Clock, works: Works, traffic: Traffic | None = None) -> None:
        self._database = database
        self._traffic = traffic or Traffic()
        self._clock = clock
        self.works = works
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self.worker = f"{os.uname().nodename}:{os.getpid()}:{secrets.token_hex(4)}"

    def run_due(self, now: datetime | None = None) -> int:
        """Work through everything that is due until `now` (default: the clock's time), in the order of due times; how many jobs.

        A virtual clock shows each job its own due time, and `now` in the end.
        """
        until = now or self._clock.now()
        count = 0
        self._sweep()
        while done := self._run_some(until):
            count += done
            self._sweep()
        self._move_to(until)
        return count

    def _sweep(self) -> None:
        for sweep in self.works.sweeps:
            self._traffic.give_way()
            sweep()

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
                self._sweep()
                while not self._stopping.is_set() and self._run_some(self._clock.now()):
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

    def _run_some(self, until: datetime) -> int:
        """Work on what is due first, when nobody is being answered; how many jobs that were."""
        self._traffic.give_way()
        claimed = self._claim(until)
        if not claimed:
            return 0
        self._move_to(claimed[0].due_at)
        if len(claimed) == 1 or not self._run_together(claimed):
            for job in claimed:
                self._run_one(job)
        return len(claimed)

    def _run_together(self, claimed: Sequence[Job]) -> bool:
        """Whether all went well in one transaction; if not, nothing of it was kept."""
        try:
            self.works.together[claimed[0].name](claimed)
        except Exception as error:  # noqa: BLE001 -- each is tried by itself, and then its own error is written into it
            _log.info("jobs are worked on one by one", name=claimed[0].name, count=len(claimed), error=str(error))
            return False
        return True

    def _run_one(self, job: Job) -> None:
        job.finished = False
        try:
            if job.name in self.works.together:
                self.works.together[job.name]([job])
            else:
                self.works.handlers[job.name](job)
        except LeaseLost:
            _log.warning("job was taken over", job=job.id, name=job.name)
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises is written into its job
            _log.exception("job failed", job=job.id, name=job.name, attempt=job.attempt)
            self._failed(job, error)
        else:
            self._finished(job)

    def _claim(self, until: datetime) -> list[Job]:
        names = self.works.names
        with self._database.glance() as connection:
            if self.works.outside and is_held(connection):
                names = set(names) - self.works.outside
            found = job_rows.next_due(connection, names, until)
        if found is None:
            return []
        due, among = found
        lease = (self.worker, max(self._clock.now(), due) + LEASE)
        with self._database.write() as connection:
            rows = job_rows.claim_rows(connection, among, lease, 1)
            if rows and rows[0]["name"] in self.works.together:
                last = rows[0]["due_at"] if isinstance(self._clock, VirtualClock) else until
                rows += job_rows.claim_rows(connection, replace(among, names=[rows[0]["name"]], until=last), lease, TOGETHER - 1)
        return [Job(attempt=each.pop("attempts"), **each, worker=self.worker, now=self._clock.now) for each in rows]

    def _finished(self, job: Job) -> None:
        """For handlers without a transaction of their own; one that has called `done` has nothing left to finish."""
        if job.finished:
            return
        with self._database.write() as connection:
            job_rows.finish_row(connection, job.lease, self._clock.now())

    def _failed(self, job: Job, error: Exception) -> None:
        now, words = self._clock.now(), f"{type(error).__name__}: {error}"
        last = job.attempt >= ATTEMPTS
        if last and job.name in self.works.gave_up:
            self.works.gave_up[job.name](job, words)
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
