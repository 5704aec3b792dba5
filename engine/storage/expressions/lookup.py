"""What expressions ask of the tables: which table and which column hold a field, and how one hop joins."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from sqlalchemy import Column, ColumnElement, FromClause, Table, Text, func, literal_column, type_coerce

from engine.errors import Message, ObjectloomError
from engine.formula import Hop, Via
from engine.metadata import SEALED
from engine.storage.names import SEALED_VALUES
from engine.storage.types import Boolean

Dialect = Literal["sqlite", "postgresql"]
DOCUMENT = "document_id"
"""The column of a table's rows that holds the id of their document."""


class TableLookup(Protocol):
    """The physical side of the catalog; `storage` implements it. Physical names follow the ids for life."""

    def table(self, entity: str) -> Table:
        """The table that holds the records of an entity, or the rows of `receipt.lines`."""

    def column(self, entity: str, field: str) -> Column[object]:
        """The column of `main(entity)` for a field or system column (`id`, `document_id`, `row_no` …). Raises KeyError."""


class NotPushable(ObjectloomError):
    """A part of a formula cannot run in the database; `start` and `end` are its place in the source (FX701)."""

    status, code = 422, "FX701"

    def __init__(self, message: Message, start: int = 0, end: int = 0) -> None:
        super().__init__(message)
        self.start, self.end = start, end


def column_of(tables: TableLookup, source: FromClause, entity: str, field: str) -> ColumnElement[Any]:
    """The column of a field, seen through `source`, an alias of the entity's table; of one called with SEALED, whether it is sealed."""
    if field.endswith(SEALED):
        return _in_envelope(source.c[SEALED_VALUES], field.removesuffix(SEALED))
    found: ColumnElement[Any] = source.c[tables.column(entity, field).key]
    return found


def _in_envelope(envelopes: ColumnElement[Any], field: str) -> ColumnElement[Any]:
    """Whether a field lies among the sealed values of a row: they are written as canonical JSON, in which only names stand before lists."""
    written = type_coerce(envelopes, Text())
    without = func.replace(written, literal_column(f"'\"{field}\":['"), literal_column("''"))
    return type_coerce(without != written, Boolean())


def join_condition(tables: TableLookup, near: FromClause, far: FromClause, hop: Hop) -> ColumnElement[bool]:
    """How the rows of `far` belong to those of `near`; raises NotPushable for hops over relation and closure tables."""
    if hop.via is Via.LINK:
        return column_of(tables, near, hop.source, hop.name) == column_of(tables, far, hop.target, "id")
    if hop.via is Via.DOCUMENT:
        return column_of(tables, near, hop.source, DOCUMENT) == column_of(tables, far, hop.target, "id")
    return owner_key(tables, far, hop) == column_of(tables, near, hop.source, "id")


def owner_key(tables: TableLookup, far: FromClause, hop: Hop) -> ColumnElement[Any]:
    """The column of the many side that holds the id of the one side."""
    if hop.via is Via.TABLE:
        return column_of(tables, far, hop.target, DOCUMENT)
    if hop.via is Via.INVERSE and hop.link is not None:
        return column_of(tables, far, hop.target, hop.link)
    raise NotPushable(Message("{name} cannot be followed in the database.", {"name": hop.name}))
