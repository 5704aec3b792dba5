"""Counting what is limited: one row per key and period, counted up in one statement, for all processes together."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from .database import Connection
from .prepared import Standing
from .system_tables import tally
from .types import Instant

_COUNT = Standing(
    sa.text(
        "INSERT INTO loom_tally (key, period, count) VALUES (:key, :period, :count)"
        " ON CONFLICT (key) DO UPDATE SET"
        " count = CASE WHEN excluded.period > loom_tally.period THEN 0 ELSE loom_tally.count END + excluded.count,"
        " period = CASE WHEN excluded.period > loom_tally.period THEN excluded.period ELSE loom_tally.period END"
        " RETURNING count"
    ).bindparams(sa.bindparam("period", type_=Instant()))
)
_FORGET = Standing(sa.delete(tally).where(tally.c.key == sa.bindparam("which", type_=tally.c.key.type)))
_OLD = Standing(sa.delete(tally).where(tally.c.period < sa.bindparam("before", type_=Instant())))


def count_up(connection: Connection, key: str, period: datetime, count: int = 1) -> int:
    """Count `count` more under `key` in the period that began at `period`; what was counted in it so far, with these."""
    return int(_COUNT.on(connection).value(connection, {"key": key, "period": period, "count": count}))


def forget_tally(connection: Connection, key: str) -> None:
    """Begin anew for this key."""
    _FORGET.on(connection).count(connection, {"which": key})


def forget_tallies(connection: Connection, before: datetime) -> None:
    """Periods that began before this are of no use to anybody."""
    _OLD.on(connection).count(connection, {"before": before})
