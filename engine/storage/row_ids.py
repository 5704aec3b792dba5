"""Ids of rows: by a text, those that exist, the next ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .many import among, among_texts, listed
from .tables import Tables

Row = dict[str, Any]


def ids_by_text(connection: Connection, tables: Tables, entity: str, column: str, texts: Sequence[str]) -> list[Row]:
    """`id` and `text` of the rows of `entity` whose column holds one of these texts as it is compared, oldest first."""

    def statement() -> sa.Select[Any]:
        table = tables.table(entity)
        found = tables.compared(entity, column)
        return sa.select(table.c.id, found.label("text")).where(among_texts(found, tables.dialect, "texts")).order_by(table.c.id)

    prepared = tables.prepared(connection, ("ids_by_text", entity, column), statement)
    return prepared.rows(connection, {"texts": listed(texts, tables.dialect)})


def existing_ids(connection: Connection, tables: Tables, entity: str, ids: Sequence[int]) -> set[int]:
    """Those of the ids that rows of `entity` have."""

    def statement() -> sa.Select[Any]:
        key = tables.table(entity).c.id
        return sa.select(key).where(among(key, tables.dialect))

    found = tables.prepared(connection, ("existing_ids", entity), statement).tuples(connection, {"ids": listed(ids, tables.dialect)})
    return {row[0] for row in found}


def next_ids(connection: Connection, tables: Tables, entity: str, after: int, limit: int) -> list[int]:
    """The ids of the next rows of `entity`, in their order."""

    def statement() -> sa.Select[Any]:
        key = tables.table(entity).c.id
        return sa.select(key).where(key > sa.bindparam("after")).order_by(key).limit(sa.bindparam("most", type_=sa.Integer))

    rows = tables.prepared(connection, ("next_ids", entity), statement).rows(connection, {"after": after, "most": limit})
    return [row["id"] for row in rows]
