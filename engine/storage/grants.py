"""Rights to single records and locks on them, written by whoever opens or closes a record (DESIGN section 2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .codes import holds_any
from .database import Connection, Dialect
from .many import among_few, among_texts
from .prepared import Standing
from .system_tables import grant, record_lock
from .types import Instant

_grants = (
    sa.select(*(grant.c[name] for name in ("person", "role", "verbs", "fields", "source", "until")), sa.literal_column("0").label("locks"))
    .where(grant.c.entity_id == sa.bindparam("entity"), grant.c.record_id == sa.bindparam("record"))
    .where(sa.or_(grant.c.until.is_(None), grant.c.until > sa.bindparam("now", type_=Instant())))
)
_locks = sa.select(
    *(sa.null().label(name) for name in ("person", "role", "verbs", "fields")),
    record_lock.c.source,
    sa.null().label("until"),
    sa.literal_column("1").label("locks"),
).where(record_lock.c.entity_id == sa.bindparam("entity"), record_lock.c.record_id == sa.bindparam("record"))
_HOLDS = Standing(sa.union_all(_grants, _locks))
_ADD = Standing(sa.insert(grant).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in grant.c if c.name != "id"}))
_OWN = Standing(
    sa.select(grant.c.record_id, grant.c.verbs, grant.c.fields)
    .where(grant.c.entity_id == sa.bindparam("entity"), grant.c.person == sa.bindparam("reader"))
    .where(grant.c.until.is_(None))
)
_REMOVE = Standing(sa.delete(grant).where(grant.c.source == sa.bindparam("from_source")))


@frozen
class Grant:
    """A right to one record: for `person`, or for everybody with `role`; `source` says who gave it (`task:12`, `share:3`)."""

    entity_id: int
    record_id: int
    person: int | None
    role: str | None
    verbs: tuple[str, ...]
    fields: tuple[str, ...]
    source: str
    until: datetime | None = None


def add_grant(connection: Connection, given: Grant) -> None:
    """From now on `given` holds."""
    _ADD.on(connection).tell(connection, {f"new_{name}": getattr(given, name) for name in Grant.__dataclass_fields__})


def remove_grants(connection: Connection, source: str) -> None:
    """What `source` gave is taken back."""
    _REMOVE.on(connection).tell(connection, {"from_source": source})


def grants_with(connection: Connection, entity_id: int, person: int, verb: str) -> list[tuple[int, frozenset[str]]]:
    """Record and fields of everything with a verb that was given to a person on records of an entity, and has no end."""
    rows = _OWN.on(connection).rows(connection, {"entity": entity_id, "reader": person})
    return [(row["record_id"], frozenset(row["fields"])) for row in rows if verb in row["verbs"]]


@frozen
class Holds:
    """What was written about one record beside the rules of its entity: its `grants`, and the sources of its `locks`."""

    grants: tuple[Grant, ...]
    locks: tuple[str, ...]

    def given(self, person: int, roles: Collection[str]) -> list[Grant]:
        """The grants for a person, or for one of their roles."""
        return [one for one in self.grants if one.person == person or one.role in roles]


def holds_of(connection: Connection, entity_id: int, record_id: int, now: datetime) -> Holds:
    """All grants that have not ended and all locks on a record."""
    rows = _HOLDS.on(connection).rows(connection, {"entity": entity_id, "record": record_id, "now": now})
    grants = (row for row in rows if not row["locks"])
    return Holds(tuple(_grant(row, entity_id, record_id) for row in grants), tuple(row["source"] for row in rows if row["locks"]))


def _grant(row: Mapping[str, Any], entity_id: int, record_id: int) -> Grant:
    given = {name: value for name, value in row.items() if name != "locks"}
    return Grant(entity_id, record_id, **given)


def opened_to(own: sa.ColumnElement[int], dialect: Dialect) -> sa.ColumnElement[bool]:
    """Whether a grant opens the record of this id for the reader: in a form that PostgreSQL finds by an index, beside other conditions."""
    return among_few(own, opened_ids(dialect), dialect)


def opened_ids(dialect: Dialect) -> sa.SelectBase:
    """The ids of the records that a grant opens for the reader.

    SQLite is asked in two parts and told by which index, or it reads all grants there are, or all on records of the entity, whomever they
    were given to: what it knows of a table is of the day on which somebody let it ANALYZE, if anybody did.
    """
    person = grant.c.person == sa.bindparam("person", type_=sa.BigInteger)
    role = among_texts(grant.c.role, dialect, "roles")
    if dialect == "sqlite":
        halves = (("loom_grant_person", person), ("loom_grant_role", role))
        return sa.union_all(*(_opened(given, dialect).with_hint(grant, f"INDEXED BY {index}", "sqlite") for index, given in halves))
    return _opened(sa.or_(person, role), dialect)


def _opened(given: sa.ColumnElement[bool], dialect: Dialect) -> sa.Select[Any]:
    lasting = sa.or_(grant.c.until.is_(None), grant.c.until > sa.bindparam("now", type_=grant.c.until.type))
    entity = grant.c.entity_id == sa.bindparam("entity_id", type_=sa.BigInteger)
    return sa.select(grant.c.record_id).where(entity, given, lasting, holds_any(grant.c.verbs, ["read"], dialect))


_COUNT_OPENED = Standing(lambda dialect: _count_opened("sqlite" if dialect == "sqlite" else "postgresql"))


def _count_opened(dialect: Dialect) -> sa.Select[Any]:
    bounded = sa.select(opened_ids(dialect).subquery().c.record_id).limit(sa.bindparam("most", type_=sa.Integer))
    return sa.select(sa.func.count()).select_from(bounded.subquery())


def count_opened(connection: Connection, reading: Mapping[str, object], most: int) -> int:
    """How many rights open records for a reader, at most so many; `reading` are the parameters of `opened_ids`."""
    return int(_COUNT_OPENED.on(connection).value(connection, {**reading, "most": most}))
