"""The recycle bin: which records were deleted, by whom, and getting them back from their earlier versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .comments import drop_comments
from .database import Connection
from .many import among, listed
from .prepared import Standing
from .system_tables import binned
from .tables import Tables
from .violations import explained

_NEW = tuple(column for column in binned.c if column.name != "id")
_PUT = Standing(sa.insert(binned).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in _NEW}))
_is_head = sa.and_(binned.c.entity_id == binned.c.head_entity, binned.c.record_id == binned.c.head_record)
_before = binned.c.id < sa.bindparam("before", type_=sa.BigInteger)
_newest = sa.select(binned).where(_is_head, _before).order_by(binned.c.id.desc()).limit(sa.bindparam("most", type_=sa.Integer))
_ALL = Standing(_newest)
_OWN = Standing(_newest.where(binned.c.deleted_by == sa.bindparam("person", type_=sa.BigInteger)))
_ONE = Standing(sa.select(binned).where(_is_head, binned.c.id == sa.bindparam("number", type_=sa.BigInteger)).with_for_update())
_of_head = sa.and_(binned.c.head_entity == sa.bindparam("entity"), binned.c.head_record == sa.bindparam("record"))
_TOGETHER = Standing(sa.select(binned).where(_of_head).order_by(binned.c.id.desc()))
_TAKE = Standing(sa.delete(binned).where(_of_head))
_WHICH = Standing(sa.select(binned.c.id).where(_is_head, _of_head))
LAST = 2**62


@frozen
class Binned:
    """A deleted record. `rows` are the ids of its rows by the number of their table; what went with it has the same head."""

    entity_id: int
    record_id: int
    head_entity: int
    head_record: int
    deleted_at: datetime
    deleted_by: int | None
    deleted_by_name: str
    title: str
    rows: Mapping[str, Sequence[int]]
    id: int = 0


def put_in_bin(connection: Connection, record: Binned) -> None:
    """Remember that a record was deleted."""
    _PUT.on(connection).count(connection, {f"new_{column.name}": getattr(record, column.name) for column in _NEW})


def in_bin(connection: Connection, person: int | None, before: int | None, limit: int) -> list[Binned]:
    """What was deleted last, by `person` or (None) by anybody, without what went with something else."""
    asked = {"before": before or LAST, "most": limit, "person": person}
    return [Binned(**row) for row in (_ALL if person is None else _OWN).on(connection).rows(connection, asked)]


def from_bin(connection: Connection, number: int) -> list[Binned]:
    """A deleted record, first, and what went with it, in the order in which it can come back; nothing where there is none."""
    found = _ONE.on(connection).rows(connection, {"number": number})
    if not found:
        return []
    head = {"entity": found[0]["entity_id"], "record": found[0]["record_id"]}
    return [Binned(**row) for row in _TOGETHER.on(connection).rows(connection, head)]


def bin_number(connection: Connection, entity_id: int, record_id: int) -> int | None:
    """What names a deleted record in the bin; None where it is not there."""
    found = _WHICH.on(connection).value(connection, {"entity": entity_id, "record": record_id})
    return None if found is None else int(found)


def take_from_bin(connection: Connection, head: Binned) -> None:
    """The record, and what went with it, is in the bin no more."""
    _TAKE.on(connection).count(connection, {"entity": head.entity_id, "record": head.record_id})


def revive(connection: Connection, tables: Tables, entity: str, ids: Sequence[int], now: datetime) -> None:
    """Rows come back as they were last, as a new version. Raises NotUnique, and Referenced where what they lead to is gone."""

    def statement() -> Any:
        table, earlier = tables.table(entity), tables.history(entity)
        names = [column.key for column in table.c]
        newest = sa.select(sa.func.max(earlier.c.history_id)).where(among(earlier.c.id, tables.dialect)).group_by(earlier.c.id)
        given = {"version": earlier.c.version + 1, "current_from": sa.bindparam("now", type_=table.c.current_from.type)}
        query = sa.select(*(given.get(name, earlier.c[name]) for name in names)).where(earlier.c.history_id.in_(newest))
        return sa.insert(table).from_select(names, query)

    with explained(tables, entity):
        prepared = tables.prepared(connection, ("revive", entity), statement)
        prepared.count(connection, {"ids": listed(ids, tables.dialect), "now": now})


def forget_versions(connection: Connection, tables: Tables, entity: str, number: int) -> None:
    """The earlier versions of a record, of all the rows it ever had, and its comments go for ever."""
    described = tables.metadata.entities[entity]
    for field in described.collections:
        assert field.rows is not None
        rows = tables.history(field.rows.name)
        _run(connection, tables, ("forget", field.rows.name), sa.delete(rows).where(rows.c.document_id == _NUMBER), number)
    versions = tables.history(entity)
    _run(connection, tables, ("forget", entity), sa.delete(versions).where(versions.c.id == _NUMBER), number)
    entity_id = tables.metadata.identity.number(f"entity:{entity}")
    assert entity_id is not None
    drop_comments(connection, entity_id, number)


_NUMBER = sa.bindparam("number", type_=sa.BigInteger)


def _run(connection: Connection, tables: Tables, key: tuple[str, str], statement: sa.Delete, number: int) -> None:
    tables.prepared(connection, key, lambda: statement).count(connection, {"number": number})
