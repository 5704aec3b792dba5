"""Asking for work: every function writes in the caller's transaction, so that work and record stand or fall together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from datetime import datetime, timedelta

from engine.frozen import frozen
from engine.storage import Connection, job_rows


@frozen
class Work:
    """What to do and when: the handler's `name`, plain data for it, and why.

    A `key` names this work for ever: asked for twice, it is done once.
    """

    name: str
    due_at: datetime
    payload: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None
    cause: str = ""


@frozen
class Failed:
    """Work that was given up: somebody must look at it."""

    id: int
    name: str
    payload: Mapping[str, object]
    cause: str
    attempts: int
    error: str
    at: datetime


@frozen
class Standing:
    """How much work there is in each state, and for how long the oldest that is due has waited."""

    counts: Mapping[str, int]
    late: timedelta


def put(connection: Connection, work: Work) -> int:
    """Ask for `work`; the id of its job.

    A key that is known already moves and changes the job that still waits under it, brings a cancelled one back, and does
    nothing to one that runs or is done.
    """
    values = {"name": work.name, "payload": dict(work.payload), "key": work.key, "due_at": work.due_at, "cause": work.cause}
    return job_rows.put_row(connection, values)


def renew(connection: Connection, work: Work) -> None:
    """Ask for `work` anew, whatever became of what was asked for under its key before."""
    values = {"name": work.name, "payload": dict(work.payload), "key": work.key, "due_at": work.due_at, "cause": work.cause}
    job_rows.renew_row(connection, values)


def drop(connection: Connection, keys: Collection[str]) -> None:
    """The work that waits under `keys` is forgotten."""
    job_rows.drop_rows(connection, keys)


def waiting(connection: Connection, name: str) -> Mapping[str, Mapping[str, object]]:
    """The payloads of the jobs of a name that wait or run, by their keys."""
    return job_rows.open_rows(connection, name)


def known(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of `keys` under which some work waits, runs, or was done not long ago."""
    return job_rows.known_keys(connection, keys) if keys else set()


def asked_by(connection: Connection, causes: Collection[str]) -> set[str]:
    """Those of `causes` for which some work waits or runs."""
    return job_rows.open_causes(connection, causes)


def move(connection: Connection, key: str, due_at: datetime) -> bool:
    """Another time for the work that waits under `key`; False when none waits."""
    return job_rows.move_row(connection, key, due_at)


def cancel(connection: Connection, key: str, now: datetime) -> bool:
    """The work that waits under `key` will not be done; False when none waits."""
    return job_rows.cancel_row(connection, key, now)


def failed(connection: Connection, limit: int = 100) -> list[Failed]:
    """The work that was given up, newest first."""
    return [
        Failed(row["id"], row["name"], row["payload"], row["cause"], row["attempts"], row["error"], row["finished_at"])
        for row in job_rows.failed_rows(connection, limit)
    ]


def again(connection: Connection, number: int, now: datetime) -> bool:
    """Try work that was given up once more; False when it was not."""
    return job_rows.revive_row(connection, number, now)


def standing(connection: Connection, now: datetime) -> Standing:
    """How the work stands; what is done or cancelled is not counted."""
    counts, first = job_rows.open_counts(connection), job_rows.first_due(connection)
    return Standing(counts, timedelta() if first is None else now - first)
