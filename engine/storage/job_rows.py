"""The rows of `loom_job`: written by whoever wants something done later, claimed by workers (DESIGN section 6).

A job is `waiting` until it is due, `running` while a worker holds its lease, then `done`, `failed` or `cancelled`. A worker
proves that the job is still its own by its name and the number of the attempt: what another has taken over it cannot finish.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .database import Connection
from .later_tables import job
from .matching import drop_where
from .prepared import Standing
from .types import Instant, Json

_PUT = Standing(
    sa.text(
        "INSERT INTO loom_job (name, payload, key, due_at, state, attempts, cause)"
        " VALUES (:name, :payload, :key, :due_at, 'waiting', 0, :cause)"
        " ON CONFLICT (key) DO UPDATE SET name = excluded.name, payload = excluded.payload, due_at = excluded.due_at,"
        " cause = excluded.cause, state = 'waiting', attempts = 0, error = NULL, finished_at = NULL"
        " WHERE loom_job.state IN ('waiting', 'cancelled') RETURNING id"
    ).bindparams(sa.bindparam("payload", type_=Json()), sa.bindparam("due_at", type_=Instant()))
)
_RENEW = Standing(
    sa.text(
        "INSERT INTO loom_job (name, payload, key, due_at, state, attempts, cause)"
        " VALUES (:name, :payload, :key, :due_at, 'waiting', 0, :cause)"
        " ON CONFLICT (key) DO UPDATE SET name = excluded.name, payload = excluded.payload, due_at = excluded.due_at,"
        " cause = excluded.cause, state = 'waiting', attempts = 0, error = NULL, finished_at = NULL, leased_by = NULL, lease_until = NULL"
    ).bindparams(sa.bindparam("payload", type_=Json()), sa.bindparam("due_at", type_=Instant()))
)
_DROP = drop_where(job, "key", "state")
_FINISH = Standing(
    sa.text(
        "UPDATE loom_job SET state = 'done', finished_at = :now, error = NULL, leased_by = NULL, lease_until = NULL"
        " WHERE id = :job AND attempts = :attempt AND leased_by = :worker AND state = 'running'"
    ).bindparams(sa.bindparam("now", type_=Instant()))
)
_CLAIMED = (job.c.id, job.c.name, job.c.payload, job.c.key, job.c.due_at, job.c.attempts, job.c.cause)
OPEN = ("waiting", "running", "failed")


@frozen
class Lease:
    """A worker's hold on one attempt at one job."""

    job: int
    attempt: int
    worker: str


@frozen
class Takeable:
    """Jobs that a worker can take: of these names, due until then; or `vanished`: those whose worker let its lease end until then."""

    names: Collection[str]
    until: datetime
    vanished: bool = False

    def first(self, limit: int) -> sa.Select[Any]:
        """The first of them; one condition on `state` alone, so that the index gives them without looking at all."""
        left = sa.and_(job.c.state == "running", job.c.lease_until <= self.until)
        due = sa.and_(job.c.state == "waiting", job.c.due_at <= self.until)
        chosen = sa.select(job).where(left if self.vanished else due, job.c.name.in_(sorted(self.names)))
        return chosen.order_by(job.c.due_at, job.c.id).limit(limit)


def put_row(connection: Connection, values: Mapping[str, Any]) -> int:
    """A job that waits (`name payload key due_at cause`); its id.

    A key that is there already names the same job: one that still waits, or was cancelled, gets the new values; one that
    runs or is finished stays as it is.
    """
    found = _PUT.on(connection).value(connection, values)
    if found is None:
        found = connection.execute(sa.select(job.c.id).where(job.c.key == values["key"])).scalar_one()
    return int(found)


def renew_row(connection: Connection, values: Mapping[str, Any]) -> None:
    """The same, but whatever became of the job of that key: it waits again, and who works on it has lost it."""
    _RENEW.on(connection).tell(connection, values)


def move_row(connection: Connection, key: str, due_at: datetime) -> bool:
    """The job that waits under `key` becomes due at another time; False when none waits."""
    waiting = sa.update(job).where(job.c.key == key, job.c.state == "waiting")
    return connection.execute(waiting.values(due_at=due_at)).rowcount > 0


def cancel_row(connection: Connection, key: str, now: datetime) -> bool:
    """The job that waits under `key` will not run; False when none waits."""
    waiting = sa.update(job).where(job.c.key == key, job.c.state == "waiting")
    return connection.execute(waiting.values(state="cancelled", finished_at=now)).rowcount > 0


def drop_rows(connection: Connection, keys: Collection[str]) -> None:
    """The jobs that wait under `keys` are gone, as if nobody had asked for them."""
    _DROP.on(connection).tell_each(connection, ({"key": key, "state": "waiting"} for key in sorted(keys)))


def open_rows(connection: Connection, name: str) -> dict[str, dict[str, Any]]:
    """The payloads of the jobs of a name that wait or run, by their keys."""
    query = sa.select(job.c.key, job.c.payload).where(job.c.name == name, job.c.state.in_(["waiting", "running"]), job.c.key.is_not(None))
    return {row.key: row.payload for row in connection.execute(query)}


def known_keys(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of `keys` that some job has, whatever became of it."""
    return set(connection.execute(sa.select(job.c.key).where(job.c.key.in_(keys))).scalars())


def open_causes(connection: Connection, causes: Collection[str]) -> set[str]:
    """Those of `causes` for which a job waits or runs."""
    query = sa.select(job.c.cause).where(job.c.state.in_(["waiting", "running"]), job.c.cause.in_(causes))
    return set(connection.execute(query).scalars()) if causes else set()


def next_due(connection: Connection, names: Collection[str], until: datetime) -> tuple[datetime, Takeable] | None:
    """When the first job was due that can be taken until then, and where it is among; None when there is none."""
    both = Takeable(names, until), Takeable(names, until, vanished=True)
    first = [which.first(1).with_only_columns(job.c.due_at).scalar_subquery() for which in both]
    found = zip(connection.execute(sa.select(*first)).one(), both, strict=True)
    return min(((at, which) for at, which in found if at is not None), key=lambda one: one[0], default=None)


def claim_rows(connection: Connection, among: Takeable, lease: tuple[str, datetime], limit: int) -> list[dict[str, Any]]:
    """The first jobs `among` these, in their order, leased to (worker, end); what others are just taking is left out."""
    worker, end = lease
    chosen = among.first(limit).with_only_columns(job.c.id).with_for_update(skip_locked=True)
    taken = {"state": "running", "attempts": job.c.attempts + 1, "leased_by": worker, "lease_until": end}
    claimed = sa.update(job).where(job.c.id.in_(chosen.scalar_subquery())).values(taken).returning(*_CLAIMED)
    rows = [dict(row) for row in connection.execute(claimed).mappings()]
    return sorted(rows, key=lambda row: (row["due_at"], row["id"]))


def renew_rows(connection: Connection, worker: str, end: datetime) -> int:
    """The worker still lives: all its leases hold until `end`; how many there are."""
    mine = sa.update(job).where(job.c.leased_by == worker, job.c.state == "running")
    return connection.execute(mine.values(lease_until=end)).rowcount


def finish_row(connection: Connection, lease: Lease, now: datetime) -> bool:
    """The job is done; False when the lease was lost."""
    return _FINISH.on(connection).count(connection, _held(lease) | {"now": now}) > 0


def finish_rows(connection: Connection, ended: Sequence[tuple[Lease, datetime]]) -> int:
    """Several jobs are done, each at its time; how many: those whose lease was lost are not."""
    return _FINISH.on(connection).each(connection, [_held(lease) | {"now": now} for lease, now in ended]) if ended else 0


def repeat_row(connection: Connection, lease: Lease, due_at: datetime, payload: Mapping[str, Any]) -> bool:
    """The job is done for this time and waits for the next; False when the lease was lost."""
    return _end(connection, lease, {"state": "waiting", "due_at": due_at, "payload": dict(payload), "attempts": 0, "error": None})


def postpone_row(connection: Connection, lease: Lease, due_at: datetime, error: str) -> bool:
    """The attempt failed, and another one is due later; False when the lease was lost."""
    return _end(connection, lease, {"state": "waiting", "due_at": due_at, "error": error})


def fail_row(connection: Connection, lease: Lease, now: datetime, error: str) -> bool:
    """The last attempt failed: a person must look at it; False when the lease was lost."""
    return _end(connection, lease, {"state": "failed", "finished_at": now, "error": error})


def failed_rows(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The jobs that nobody will try again by themselves, newest first."""
    query = sa.select(*_CLAIMED, job.c.error, job.c.finished_at).where(job.c.state == "failed").order_by(job.c.id.desc()).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def revive_row(connection: Connection, number: int, now: datetime) -> bool:
    """A failed job is tried again from now on, as if it were new; False when it has not failed."""
    failed = sa.update(job).where(job.c.id == number, job.c.state == "failed")
    return connection.execute(failed.values(state="waiting", due_at=now, attempts=0, finished_at=None)).rowcount > 0


def forget_rows(connection: Connection, before: datetime) -> int:
    """Jobs that were done or cancelled before then are no longer remembered; how many there were."""
    old = sa.delete(job).where(job.c.state.in_(["done", "cancelled"]), job.c.finished_at < before)
    return connection.execute(old).rowcount


def open_counts(connection: Connection) -> dict[str, int]:
    """How many jobs wait, run or have failed."""
    query = sa.select(job.c.state, sa.func.count()).where(job.c.state.in_(OPEN)).group_by(job.c.state)
    return dict.fromkeys(OPEN, 0) | {state: count for state, count in connection.execute(query)}  # noqa: C416 - rows, which dict() does not know for pairs


def first_due(connection: Connection) -> datetime | None:
    """When the job that has waited longest was due; None when none waits."""
    waiting = sa.select(job.c.due_at).where(job.c.state == "waiting").order_by(job.c.due_at).limit(1)
    return connection.execute(waiting).scalar()


def _held(lease: Lease) -> dict[str, Any]:
    return {"job": lease.job, "attempt": lease.attempt, "worker": lease.worker}


def _end(connection: Connection, lease: Lease, values: Mapping[str, Any]) -> bool:
    mine = sa.update(job).where(
        job.c.id == lease.job, job.c.attempts == lease.attempt, job.c.leased_by == lease.worker, job.c.state == "running"
    )
    return connection.execute(mine.values(**values, leased_by=None, lease_until=None)).rowcount > 0
