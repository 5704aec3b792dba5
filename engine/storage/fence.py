"""The fence between writing and applying: every write begins by reading which revision is served (DESIGN section 4)."""

from __future__ import annotations

import sqlalchemy as sa

from . import postgresql
from .database import Connection
from .prepared import Standing
from .system_tables import applied

PATIENCE_SECONDS = 10
TABLE_MILLISECONDS = 500
_SERVED = sa.select(applied.c.number).where(applied.c.id == 1)
_READ = Standing(_SERVED)
_SERVE = Standing(sa.update(applied).where(applied.c.id == 1).values(number=sa.bindparam("served")))
_SHARED = "SELECT pg_advisory_xact_lock_shared(1819242349); SELECT number FROM loom_applied WHERE id = 1"  # the number spells "loom"
_ALONE = "SELECT pg_advisory_xact_lock(1819242349)"


def fence(connection: Connection) -> int:
    """The number of the applied revision, which cannot move before this transaction ends; 0 when none was applied.

    It must be the first statement of a transaction that writes. SQLite lets one transaction write at a time, so it needs no
    lock. On PostgreSQL the lock is in memory, its queue is fair (a lock on the row would let `apply` starve behind people who
    save without pause), and all of it travels together with the BEGIN.
    """
    if connection.dialect.name == "postgresql":
        return int(postgresql.begin_with(connection, _SHARED) or 0)
    return int(_READ.on(connection).value(connection, {}) or 0)


def close_fence(connection: Connection) -> int:
    """The number of the applied revision; from here until this transaction ends nobody else writes.

    On PostgreSQL a table that somebody is reading is waited for only so long: everybody else would have to wait behind this
    transaction, which gives up (LockNotAvailable) well before PostgreSQL would look for a deadlock and end the reader instead.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")
        connection.exec_driver_sql(_ALONE)
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TABLE_MILLISECONDS}ms'")
    return served(connection)


def served(connection: Connection) -> int:
    """The number of the applied revision, for readers that want to notice a new one; 0 when none was applied."""
    return int(_READ.on(connection).value(connection, {}) or 0)


def serve(connection: Connection, number: int) -> None:
    """From the commit of this transaction on, `number` is the applied revision."""
    if _SERVE.on(connection).count(connection, {"served": number}) == 0:
        connection.execute(sa.insert(applied).values(id=1, number=number))
