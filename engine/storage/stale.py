"""Records whose deferred computed fields wait: every change adds a row of its own, so that changes never wait for each other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from .database import Connection
from .later_tables import stale
from .many import among, listed

Document = tuple[int, int]
"""Entity and record."""


def put_stale(connection: Connection, documents: Iterable[Document], now: datetime) -> None:
    """These records wait from now on."""
    rows = [{"entity_id": entity, "record_id": record, "since": now} for entity, record in documents]
    if rows:
        connection.execute(sa.insert(stale), rows)


def take_stale(connection: Connection, document: Document) -> bool:
    """Nothing that is committed makes this record wait any more; whether anything did."""
    entity, record = document
    return connection.execute(sa.delete(stale).where(stale.c.entity_id == entity, stale.c.record_id == record)).rowcount > 0


def stale_since(connection: Connection, entity: int, records: Iterable[int]) -> dict[int, datetime]:
    """Those of the records that wait, each with the time since which it does."""
    mine = among(stale.c.record_id, connection.dialect.name)
    query = sa.select(stale.c.record_id, sa.func.min(stale.c.since)).where(stale.c.entity_id == entity, mine).group_by(stale.c.record_id)
    return {int(record): since for record, since in connection.execute(query, {"ids": listed(records, connection.dialect.name)})}
