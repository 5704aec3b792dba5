"""A database and the three ways to use it: write (one transaction), read (one snapshot), glance (single statements)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Literal

import sqlalchemy as sa

from . import postgresql, sqlite
from .expressions.functions import Functions

Connection = sa.Connection
Dialect = Literal["sqlite", "postgresql"]


@dataclass(frozen=True)
class Database:
    """An open database. The engines share nothing but the data; `turn` lets one writer of this process in at a time (SQLite).

    `functions` are the parts of formulas that SQLite calculates by calling back.
    """

    url: str
    dialect: Dialect
    writer: sa.Engine
    reader: sa.Engine
    glancer: sa.Engine
    turn: AbstractContextManager[object]
    functions: Functions = field(default_factory=Functions)

    def __post_init__(self) -> None:
        self.functions.attach(self.writer)
        if self.dialect == "sqlite":
            self.functions.attach(self.reader)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write: committed at a clean exit, rolled back when an exception leaves the block."""
        with self.turn, self.writer.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One snapshot for several statements; writing fails."""
        with self.reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """Reading without a transaction: each statement sees what is committed when it runs."""
        with self.glancer.connect() as connection:
            yield connection

    def is_transient(self, error: BaseException) -> bool:
        """Whether the same unit of work may succeed when it runs again: deadlock, serialization failure, locked database."""
        cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        return sqlite.is_transient(cause) if self.dialect == "sqlite" else postgresql.is_transient(cause)

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        for engine in (self.writer, self.reader, self.glancer):
            engine.dispose()


@contextmanager
def attempt(connection: Connection) -> Iterator[None]:
    """A part of a transaction that is undone alone when an exception leaves the block."""
    with connection.begin_nested():
        yield


def open_database(url: str) -> Database:
    """The database at `sqlite:///path` or `postgresql://…`. Raises ValueError for any other address; connects at first use."""
    address = sa.make_url(url)
    kind = address.get_backend_name()
    if kind == "sqlite":
        engines = sqlite.open_engines(address)
        return Database(url, "sqlite", engines.writer, engines.reader, engines.glancer, engines.turn)
    if kind == "postgresql":
        opened = postgresql.open_engines(address)
        return Database(url, "postgresql", opened.writer, opened.reader, opened.glancer, nullcontext())
    raise ValueError(f"a database is sqlite:///PATH or postgresql://…, not {kind}")


def dialect_of(connection: Connection) -> Dialect:
    """Which kind of database `connection` leads to."""
    return "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
