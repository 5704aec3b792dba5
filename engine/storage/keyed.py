"""Rows found by a key of their own fields: exact values, and for dated ones the day they hold on.

Of a dated entity a row without an end holds until the day before the next of its key begins, so the one that holds on a day is
the last that has begun, if it has not ended.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .prepared import Standing
from .rows import Row
from .tables import Tables

FROM, UNTIL = "valid_from", "valid_to"
_LOCK = Standing(sa.text("SELECT pg_advisory_xact_lock(1819242350, hashtext(:key))"))
Key = Mapping[str, Any]


def lock_key(connection: Connection, key: str) -> None:
    """Until this transaction ends nobody else gets past here with this key. SQLite lets one transaction write at a time anyway."""
    if connection.dialect.name == "postgresql":
        _LOCK.on(connection).value(connection, {"key": key})


def find_key(connection: Connection, tables: Tables, entity: str, key: Key) -> Row | None:
    """The row whose fields have exactly these values, the oldest of several; None when there is none."""

    def statement() -> sa.Select[Any]:
        return _keyed(tables, entity, key).order_by(tables.table(entity).c.id).limit(1)

    return _first(connection, tables, ("find_key", entity, *key), statement, _given(tables, entity, key))


def find_on(connection: Connection, tables: Tables, entity: str, key: Key, day: date) -> Row | None:
    """The row of a dated entity that holds for this key on a day; None when none does."""
    found = _begun(connection, tables, entity, key, (day, 0))
    return None if found is None or (found[UNTIL] is not None and found[UNTIL] < day) else found


def around(connection: Connection, tables: Tables, entity: str, key: Key, place: tuple[date, int]) -> tuple[Row | None, Row | None]:
    """The rows of this key that begin last until a day and first after it, without the one with the id of `place`."""

    def statement() -> sa.Select[Any]:
        table = tables.table(entity)
        later = _keyed(tables, entity, key).where(table.c[FROM] > _day(table), _other(table))
        return later.order_by(table.c[FROM]).limit(1)

    params = {**_given(tables, entity, key), "day": place[0], "but": place[1]}
    after = _first(connection, tables, ("next_of", entity, *key), statement, params)
    return _begun(connection, tables, entity, key, place), after


def _begun(connection: Connection, tables: Tables, entity: str, key: Key, place: tuple[date, int]) -> Row | None:
    def statement() -> sa.Select[Any]:
        table = tables.table(entity)
        begun = _keyed(tables, entity, key).where(table.c[FROM] <= _day(table), _other(table))
        return begun.order_by(table.c[FROM].desc()).limit(1)

    return _first(connection, tables, ("begun", entity, *key), statement, {**_given(tables, entity, key), "day": place[0], "but": place[1]})


def _keyed(tables: Tables, entity: str, names: Collection[str]) -> sa.Select[Any]:
    held = {name: tables.compared(entity, name) for name in names}
    equal = (column == sa.bindparam(f"key_{name}", type_=column.type) for name, column in held.items())
    return sa.select(*tables.held(entity)).where(*equal)


def _day(table: sa.Table) -> sa.BindParameter[Any]:
    return sa.bindparam("day", type_=table.c[FROM].type)


def _other(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.id != sa.bindparam("but", type_=sa.BigInteger)


def _given(tables: Tables, entity: str, key: Key) -> Row:
    fields = tables.metadata.entities[entity].fields
    return {f"key_{name}": fields[name].type.compared(value) if name in fields else value for name, value in key.items()}


def _first(connection: Connection, tables: Tables, name: tuple[str, ...], make: Any, params: Row) -> Row | None:
    rows = tables.prepared(connection, name, make).rows(connection, params)
    return rows[0] if rows else None
