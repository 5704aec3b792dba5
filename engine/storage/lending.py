"""Connections that stay open between two uses: for SQLAlchemy to take one up and put it back costs more than a small statement."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import sqlalchemy as sa

PATIENCE = 30
"""For how many seconds somebody waits for a connection; who holds one and wants another might wait for ever."""


class Ways(Protocol):
    """What a kind of database has to offer: its engines (they may be the same one), and the three ways to use it."""

    @property
    def writer(self) -> sa.Engine:
        """Makes the connections that write."""

    @property
    def reader(self) -> sa.Engine:
        """Makes the connections that only read."""

    def write(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that may write: committed at a clean exit, rolled back when an exception leaves the block."""

    def read(self) -> AbstractContextManager[sa.Connection]:
        """One snapshot for several statements."""

    def glance(self) -> AbstractContextManager[sa.Connection]:
        """No transaction at all."""

    def dispose(self) -> None:
        """Close all connections that are not in use."""


class Lending:
    """Lends the connections of an engine, at most so many at once; whoever comes then waits. The one used last goes out first.

    Of those that come back `kept` stay open. One that cannot be cleaned of what it was used for is not lent again.
    """

    def __init__(self, engine: sa.Engine, most: int, kept: int) -> None:
        self._engine = engine
        self._room = threading.Semaphore(most)
        self._kept = kept
        self._idle: list[sa.Connection] = []

    @contextmanager
    def lent(self) -> Iterator[sa.Connection]:
        """A connection without a transaction; what was begun on it and not ended is rolled back in the end.

        Raises TimeoutError of SQLAlchemy when none comes back in time.
        """
        if not self._room.acquire(timeout=PATIENCE):
            raise sa.exc.TimeoutError("all connections to the database are in use")
        try:
            connection = self._taken()
            try:
                yield connection
            finally:
                self._returned(connection)
        finally:
            self._room.release()

    def dispose(self) -> None:
        """Close those that are not lent."""
        while self._idle:
            self._idle.pop().close()
        self._engine.dispose()

    def is_alive(self, connection: sa.Connection) -> bool:
        """Whether a connection that has waited can still be used."""
        return True

    def clean(self, connection: sa.Connection) -> None:
        """End whatever is open on a connection. Raises where it cannot be used any more."""
        driver_of(connection).rollback()

    def _taken(self) -> sa.Connection:
        try:
            while True:
                connection = self._idle.pop()
                if self.is_alive(connection):
                    return connection
                _drop(connection)
        except IndexError:
            return self._engine.connect()

    def _returned(self, connection: sa.Connection) -> None:
        try:
            connection.rollback()
            self.clean(connection)
        except Exception:  # noqa: BLE001 - it is broken; whoever used it knows by what they did with it
            _drop(connection)
        else:
            if len(self._idle) < self._kept:
                self._idle.append(connection)
            else:
                connection.close()


def driver_of(connection: sa.Connection) -> Any:
    """The connection of the driver itself."""
    return connection.connection.dbapi_connection


def _drop(connection: sa.Connection) -> None:
    connection.invalidate()
    connection.close()
