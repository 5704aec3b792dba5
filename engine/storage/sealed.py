"""Records with sealed values, by the time at which something of them opens."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from .database import Connection
from .names import SEALED_UNTIL
from .tables import Tables

BATCH = 100
"""How many records are opened in one transaction."""


def sealed_ids(connection: Connection, tables: Tables, entity: str, until: datetime, after: int) -> list[int]:
    """The ids of the next records of which something is sealed and opens by then."""
    table = tables.table(entity)
    query = sa.select(table.c.id).where(table.c[SEALED_UNTIL] <= until, table.c.id > after).order_by(table.c.id).limit(BATCH)
    return [int(row[0]) for row in connection.execute(query)]
