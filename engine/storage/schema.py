"""From tables to a schema: what the database lacks is created, nothing that holds data is ever taken away.

The database itself is asked what it has, so that bringing it up to date can be repeated and does nothing the second time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa

from engine.frozen import frozen

from .blueprint import Blueprint, Column, Index
from .catalog import Catalogue, columns_by_table
from .database import Connection, Database, dialect_of
from .ddl import adding, create_index, creating, run
from .postgresql import TWICE, code_of
from .violations import NotUnique


@frozen
class Difference:
    """One thing to create (or a surplus index to drop): its kind, the table, and the column or index concerned."""

    kind: Literal["table", "column", "index", "surplus_index"]
    table: str
    name: str = ""
    unique: bool = False


def differences(catalogue: Catalogue, tables: Mapping[str, Blueprint]) -> tuple[Difference, ...]:
    """What of these tables the database has not, and which of their indexes are too many."""
    return tuple(change for table in tables.values() for change in _lacking(catalogue, table))


def _lacking(catalogue: Catalogue, table: Blueprint) -> Iterator[Difference]:
    there = catalogue.columns.get(table.name)
    if there is None:
        yield Difference("table", table.name)
        return
    for column in table.columns:
        if column.name not in there:
            yield Difference("column", table.name, column.name)
    wanted = {index.name: index.unique for index in table.indexes}
    present = catalogue.indexes.get(table.name, frozenset())
    for name in sorted(wanted.keys() - present):
        yield Difference("index", table.name, name, wanted[name])
    for name in sorted(present - wanted.keys()):
        if name.startswith(("ix_", "uq_")):
            yield Difference("surplus_index", table.name, name)


def add_missing(connection: Connection, tables: Mapping[str, Blueprint], changes: Iterable[Difference]) -> None:
    """Create what of `tables`, by their names, is not there, and drop indexes that are too many. Raises NotUnique."""
    new = [tables[change.table] for change in changes if change.kind == "table"]
    run(connection, list(creating(new, connection.dialect)))
    for change in changes:
        if change.kind != "table":
            _execute(connection, tables[change.table], change)


def add_column(connection: Connection, table: str, name: str, kind: sa.types.TypeEngine[Any], leads_to: str = "") -> None:
    """A column for values of `kind`, referring to the ids of the table `leads_to`, unless it is there."""
    if name not in columns_by_table(connection).get(table, ()):
        run(connection, [adding(table, Column(name, name, kind, leads_to=leads_to), connection.dialect)])


def drop_column(connection: Connection, table: str, name: str) -> None:
    """The column and all it holds go. SQLite keeps one that refers to other rows, and empties it."""
    quote = connection.dialect.identifier_preparer.quote
    refers = any(name in key["constrained_columns"] for key in sa.inspect(connection).get_foreign_keys(table))
    if refers and dialect_of(connection) == "sqlite":
        target: sa.ColumnClause[Any] = sa.column(name)
        connection.execute(sa.update(sa.table(table, target)).where(target.is_not(None)).values({name: None}))
        return
    connection.exec_driver_sql(f"ALTER TABLE {quote(table)} DROP COLUMN {quote(name)}")


def drop_table(connection: Connection, table: str) -> None:
    """The table and all it holds go."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {connection.dialect.identifier_preparer.quote(table)}")


def build_index(database: Database, table: Blueprint, index: Index) -> None:
    """Make an index before it is needed. Raises NotUnique.

    On PostgreSQL while rows are written, what was left unfinished goes first; on SQLite, which cannot do that, in a transaction of its own.
    """
    dialect = database.writer.dialect
    name, wanted = dialect.identifier_preparer.quote(index.name), create_index(table, index, dialect)
    if database.dialect == "sqlite":
        with _unique(table, index), database.write() as connection:
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
            connection.exec_driver_sql(wanted)
        return
    with _unique(table, index), database.glance() as connection:
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        try:
            connection.exec_driver_sql(wanted.replace("INDEX", "INDEX CONCURRENTLY", 1))
        except sa.exc.IntegrityError:
            connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            raise


def _execute(connection: Connection, table: Blueprint, change: Difference) -> None:
    quoted = connection.dialect.identifier_preparer.quote(change.name)
    if change.kind == "column":
        run(connection, [adding(table.name, table.column(change.name), connection.dialect)])
    elif change.kind == "surplus_index":
        run(connection, [f"DROP INDEX {quoted}"])
    else:
        unfinished = [f"DROP INDEX IF EXISTS {quoted}"] if dialect_of(connection) == "postgresql" else []
        index = table.index(change.name)
        with _unique(table, index):
            run(connection, [*unfinished, create_index(table, index, connection.dialect)])


@contextmanager
def _unique(table: Blueprint, index: Index) -> Iterator[None]:
    """Raises NotUnique for rows that an index does not take."""
    try:
        yield
    except Exception as error:
        cause = error.orig if isinstance(error, sa.exc.IntegrityError) else error
        if isinstance(cause, sqlite3.IntegrityError) or code_of(cause) == TWICE:
            raise NotUnique(table.name, index.keys) from error
        raise
