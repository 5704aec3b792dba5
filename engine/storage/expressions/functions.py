"""What SQLite cannot say exactly is said by one function of ours per statement part, which runs the formula's own Python.

Every connection has one registered function; its first argument names the part by content hash. The parts are held by the
statements that use them, also in SQLAlchemy's bounded cache, so that filters which people type leave nothing behind.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ExceptionContext

from engine.storage.failing import failure, failure_of

from .small import CASINGS, SMALL, small

NAME = "loom_formula"


class Part:
    """A calculation over raw column values; `run` gives a raw value."""

    __slots__ = ("__weakref__", "key", "run")

    def __init__(self, key: str, run: Callable[..., Any]) -> None:
        self.key, self.run = key, run


class Functions:
    """The parts that statements on one database use, and their door into its connections."""

    def __init__(self) -> None:
        self._parts: WeakValueDictionary[str, Part] = WeakValueDictionary()
        self._making = threading.Lock()

    def __len__(self) -> int:
        return len(self._parts)

    def keep(self, key: str, make: Callable[[], Callable[..., Any]]) -> Part:
        """The part of that hash, made when it is not there."""
        with self._making:
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = Part(key, make())
            return part

    def attach(self, engine: sa.Engine) -> None:
        """Make formulas run on every new connection of an engine, and give their failures back as what they are."""
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", self._register)
        else:
            sa.event.listen(engine, "connect", partial(_look, engine.dialect), once=True)
        sa.event.listen(engine, "handle_error", _translated, retval=True)

    def _register(self, connection: sqlite3.Connection, record: object) -> None:
        connection.create_function(NAME, -1, self._call, deterministic=True)
        connection.create_function(SMALL, 1, small, deterministic=True)

    def _call(self, key: str, *values: Any) -> Any:
        try:
            return self._parts[key].run(*values)
        except Exception as wrong:
            failure.set(wrong)
            raise


def _look(dialect: sa.Dialect, connection: Any, record: object) -> None:
    """See which of the collations this server has; servers built without ICU have the other one."""
    with connection.cursor() as cursor:
        found = {name for (name,) in cursor.execute("SELECT collname FROM pg_collation WHERE collname = ANY(%s)", [list(CASINGS)])}
    connection.rollback()
    dialect.loom_casing = next((name for name in CASINGS if name in found), CASINGS[0])  # type: ignore[attr-defined]


def _translated(context: ExceptionContext) -> BaseException | None:
    """SQLite loses what went wrong inside a function; PostgreSQL has its own words for a number that is too large."""
    return failure_of(context.original_exception)
