"""PostgreSQL through psycopg 3: connections that are used in three ways, without a round trip for choosing one.

The driver is loaded when a server is first talked to: a process on SQLite starts without it.
"""

from __future__ import annotations

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from .exchange import Exchange
from .lending import Lending, driver_of

if TYPE_CHECKING:
    import psycopg

KEPT, MOST = 16, 32
"""How many connections of a process stay open, and how many there may be."""
TWICE, LOOSE = "23505", "23503"
"""What PostgreSQL calls a value that must be unique and is not, and a reference that leads nowhere."""
_TRANSIENT = frozenset({"40P01", "40001", "55P03", "0A000"})
"""A deadlock, a serialization failure, a lock that was not granted, a statement prepared for columns that have another type by now."""
_EXCHANGE = "exchange"
_IDLE, _DONE = 0, (1, 2)
"""What libpq calls a connection without a transaction; results without an error."""


class Postgresql:
    """The ways to use a server; its sessions speak UTC. READ COMMITTED for writing, a read-only snapshot, and no transaction at all.

    SQLAlchemy would set the isolation level of a connection at each use and set it back, which takes longer than a small statement.
    """

    def __init__(self, url: sa.URL) -> None:
        self.writer = self.reader = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            isolation_level="READ COMMITTED",
            connect_args={
                "options": "-c TimeZone=UTC -c application_name=objectloom",
                "prepare_threshold": None,  # cursors that prepare forget everything at a rollback, also what others have prepared
            },
        )
        sa.event.listen(self.writer, "before_cursor_execute", _settled)
        sa.event.listen(self.writer, "rollback_savepoint", _forgotten)
        self.writer.dialect.do_commit = _committed  # type: ignore[assignment, method-assign]
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
            exchange_of(connection).commit()

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
    def is_alive(self, connection: sa.Connection) -> bool:
        """A connection that waits has nothing to say, unless the server has ended it: then another one is taken, without a trip."""
        poll = select.poll()
        poll.register(driver_of(connection).pgconn.socket, select.POLLIN)
        return not poll.poll(0)

    def clean(self, connection: sa.Connection) -> None:
        driver: psycopg.Connection[object] = driver_of(connection)
        exchange = exchange_of(connection)
        exchange.forget()
        if exchange.stale:
            raise ConnectionError("this connection has come out of step with its server")
        if driver.pgconn.transaction_status != _IDLE:
            driver.rollback()
        if driver.autocommit:
            driver.autocommit = False


def exchange_of(connection: sa.Connection) -> Exchange:
    """What talks with the server over `connection`."""
    found: Exchange | None = connection.info.get(_EXCHANGE)
    if found is None:
        found = connection.info[_EXCHANGE] = Exchange(driver_of(connection))
    return found


def _committed(lent: sa.PoolProxiedConnection) -> None:
    """A transaction of SQLAlchemy ends together with what was told in it."""
    if (exchange := lent.info.get(_EXCHANGE)) is not None:
        exchange.commit()
    else:
        lent.commit()


def _settled(connection: sa.Connection, *statement: object) -> None:
    """What SQLAlchemy executes comes after what was told."""
    exchange_of(connection).settle()


def _forgotten(connection: sa.Connection, *savepoint: object) -> None:
    """What was told since a savepoint is undone with the rest."""
    exchange_of(connection).forget()


def is_transient(error: BaseException | None) -> bool:
    """Whether the server ended the transaction only because of others: a deadlock, a serialization failure, a lock not granted."""
    return code_of(error) in _TRANSIENT


def code_of(error: BaseException | None) -> str | None:
    """What PostgreSQL calls an error; None where it is another's."""
    return getattr(error, "sqlstate", None)


def begin_with(connection: sa.Connection, queries: str) -> str | None:
    """Begin the transaction of `connection` together with queries, in one trip to the server; the last one's value as text."""
    exchange_of(connection).settle()
    driver: psycopg.Connection[object] = driver_of(connection)
    begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; " if driver.pgconn.transaction_status == _IDLE else ""
    result = _sent(driver, f"{begin}{queries}")
    value = result.get_value(0, 0) if result.ntuples else None
    return None if value is None else value.decode()


def _sent(driver: psycopg.Connection[object], queries: str) -> psycopg.pq.abc.PGresult:
    """What the server answers to the last of the queries. Raises psycopg.Error."""
    result = driver.pgconn.exec_(queries.encode())
    if result.status not in _DONE:
        from psycopg.errors import error_from_result  # noqa: PLC0415 - the driver, which is there by now

        raise error_from_result(result)
    return result
