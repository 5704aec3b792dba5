"""What a table is to be, said in names and types: what the database is compared with and made to be.

A table of SQLAlchemy says the same and takes ten times as long to make; those are made for what is read and written.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen


@frozen
class Column:
    """A column: its name in the database, the name of its field, and the table whose ids it holds."""

    name: str
    key: str
    kind: sa.types.TypeEngine[Any]
    null: bool = True
    default: str | None = None
    leads_to: str = ""


@frozen
class Index:
    """An index: the names of its columns and of their fields, those of them that it holds in small letters, the rows that it is of."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]
    unique: bool = False
    small: frozenset[str] = frozenset()
    where: str = ""


@frozen
class Blueprint:
    """A table. A `counted` one gives out its ids by itself; one that `keeps` them gives none out again."""

    name: str
    primary: tuple[str, ...]
    columns: tuple[Column, ...]
    indexes: tuple[Index, ...] = ()
    counted: bool = True
    keeps: bool = False

    def column(self, name: str) -> Column:
        """A column by its name in the database. Raises StopIteration when there is none."""
        return next(column for column in self.columns if column.name == name)

    def index(self, name: str) -> Index:
        """An index by its name. Raises StopIteration when there is none."""
        return next(index for index in self.indexes if index.name == name)


def blueprint_of(table: sa.Table, dialect: str) -> Blueprint:
    """The same of a table of the engine itself."""
    columns = tuple(Column(one.name, one.key, one.type, bool(one.nullable), leads_to=_leads_to(one)) for one in table.columns)
    indexes = tuple(_index(index, dialect) for index in sorted(table.indexes, key=lambda each: str(each.name)))
    counted = any(column.identity is not None for column in table.columns)
    keeps = bool(table.dialect_options["sqlite"]["autoincrement"])
    return Blueprint(table.name, tuple(table.primary_key.columns.keys()), columns, indexes, counted, keeps)


def _leads_to(column: sa.Column[Any]) -> str:
    return next((key.column.table.name for key in column.foreign_keys), "")


def _index(index: sa.Index, dialect: str) -> Index:
    names = tuple(column.name for column in index.columns)
    condition = index.dialect_options[dialect]["where"]
    return Index(str(index.name), names, names, bool(index.unique), where="" if condition is None else str(condition))
