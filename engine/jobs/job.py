"""One attempt at a piece of work, as its handler sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.errors import ObjectloomError
from engine.storage import Connection, job_rows


class LeaseLost(ObjectloomError):
    """Another worker has taken this job over; what this one was about to write is rolled back."""

    code = "lease_lost"


@dataclass(slots=True)
class Job:
    """A job that is being worked on. `attempt` counts from 1; `finished` says that the handler has called `done`."""

    id: int
    name: str
    payload: Mapping[str, object]
    key: str | None
    due_at: datetime
    attempt: int
    cause: str
    worker: str
    now: Callable[[], datetime]
    finished: bool = False

    @property
    def once(self) -> str:
        """The same words at every attempt, for others to recognise this work by."""
        return self.key or f"job:{self.id}"

    @property
    def lease(self) -> job_rows.Lease:
        """The hold of this worker on this attempt."""
        return job_rows.Lease(self.id, self.attempt, self.worker)

    def again(self, connection: Connection, due_at: datetime, payload: Mapping[str, object]) -> None:
        """The same job once more at `due_at`, in the transaction of its effect. Raises LeaseLost."""
        if not job_rows.repeat_row(connection, self.lease, due_at, payload):
            raise LeaseLost(f"job {self.id} belongs to another worker")
        self.finished = True

    def done(self, connection: Connection) -> None:
        """Finish the job in the transaction of its effect, so that both or neither are kept. Raises LeaseLost."""
        if not job_rows.finish_row(connection, self.lease, self.now()):
            raise LeaseLost(f"job {self.id} belongs to another worker")
        self.finished = True


def done_all(connection: Connection, jobs: Sequence[Job]) -> None:
    """Finish those of `jobs` that are not yet finished, in the transaction of their effects. Raises LeaseLost."""
    left = [job for job in jobs if not job.finished]
    if job_rows.finish_rows(connection, [(job.lease, job.now()) for job in left]) < len(left):
        raise LeaseLost("a job belongs to another worker")
    for job in left:
        job.finished = True
