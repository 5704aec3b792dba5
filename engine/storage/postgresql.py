"""PostgreSQL through psycopg 3: connections that are used in three ways, without a round trip for choosing one."""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from .lending import Lending, driver_of

KEPT, MOST = 16, 32
"""How many connections of a process stay open, and how many there may be."""
_TRANSIENT = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, psycopg.errors.LockNotAvailable)


class Postgresql:
    """The ways to use a server; its sessions speak UTC. READ COMMITTED for writing, a read-only snapshot, and no transaction at all.

    SQLAlchemy would set the isolation level of a connection at each use and set it back, which takes longer than a small statement.
    """

    def __init__(self, url: sa.URL) -> None:
        self.writer = self.reader = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            isolation_level="READ COMMITTED",
            connect_args={"options": "-c TimeZone=UTC -c application_name=objectloom"},
        )
        self._connections = _Sessions(self.writer, MOST, KEPT)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that may write."""
        with self._connections.lent() as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One snapshot for several statements; writing fails."""
        with self._connections.lent() as connection:
            _sent(driver_of(connection), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield connection
            _sent(driver_of(connection), "COMMIT")  # after a ROLLBACK psycopg forgets what it has prepared

    @contextmanager
    def glance(self) -> Iterator[sa.Connection]:
        """Reading without a transaction."""
        with self._connections.lent() as connection:
            driver_of(connection).autocommit = True
            yield connection

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        self._connections.dispose()


class _Sessions(Lending):
    def is_alive(self, driver: psycopg.Connection[object]) -> bool:
        """A connection that waits has nothing to say, unless the server has ended it: then another one is taken, without a trip."""
        poll = select.poll()
        poll.register(driver.pgconn.socket, select.POLLIN)
        return not poll.poll(0)

    def clean(self, driver: psycopg.Connection[object]) -> None:
        if driver.pgconn.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            driver.rollback()
        if driver.autocommit:
            driver.autocommit = False


def is_transient(error: BaseException | None) -> bool:
    """Whether the server ended the transaction only because of others: a deadlock, a serialization failure, a lock not granted."""
    return isinstance(error, _TRANSIENT)


def begin_with(connection: sa.Connection, queries: str) -> str | None:
    """Begin the transaction of `connection` together with queries, in one trip to the server; the last one's value as text."""
    driver: psycopg.Connection[object] = driver_of(connection)
    idle = driver.pgconn.transaction_status == psycopg.pq.TransactionStatus.IDLE
    begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; " if idle else ""
    result = _sent(driver, f"{begin}{queries}")
    value = result.get_value(0, 0) if result.ntuples else None
    return None if value is None else value.decode()


def _sent(driver: psycopg.Connection[object], queries: str) -> psycopg.pq.abc.PGresult:
    """What the server answers to the last of the queries. Raises psycopg.Error."""
    result = driver.pgconn.exec_(queries.encode())
    if result.status not in (psycopg.pq.ExecStatus.COMMAND_OK, psycopg.pq.ExecStatus.TUPLES_OK):
        raise psycopg.errors.error_from_result(result)
    return result
