"""From tables to a schema: what the database lacks is created, nothing that holds data is ever taken away.

The database itself is asked what it has, so that bringing it up to date can be repeated and does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from .catalog import columns_by_table, indexes_by_table
from .database import Connection, Database, dialect_of
from .tables import Tables
from .types import Boolean, Codes, Instant, Json, key_type
from .violations import NotUnique


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing to create (or a surplus index to drop): its kind, the table, and the column or index concerned."""

    kind: Literal["table", "column", "index", "surplus_index"]
    table: str
    name: str = ""
    unique: bool = False


def differences(connection: Connection, tables: Tables) -> tuple[Difference, ...]:
    """What `add_missing` would do."""
    return lacking(connection, tables.all())


def add_missing(connection: Connection, tables: Tables) -> tuple[Difference, ...]:
    """Create what the database lacks and drop indexes that no table wants any more; gives what was done."""
    return add_lacking(connection, tables.all())


def lacking(connection: Connection, tables: Iterable[sa.Table]) -> tuple[Difference, ...]:
    """What of these tables the database has not, and which of their indexes are too many."""
    found = _Found(connection)
    return tuple(change for table in tables for change in found.changes(table))


def add_lacking(connection: Connection, tables: Iterable[sa.Table]) -> tuple[Difference, ...]:
    """Create what of these tables is not there, drop indexes that are too many; gives what was done."""
    by_name = {table.name: table for table in tables}
    changes = lacking(connection, by_name.values())
    new = [by_name[change.table] for change in changes if change.kind == "table"]
    if new:
        new[0].metadata.create_all(connection, tables=new, checkfirst=False)
    for change in changes:
        if change.kind != "table":
            _execute(connection, by_name[change.table], change)
    return changes


def add_column(connection: Connection, table: str, name: str, kind: sa.types.TypeEngine[Any], leads_to: str | None = None) -> None:
    """A column for values of `kind`, referring to the ids of the table `leads_to`, unless it is there."""
    if name in columns_by_table(connection).get(table, ()):
        return
    schema = sa.MetaData()
    keys = [sa.ForeignKey(sa.Table(leads_to, schema, sa.Column("id", key_type()), extend_existing=True).c.id)] if leads_to else []
    made = sa.Table(table, schema, sa.Column(name, kind, *keys), extend_existing=True)
    connection.exec_driver_sql(_add_column(connection, made, made.c[name]))


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


def build_index(database: Database, index: sa.Index) -> None:
    """Make an index before it is needed. Raises NotUnique.

    On PostgreSQL while rows are written, what was left unfinished goes first; on SQLite, which cannot do that, in a transaction of its own.
    """
    name = database.writer.dialect.identifier_preparer.quote(str(index.name))
    wanted = str(sa.schema.CreateIndex(index).compile(dialect=database.writer.dialect))
    try:
        if database.dialect == "sqlite":
            with database.write() as connection:
                connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
                connection.exec_driver_sql(wanted)
            return
        with database.glance() as connection:
            _build_beside(connection, name, wanted)
    except sa.exc.IntegrityError as error:
        table = index.table.name if index.table is not None else ""
        raise NotUnique(table, tuple(str(column.key) for column in index.columns)) from error


def _build_beside(connection: Connection, name: str, wanted: str) -> None:
    connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    try:
        connection.exec_driver_sql(wanted.replace("INDEX", "INDEX CONCURRENTLY", 1))
    except sa.exc.IntegrityError:
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        raise


def _execute(connection: Connection, table: sa.Table, change: Difference) -> None:
    if change.kind == "column":
        column = next(column for column in table.columns if column.name == change.name)
        connection.exec_driver_sql(_add_column(connection, table, column))
    elif change.kind == "index":
        if dialect_of(connection) == "postgresql":
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {connection.dialect.identifier_preparer.quote(change.name)}")
        index = next(index for index in table.indexes if index.name == change.name)
        try:
            connection.execute(sa.schema.CreateIndex(index))
        except sa.exc.IntegrityError as error:
            raise NotUnique(table.name, tuple(str(column.key) for column in index.columns)) from error
    else:
        quoted = connection.dialect.identifier_preparer.quote(change.name)
        connection.exec_driver_sql(f"DROP INDEX {quoted}")


def _add_column(connection: Connection, table: sa.Table, column: sa.Column[object]) -> str:
    """`ALTER TABLE … ADD COLUMN`, with its reference; SQLite and PostgreSQL spell it alike."""
    preparer = connection.dialect.identifier_preparer
    definition = str(sa.schema.CreateColumn(column).compile(dialect=connection.dialect))
    if not column.nullable and column.server_default is None:
        definition += f" DEFAULT {_blank(column)}"
    for key in column.foreign_keys:
        definition += f" REFERENCES {preparer.quote(key.column.table.name)} ({preparer.quote(key.column.name)})"
    return f"ALTER TABLE {preparer.quote(table.name)} ADD COLUMN {definition}"


def _blank(column: sa.Column[object]) -> str:
    """What rows that are there already get in a new column of the engine's own tables that must have a value."""
    kind = type(column.type)
    if kind is Boolean:
        return "false"
    if kind is Instant:
        return "'1970-01-01 00:00:00.000000'"
    return "0" if isinstance(column.type, sa.Integer) else "'{}'" if kind in (Json, Codes) else "''"


class _Found:
    """What the database holds now: columns and indexes by table."""

    def __init__(self, connection: Connection) -> None:
        self.columns, self.indexes = columns_by_table(connection), indexes_by_table(connection)

    def changes(self, table: sa.Table) -> Iterable[Difference]:
        if table.name not in self.columns:
            yield Difference("table", table.name)
            return
        for column in table.columns:
            if column.name not in self.columns[table.name]:
                yield Difference("column", table.name, column.name)
        wanted = {str(index.name): bool(index.unique) for index in table.indexes}
        present = self.indexes.get(table.name, frozenset())
        for name in wanted.keys() - present:
            yield Difference("index", table.name, name, wanted[name])
        for name in sorted(present - wanted.keys()):
            if name.startswith(("ix_", "uq_")):
                yield Difference("surplus_index", table.name, name)
