"""The tables of the engine itself in a database: made, and brought up to what this version of the engine wants."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b

import sqlalchemy as sa

from .database import Connection, Dialect, dialect_of
from .own_columns import LAYOUT, SYSTEM
from .schema import add_lacking, add_missing, lacking
from .search import make_search
from .system_tables import applied, meta, revision
from .tables import Tables
from .views import create_views
from .workflow_tables import WORKFLOW

_SHAPE = "tables"
"""What `loom_meta` calls the fingerprint of these tables."""


def is_prepared(connection: Connection) -> bool:
    """Whether the database has the engine's own tables."""
    return sa.inspect(connection).has_table(revision.name)


def prepare(connection: Connection) -> None:
    """Make the engine's own tables, columns and indexes where they are missing. Raises RuntimeError for a database of a later engine."""
    if is_prepared(connection):
        _refuse_later(connection)
        if is_lacking(connection):
            add_lacking(connection, _tables())
            _note(connection, _SHAPE, _fingerprint())
        make_search(connection)
        return
    for statement in _making(dialect_of(connection)):
        connection.exec_driver_sql(statement)
    make_search(connection)
    _note(connection, "layout", str(LAYOUT))
    _note(connection, _SHAPE, _fingerprint())
    connection.execute(sa.insert(applied), {"id": 1, "number": 0})


def create_schema(connection: Connection, tables: Tables) -> None:
    """Create the tables of the engine, and every table, column, index and view of the application that is not there."""
    prepare(connection)
    add_missing(connection, tables)
    create_views(connection, tables)


def is_lacking(connection: Connection) -> bool:
    """Whether the engine needs tables, columns or indexes of its own that the database has not: an earlier engine made it."""
    return _noted(connection, _SHAPE) != _fingerprint() and bool(lacking(connection, _tables()))


def _tables() -> tuple[sa.Table, ...]:
    return (*SYSTEM.sorted_tables, *WORKFLOW.sorted_tables)


@cache
def _making(dialect: Dialect) -> tuple[str, ...]:
    """What makes them all, each statement compiled once."""
    made = sa.make_url(f"{dialect}://").get_dialect()()
    creating: list[sa.schema.ExecutableDDLElement] = []
    for table in _tables():
        creating += (sa.schema.CreateTable(table), *map(sa.schema.CreateIndex, table.indexes))
    return tuple(str(one.compile(dialect=made)) for one in creating)


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
    return connection.execute(sa.select(meta.c.value).where(meta.c.name == name)).scalar()


def _note(connection: Connection, name: str, value: str) -> None:
    if connection.execute(sa.update(meta).where(meta.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(sa.insert(meta), {"name": name, "value": value})
