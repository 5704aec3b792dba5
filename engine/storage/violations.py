"""What a constraint of the database says no to, in terms of fields."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError

from .blueprint import Blueprint
from .postgresql import LOOSE, TWICE, code_of
from .tables import Tables

_OWNERS = frozenset({"document_id", "company"})


class NotUnique(Exception):
    """Another row of `entity` has the same values in `fields`."""

    def __init__(self, entity: str, fields: tuple[str, ...]) -> None:
        self.entity = entity
        self.fields = fields
        super().__init__(f"{entity}: {', '.join(fields)} must be unique")


class Referenced(Exception):
    """A row of `entity` cannot go because others lead to it, or it leads to one that is gone."""

    def __init__(self, entity: str) -> None:
        self.entity = entity
        super().__init__(f"{entity}: other rows depend on it")


@contextmanager
def explained(tables: Tables, entity: str) -> Iterator[None]:
    """Raises NotUnique or Referenced for what the driver reports inside the block."""
    try:
        yield
    except Exception as error:
        reason = _reason(error, tables.blueprint(entity), entity)
        if reason is None:
            raise
        raise reason from error


@contextmanager
def told_apart(blueprints: Iterable[Blueprint]) -> Iterator[None]:
    """Raises NotUnique for what a statement on any of these tables may not write inside the block; its `entity` is the table."""
    try:
        yield
    except IntegrityError as error:
        driver: Any = error.orig
        said = str(driver).partition(":")[2].strip()
        named = getattr(getattr(driver, "diag", None), "table_name", None) or said.partition(".")[0]
        index = said.removeprefix("index ").strip("'")
        for table in blueprints:
            reason = _reason(driver, table, table.name) if table.name == named or any(one.name == index for one in table.indexes) else None
            if isinstance(reason, NotUnique):
                raise reason from error
        raise


def _reason(error: Exception, table: Blueprint, entity: str) -> Exception | None:
    if code_of(error) == TWICE:
        columns = _columns_of(table, _constraint_of(error))
    elif isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        columns = _named(table, str(error).partition(":")[2].strip())
    elif code_of(error) == LOOSE or _is_reference(error):
        return Referenced(entity)
    else:
        return None
    return NotUnique(entity, tuple(c.key for c in table.columns if c.name in columns and c.key not in _OWNERS))


def _constraint_of(error: Any) -> str | None:
    """The name of the index that PostgreSQL tells."""
    name: str | None = error.diag.constraint_name
    return name


def _named(table: Blueprint, told: str) -> set[str]:
    """The columns that SQLite tells, or those of the index: it tells that one where values are compared in another form."""
    if told.startswith("index "):
        return _columns_of(table, told.removeprefix("index ").strip("'"))
    return {part.strip().rpartition(".")[2] for part in told.split(",")}


def _columns_of(table: Blueprint, index_name: str | None) -> set[str]:
    return {column for index in table.indexes if index.name == index_name for column in index.columns}


def _is_reference(error: Exception) -> bool:
    return isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
