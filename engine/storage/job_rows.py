"""The rows of `loom_job`: written by whoever wants something done later, claimed by workers (DESIGN section 6).

A job is `waiting` until it is due, `running` while a worker holds its lease, then `done`, `failed` or `cancelled`. A worker
proves that the job is still its own by its name and the number of the attempt: what another has taken over it cannot finish.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

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
        " RETURNING id"
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


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's hold on one attempt at one job."""

    job: int
    attempt: int
    worker: str


def put_row(connection: Connection, values: Mapping[str, Any]) -> int:
    """A job that waits (`name payload key due_at cause`); its id.

    A key that is there already names the same job: one that still waits, or was cancelled, gets the new values; one that
    runs or is finished stays as it is.
    """
    found = _PUT.on(connection).value(connection, values)
    if found is None:
        found = connection.execute(sa.select(job.c.id).where(job.c.key == values["key"])).scalar_one()
    return int(found)


def renew_row(connection: Connection, values: Mapping[str, Any]) -> int:
    """The same, but whatever became of the job of that key: it waits again, and who works on it has lost it."""
    return int(_RENEW.on(connection).value(connection, values))


def move_row(connection: Connection, key: str, due_at: datetime) -> bool:
    """The job that waits under `key` becomes due at another time; False when none waits."""
    waiting = sa.update(job).where(job.c.key == key, job.c.state == "waiting")
    return connection.execute(waiting.values(due_at=due_at)).rowcount > 0


def cancel_row(connection: Connection, key: str, now: datetime) -> bool:
    """The job that waits under `key` will not run; False when none waits."""
    waiting = sa.update(job).where(job.c.key == key, job.c.state == "waiting")
    return connection.execute(waiting.values(state="cancelled", finished_at=now)).rowcount > 0


def drop_rows(connection: Connection, keys: Collection[str]) -> int:
    """The jobs that wait under `keys` are gone, as if nobody had asked for them; how many there were."""
    drop = _DROP.on(connection)
    return sum(drop.count(connection, {"key": key, "state": "waiting"}) for key in sorted(keys))


def open_rows(connection: Connection, name: str) -> dict[str, dict[str, Any]]:
    """The payloads of the jobs of a name that wait or run, by their keys."""
    query = sa.select(job.c.key, job.c.payload).where(job.c.name == name, job.c.state.in_(["waiting", "running"]), job.c.key.is_not(None))
    return {row.key: row.payload for row in connection.execute(query)}


def next_due(connection: Connection, names: Collection[str], until: datetime) -> datetime | None:
    """When the first job that a worker for `names` can take was due or its lease ended; None when there is none until then."""
    return connection.execute(_takeable(names, until).with_only_columns(job.c.due_at).limit(1)).scalar()


def claim_row(connection: Connection, names: Collection[str], until: datetime, lease: tuple[str, datetime]) -> dict[str, Any] | None:
    """The first job that is due until then, or whose worker has vanished, leased to (worker, end); None when there is none."""
    worker, end = lease
    chosen = _takeable(names, until).with_only_columns(job.c.id).limit(1).with_for_update(skip_locked=True)
    taken = {"state": "running", "attempts": job.c.attempts + 1, "leased_by": worker, "lease_until": end}
    claimed = sa.update(job).where(job.c.id == chosen.scalar_subquery()).values(taken).returning(*_CLAIMED)
    row = connection.execute(claimed).mappings().first()
    return None if row is None else dict(row)


def claim_more(
    connection: Connection, first: Mapping[str, Any], until: datetime, lease: tuple[str, datetime], limit: int
) -> list[dict[str, Any]]:
    """More jobs of the name of `first` that are due until then, in their order, leased alike."""
    worker, end = lease
    chosen = _takeable([first["name"]], until).with_only_columns(job.c.id).limit(limit).with_for_update(skip_locked=True)
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
    held = {"job": lease.job, "attempt": lease.attempt, "worker": lease.worker}
    return _FINISH.on(connection).count(connection, {**held, "now": now}) > 0


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


def _takeable(names: Collection[str], until: datetime) -> sa.Select[Any]:
    due = sa.and_(job.c.state == "waiting", job.c.due_at <= until)
    vanished = sa.and_(job.c.state == "running", job.c.lease_until <= until)
    return sa.select(job).where(job.c.name.in_(sorted(names)), sa.or_(due, vanished)).order_by(job.c.due_at, job.c.id)


def _end(connection: Connection, lease: Lease, values: Mapping[str, Any]) -> bool:
    mine = sa.update(job).where(
        job.c.id == lease.job, job.c.attempts == lease.attempt, job.c.leased_by == lease.worker, job.c.state == "running"
    )
    return connection.execute(mine.values(**values, leased_by=None, lease_until=None)).rowcount > 0
