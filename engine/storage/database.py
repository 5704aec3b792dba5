"""A database and the three ways to use it: write (one transaction), read (one snapshot), glance (single statements)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import field
from typing import Literal

import sqlalchemy as sa

from engine.frozen import frozen

from . import postgresql, sqlite
from .expressions.functions import Functions
from .lending import Ways
from .places import UnusableAddress

Connection = sa.Connection

Dialect = Literal["sqlite", "postgresql"]


@frozen(slots=False)
class Database:
    """An open database, and the `ways` to use it. `functions` are the parts of formulas that SQLite calculates by calling back."""

    url: str
    dialect: Dialect
    ways: Ways
    functions: Functions = field(default_factory=Functions)

    def __post_init__(self) -> None:
        for engine in {self.writer, self.reader}:
            self.functions.attach(engine)

    @property
    def writer(self) -> sa.Engine:
        """Makes the connections that write."""
        return self.ways.writer

    @property
    def reader(self) -> sa.Engine:
        """Makes the connections that only read; on PostgreSQL they are the same."""
        return self.ways.reader

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction that may write: committed at a clean exit, rolled back when an exception leaves the block."""
        return self.ways.write()

    def read(self) -> AbstractContextManager[Connection]:
        """One snapshot for several statements; writing fails."""
        return self.ways.read()

    def glance(self) -> AbstractContextManager[Connection]:
        """Reading without a transaction: each statement sees what is committed when it runs."""
        return self.ways.glance()

    def is_transient(self, error: BaseException) -> bool:
        """Whether the same unit of work may succeed when it runs again: deadlock, serialization failure, locked database."""
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        return sqlite.is_transient(cause) if self.dialect == "sqlite" else postgresql.is_transient(cause)

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        self.ways.dispose()


@contextmanager
def attempt(connection: Connection) -> Iterator[None]:
    """A part of a transaction that is undone alone when an exception leaves the block."""
    with connection.begin_nested():
        yield
        if connection.dialect.name == "postgresql":
            postgresql.exchange_of(connection).settle()


def open_database(url: str) -> Database:
    """The database at `sqlite:///path` or `postgresql://…`. Raises UnusableAddress for any other; connects at first use."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise UnusableAddress("an address without a kind") from None  # its words repeat the address, and a password in it
    kind = address.get_backend_name()
    if kind == "sqlite":
        return Database(url, "sqlite", sqlite.Sqlite(address))
    if kind == "postgresql":
        return Database(url, "postgresql", postgresql.Postgresql(address))
    raise UnusableAddress(kind)


def dialect_of(connection: Connection) -> Dialect:
    """Which kind of database `connection` leads to."""
    return "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
