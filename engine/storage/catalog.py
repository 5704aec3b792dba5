"""What tables the database has: their columns and indexes by name, each in one statement, whatever their number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

import sqlalchemy as sa

from .database import Connection, dialect_of
from .prepared import Standing

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
_OF_ONE = {
    "sqlite": Standing(sa.text("SELECT name FROM pragma_table_info(:table)")),
    "postgresql": Standing(
        sa.text(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(:table)) AND attnum > 0 AND NOT attisdropped"
        )
    ),
}


class Catalogue:
    """What the database holds: columns and indexes by table, read when first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The names of the columns of each table."""
        return columns_by_table(self._connection)

    @cached_property
    def indexes(self) -> Mapping[str, frozenset[str]]:
        """The names of the indexes of each table that has some."""
        return indexes_by_table(self._connection)


def columns_of(connection: Connection, table: str) -> frozenset[str]:
    """The names of the columns of one table; none where it is not there."""
    found = _OF_ONE[dialect_of(connection)].on(connection).tuples(connection, {"table": table})
    return frozenset(str(name) for (name,) in found)


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
