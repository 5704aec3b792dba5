"""What tables the database has: their columns and indexes by name, each in one statement, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from .database import Connection, dialect_of

_COLUMNS = {
    "sqlite": "SELECT m.name, c.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'",
    "postgresql": "SELECT t.relname, c.attname FROM pg_class AS t JOIN pg_attribute AS c ON c.attrelid = t.oid"
    " WHERE t.relkind IN ('r', 'p') AND t.relnamespace = current_schema()::regnamespace AND c.attnum > 0 AND NOT c.attisdropped",
}
_INDEXES = {
    "sqlite": "SELECT tbl_name, name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT t.relname, i.relname FROM pg_index AS x JOIN pg_class AS t ON t.oid = x.indrelid"
    " JOIN pg_class AS i ON i.oid = x.indexrelid"
    " WHERE t.relnamespace = current_schema()::regnamespace AND NOT x.indisprimary AND x.indisvalid",
}
"""Indexes that PostgreSQL did not finish are left out: nobody can use them."""


def columns_by_table(connection: Connection) -> Mapping[str, frozenset[str]]:
    """The names of the columns of each table."""
    return _named(connection, _COLUMNS)


def indexes_by_table(connection: Connection) -> Mapping[str, frozenset[str]]:
    """The names of the indexes of each table that has some; keys are none."""
    return _named(connection, _INDEXES)


def _named(connection: Connection, statements: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for table, name in connection.execute(sa.text(statements[dialect_of(connection)])):
        found[str(table)].add(str(name))
    return {table: frozenset(names) for table, names in found.items()}
