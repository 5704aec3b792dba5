"""Rows as they were at an instant: the present ones that are old enough, and the earlier versions that were valid then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .rows import Row
from .tables import Tables

Key = tuple[str, str]
"""An entity, and the column by which its rows are found, or the state that they are in."""


def version_at(connection: Connection, tables: Tables, entity: str, number: int, at: datetime) -> Row | None:
    """The record as it was at `at`; None when it was not there."""
    return next(iter(_rows_at(connection, tables, (entity, "id"), number, at)), None)


def rows_at(connection: Connection, tables: Tables, entity: str, document: int, at: datetime) -> list[Row]:
    """The rows of the table `entity` that a document had at `at`, in their order."""
    return sorted(_rows_at(connection, tables, (entity, "document_id"), document, at), key=lambda row: int(row["row_no"]))


def _rows_at(connection: Connection, tables: Tables, which: Key, number: int, at: datetime) -> Iterable[Row]:
    found: dict[int, Row] = {}
    for earlier in (False, True):
        prepared = tables.prepared(connection, ("at", *which, earlier), partial(_at, tables, which, earlier))
        for row in prepared.rows(connection, {"number": number, "at": at}):
            found.setdefault(row["id"], row)
    return found.values()


def _at(tables: Tables, which: Key, earlier: bool) -> sa.Select[Any]:
    entity, key = which
    table = tables.history(entity) if earlier else tables.table(entity)
    at = sa.bindparam("at", type_=table.c.current_from.type)
    asked = sa.select(*(table.c[name] for name in tables.names(entity)))
    valid = asked.where(table.c[key] == sa.bindparam("number", type_=sa.BigInteger), table.c.current_from <= at)
    return valid.where(table.c.current_until > at).order_by(table.c.history_id.desc()) if earlier else valid


def rows_then(tables: Tables, entity: str) -> sa.FromClause:
    """The rows of an entity as they were at the instant of the parameter `at`, those that are gone since among them."""
    main, earlier = tables.table(entity), tables.history(entity)
    at = sa.bindparam("at", type_=main.c.current_from.type)
    names = (*tables.names(entity), *tables.spellings(entity).values())
    parts = [sa.select(*(table.c[name].label(name) for name in names)) for table in (main, earlier)]
    now = parts[0].where(main.c.current_from <= at)
    past = parts[1].where(earlier.c.current_from <= at, earlier.c.current_until > at)
    return sa.union_all(now, past).subquery("t")


def _made(main: sa.Table, earlier: sa.Table) -> tuple[Any, ...]:
    """When a record was made; a row of a table does not say it, but its first version does."""
    if "created_at" in main.c:
        return (main.c.created_at,)
    first = sa.select(sa.func.min(earlier.c.current_from)).where(earlier.c.id == main.c.id)
    return first.scalar_subquery(), main.c.current_from


def in_state(connection: Connection, tables: Tables, place: Key, after: int, most: int) -> list[tuple[int, datetime]]:
    """The next records that are in a state (`place`: entity and state), each with the moment since when it is."""
    entity, state = place

    def statement() -> sa.Select[Any]:
        main, earlier = tables.table(entity), tables.history(entity)
        elsewhere = sa.select(sa.func.max(earlier.c.current_until)).where(earlier.c.id == main.c.id)
        left = elsewhere.where(earlier.c.state.is_distinct_from(main.c.state)).scalar_subquery()
        since = sa.func.coalesce(left, *_made(main, earlier), type_=main.c.current_from.type)
        there = main.c.state == sa.bindparam("state", type_=main.c.state.type)
        found = sa.select(main.c.id, since).where(there, main.c.id > sa.bindparam("after", type_=sa.BigInteger))
        return found.order_by(main.c.id).limit(sa.bindparam("most", type_=sa.Integer))

    found = tables.prepared(connection, ("in_state", entity), statement)
    return [(row[0], row[1]) for row in found.tuples(connection, {"state": state, "after": after, "most": most})]
