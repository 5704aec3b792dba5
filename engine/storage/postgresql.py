"""PostgreSQL through psycopg 3: one pool, used with three transaction modes that cost no round trip of their own."""

from __future__ import annotations

import select
from dataclasses import dataclass

import psycopg
import sqlalchemy as sa

POOL = 16
_TRANSIENT = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure, psycopg.errors.LockNotAvailable)


@dataclass(frozen=True, slots=True)
class Engines:
    """Three views of one pool: READ COMMITTED for writing, one read-only snapshot, and no transaction at all."""

    writer: sa.Engine
    reader: sa.Engine
    glancer: sa.Engine


def open_engines(url: sa.URL) -> Engines:
    """Engines for the server in `url`; sessions speak UTC."""
    writer = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POOL,
        max_overflow=POOL,
        pool_pre_ping=False,
        isolation_level="READ COMMITTED",
        connect_args={"options": "-c TimeZone=UTC -c application_name=objectloom"},
    )
    sa.event.listen(writer, "checkout", _refuse_dead)
    sa.event.listen(writer, "reset", _transact)
    reader, glancer = writer.execution_options(), writer.execution_options()
    sa.event.listen(reader, "begin", _begin_reading)
    sa.event.listen(glancer, "engine_connect", _never_transact)
    return Engines(writer, reader, glancer)


# SQLAlchemy would set the isolation level of a connection at each use and set it back, which takes longer than a small statement.


def _begin_reading(connection: sa.Connection) -> None:
    _sent(_driver(connection), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")


def _never_transact(connection: sa.Connection) -> None:
    _driver(connection).autocommit = True


def _transact(driver: psycopg.Connection[object], record: object, state: object) -> None:
    if driver.autocommit:
        driver.autocommit = False


def _driver(connection: sa.Connection) -> psycopg.Connection[object]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def _refuse_dead(connection: psycopg.Connection[object], record: object, proxy: object) -> None:
    """A connection that waits in the pool has nothing to say, unless the server has ended it: then another one is taken, without a trip."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN)
    if poll.poll(0):
        raise sa.exc.DisconnectionError("the server has ended this connection")


def is_transient(error: BaseException | None) -> bool:
    """Whether the server ended the transaction only because of others: a deadlock, a serialization failure, a lock not granted."""
    return isinstance(error, _TRANSIENT)


def begin_with(connection: sa.Connection, queries: str) -> str | None:
    """Begin the transaction of `connection` together with queries, in one trip to the server; the last one's value as text."""
    driver = _driver(connection)
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
