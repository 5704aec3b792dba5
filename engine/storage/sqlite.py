"""SQLite as a database for many threads: one writing connection behind a lock, many reading ones on the same file (DESIGN section 4)."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import NullPool

from .lending import Lending, driver_of

BUSY_SECONDS = 30
READERS = 16

_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
)
_TRANSIENT = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Turn:
    """A lock for one writer at a time, in the order in which they came: one of Python lets in whoever is quickest, and some wait long.

    It refuses, instead of waiting for ever, the thread that holds it already. `waiting` are the threads behind it, each with its bell.
    """

    def __init__(self, waiting: deque[tuple[int, threading.Lock]]) -> None:
        self._guard = threading.Lock()
        self._holder: int | None = None
        self._waiting = waiting

    def __enter__(self) -> None:
        me, bell = threading.get_ident(), threading.Lock()
        with self._guard:
            if self._holder == me:
                raise RuntimeError("this thread has a write transaction open already")
            if self._holder is None:
                self._holder = me
                return
            bell.acquire()
            self._waiting.append((me, bell))
        bell.acquire()

    def __exit__(self, *failure: object) -> None:
        with self._guard:
            self._holder, bell = self._waiting.popleft() if self._waiting else (None, None)
        if bell is not None:
            bell.release()


class Sqlite:
    """The ways to use a file. Raises ValueError for a database in memory, which connections cannot share; the folder of a file is made."""

    def __init__(self, url: sa.URL) -> None:
        if not url.database or url.database == ":memory:" or "mode=memory" in url.database:
            raise ValueError("a SQLite database is a file: sqlite:///PATH")
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self.writer = _engine(url)
        self.reader = _engine(url, "PRAGMA query_only = ON")
        self._turn = Turn(deque())
        self._writing = Lending(self.writer, 1, 1)
        self._reading = Lending(self.reader, READERS, READERS)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that may write, one at a time in this process."""
        with self._turn, self._writing.lent() as connection:
            driver_of(connection).execute("BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

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
        self._writing.dispose()
        self._reading.dispose()


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
