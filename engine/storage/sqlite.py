"""SQLite as a database for many threads: one writing connection behind a lock, many reading ones on the same file (DESIGN section 4)."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.pool import QueuePool

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


@dataclass(frozen=True, slots=True)
class Engines:
    """The engines of one file; `turn` is held while a write transaction is open."""

    writer: sa.Engine
    reader: sa.Engine
    glancer: sa.Engine
    turn: Turn


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


def open_engines(url: sa.URL) -> Engines:
    """Engines for the file in `url`; its folder is made. Raises ValueError for a database in memory, which connections cannot share."""
    if not url.database or url.database == ":memory:" or "mode=memory" in url.database:
        raise ValueError("a SQLite database is a file: sqlite:///PATH")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    writer = _engine(url, "BEGIN IMMEDIATE", pool_size=1)
    reader = _engine(url, "BEGIN", pool_size=READERS, settings=("PRAGMA query_only = ON",))
    return Engines(writer, reader, _glancing(reader), Turn(deque()))


def _glancing(reader: sa.Engine) -> sa.Engine:
    return reader.execution_options(glance=True)


class _Compiler(SQLiteCompiler):
    """Writes the hints of statements (`INDEXED BY …`), as SQLAlchemy does for databases that have more of them."""

    def get_from_hint_text(self, table: sa.FromClause, text: str | None) -> str | None:
        return text


def _engine(url: sa.URL, begin: str, *, pool_size: int, settings: tuple[str, ...] = ()) -> sa.Engine:
    engine = sa.create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    engine.dialect.statement_compiler = _Compiler

    def prepare(connection: sqlite3.Connection, record: object) -> None:
        for setting in (*_SETTINGS, *settings):
            connection.execute(setting)

    def start(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("glance"):
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute(begin)

    sa.event.listen(engine, "connect", prepare)
    sa.event.listen(engine, "begin", start)
    return engine


def is_transient(error: Any) -> bool:
    """Whether the file was locked by somebody else for longer than the busy timeout, or the snapshot was too old to write."""
    return isinstance(error, sqlite3.OperationalError) and (error.sqlite_errorcode & 0xFF) in _TRANSIENT
