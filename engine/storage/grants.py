"""Rights to single records and locks on them, written by whoever opens or closes a record (DESIGN section 2)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .database import Connection
from .prepared import Standing
from .system_tables import grant, record_lock
from .types import Instant

_until = sa.or_(grant.c.until.is_(None), grant.c.until > sa.bindparam("now", type_=Instant()))
_of_record = (grant.c.entity_id == sa.bindparam("entity"), grant.c.record_id == sa.bindparam("record"))
_ON_RECORD = Standing(sa.select(grant).where(*_of_record, _until))
_ADD = Standing(sa.insert(grant).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in grant.c if c.name != "id"}))
_REMOVE = Standing(sa.delete(grant).where(grant.c.source == sa.bindparam("from_source")))
_LOCKS = Standing(
    sa.select(record_lock.c.source).where(
        record_lock.c.entity_id == sa.bindparam("entity"), record_lock.c.record_id == sa.bindparam("record")
    )
)


@dataclass(frozen=True, slots=True)
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
    _ADD.on(connection).count(connection, {f"new_{name}": getattr(given, name) for name in Grant.__dataclass_fields__})


def remove_grants(connection: Connection, source: str) -> None:
    """What `source` gave is taken back."""
    _REMOVE.on(connection).count(connection, {"from_source": source})


def grants_of(connection: Connection, record: tuple[int, int], person: int, roles: Collection[str], now: datetime) -> list[Grant]:
    """What was opened for a person, or for one of their roles, on the record (`entity_id`, `record_id`)."""
    rows = _ON_RECORD.on(connection).rows(connection, {"entity": record[0], "record": record[1], "now": now})
    return [
        Grant(**{name: row[name] for name in Grant.__dataclass_fields__}) for row in rows if row["person"] == person or row["role"] in roles
    ]


def locks_of(connection: Connection, entity_id: int, record_id: int) -> list[str]:
    """The sources of all locks on a record."""
    rows = _LOCKS.on(connection).rows(connection, {"entity": entity_id, "record": record_id})
    return [row["source"] for row in rows]
