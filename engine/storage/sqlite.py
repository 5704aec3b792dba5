"""SQLite as a database for many threads: one writing connection behind a lock, many reading ones on the same file (DESIGN section 4)."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import NullPool

from .lending import Lending, driver_of
from .places import UnusableAddress
from .turns import Door, Turn
from .write_ahead import PAGES, Carrier

BUSY_SECONDS = 30
READERS = 16

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    f"PRAGMA wal_autocheckpoint = {PAGES}",
)
_TRANSIENT = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Sqlite:
    """The ways to use a file. Raises UnusableAddress for one in memory, which connections cannot share; makes the folder of a file."""

    def __init__(self, url: sa.URL) -> None:
        if not url.database or url.database == ":memory:" or "mode=memory" in url.database:
            raise UnusableAddress("one in memory")
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self.writer = _engine(url)
        self.reader = _engine(url, "PRAGMA query_only = ON")
        self._turn = Turn(Door(Path(url.database)), deque())
        self._writing = Lending(self.writer, 1, 1)
        self._reading = Lending(self.reader, READERS, READERS)
        self._carrier = Carrier(self._carry)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that may write, one at a time on this machine."""
        with self._turn, self._writing.lent() as connection:
            driver = driver_of(connection)
            before = driver.total_changes
            driver.execute("BEGIN IMMEDIATE")
            with connection.begin():
                yield connection
            self._carrier.wrote(driver.total_changes - before)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One snapshot for several statements; writing fails."""
        with self._reading.lent() as connection:
            driver_of(connection).execute("BEGIN")
            yield connection

    def glance(self) -> AbstractContextManager[sa.Connection]:
        """Reading without a transaction."""
        return self._reading.lent()

    def dispose(self) -> None:
        """Close all connections that are not in use."""
        self._carrier.wait()
        self._writing.dispose()
        self._reading.dispose()
        self._turn.close()

    def _carry(self) -> None:
        with self._reading.lent() as connection:
            driver_of(connection).execute("PRAGMA wal_checkpoint(PASSIVE)")


class _Compiler(SQLiteCompiler):
    """Writes the hints of statements (`INDEXED BY …`), as SQLAlchemy does for databases that have more of them."""

    def get_from_hint_text(self, table: sa.FromClause, text: str | None) -> str | None:
        return text


def _engine(url: sa.URL, *settings: str) -> sa.Engine:
    engine = sa.create_engine(
        url, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False}
    )
    engine.dialect.statement_compiler = _Compiler

    def prepare(connection: sqlite3.Connection, record: object) -> None:
        for setting in (*_SETTINGS, *settings):
            connection.execute(setting)

    sa.event.listen(engine, "connect", prepare)
    return engine


def is_transient(error: Any) -> bool:
    """Whether the file was locked by somebody else for longer than the busy timeout, or the snapshot was too old to write."""
    return isinstance(error, sqlite3.OperationalError) and (error.sqlite_errorcode & 0xFF) in _TRANSIENT
