"""The tables of the engine itself in a database: made, and brought up to what this version of the engine wants."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b

import sqlalchemy as sa

from .blueprint import Blueprint, blueprint_of
from .catalog import Catalogue, columns_of
from .database import Connection, Dialect, dialect_of
from .ddl import creating, run
from .own_columns import LAYOUT, SYSTEM
from .prepared import Standing
from .schema import Difference, add_missing, differences
from .search import make_search
from .system_tables import applied, meta, revision
from .tables import Tables
from .views import create_views
from .workflow_tables import WORKFLOW

_VALUE = Standing(sa.select(meta.c.value).where(meta.c.name == sa.bindparam("name")))
_ADD = Standing(sa.insert(meta))
_CHANGE = Standing(sa.update(meta).where(meta.c.name == sa.bindparam("of")).values(value=sa.bindparam("value")))
_SHAPE = "tables"
"""What `loom_meta` calls the fingerprint of these tables."""


def is_prepared(connection: Connection) -> bool:
    """Whether the database has the engine's own tables."""
    return bool(columns_of(connection, revision.name))


def prepare(connection: Connection) -> None:
    """Make the engine's own tables, columns and indexes where they are missing. Raises RuntimeError for a database of a later engine."""
    if is_prepared(connection):
        _refuse_later(connection)
        if lacking := _lacking(connection):
            add_missing(connection, _tables(dialect_of(connection)), lacking)
            _note(connection, _SHAPE, _fingerprint())
        make_search(connection)
        return
    run(connection, _making(dialect_of(connection)))
    make_search(connection)
    _note(connection, "layout", str(LAYOUT))
    _note(connection, _SHAPE, _fingerprint())
    connection.execute(sa.insert(applied), {"id": 1, "number": 0})


def create_schema(connection: Connection, tables: Tables) -> None:
    """Create the tables of the engine, and every table, column, index and view of the application that is not there."""
    prepare(connection)
    add_missing(connection, tables.blueprints, differences(Catalogue(connection), tables.blueprints))
    create_views(connection, tables)


def is_lacking(connection: Connection) -> bool:
    """Whether the engine needs tables, columns or indexes of its own that the database has not: an earlier engine made it."""
    return bool(_lacking(connection))


def _lacking(connection: Connection) -> tuple[Difference, ...]:
    if _noted(connection, _SHAPE) == _fingerprint():
        return ()
    return differences(Catalogue(connection), _tables(dialect_of(connection)))


@cache
def _tables(dialect: Dialect) -> Mapping[str, Blueprint]:
    """What the tables of the engine are to be, by their names."""
    return {table.name: blueprint_of(table, dialect) for table in (*SYSTEM.sorted_tables, *WORKFLOW.sorted_tables)}


@cache
def _making(dialect: Dialect) -> tuple[str, ...]:
    """What makes them all."""
    return tuple(creating(tuple(_tables(dialect).values()), sa.make_url(f"{dialect}://").get_dialect()()))


def _refuse_later(connection: Connection) -> None:
    layout = int(_noted(connection, "layout") or 0)
    if layout > LAYOUT:
        raise RuntimeError(f"this database was made by a later version of Objectloom (layout {layout}, this one knows {LAYOUT})")


def _fingerprint() -> str:
    """Another one for every table, column or index more."""
    digest = blake2b(digest_size=16)
    for table in (*SYSTEM.tables.values(), *WORKFLOW.tables.values()):
        columns = [column.name for column in table.columns]
        indexes = sorted((str(index.name), [column.name for column in index.columns]) for index in table.indexes)
        digest.update(repr((table.name, columns, indexes)).encode())
    return digest.hexdigest()


def _noted(connection: Connection, name: str) -> str | None:
    found = _VALUE.on(connection).value(connection, {"name": name})
    return None if found is None else str(found)


def _note(connection: Connection, name: str, value: str) -> None:
    if _CHANGE.on(connection).count(connection, {"of": name, "value": value}) == 0:
        _ADD.on(connection).count(connection, {"name": name, "value": value})
