"""Series of numbers: one row each, counted up in one statement and held until the transaction ends, so that none is given twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from .database import Connection
from .prepared import Standing
from .system_tables import counter

_NEXT = Standing(
    sa.text(
        "INSERT INTO loom_counter (key, value) VALUES (:key, :count)"
        " ON CONFLICT (key) DO UPDATE SET value = loom_counter.value + :count RETURNING value"
    )
)


def next_value(connection: Connection, key: str) -> int:
    """The next number of the series `key`, from 1."""
    return next_values(connection, key, 1)[0]


def next_values(connection: Connection, key: str, count: int) -> range:
    """The next numbers of the series `key`."""
    last = int(_NEXT.on(connection).value(connection, {"key": key, "count": count}))
    return range(last - count + 1, last + 1)


def counted(connection: Connection, prefix: str) -> dict[str, int]:
    """The last number of every series whose key begins like this."""
    found = connection.execute(sa.select(counter.c.key, counter.c.value).where(counter.c.key.startswith(prefix, autoescape=True)))
    return {str(key): int(value) for key, value in found}


def load_of(connection: Connection, table: sa.Table, field: str, people: Sequence[int], final: Collection[str]) -> Mapping[int, int]:
    """How many records each of `people` has in a field, those in `final` states left out; nobody who has none."""
    query = sa.select(table.c[field], sa.func.count()).where(table.c[field].in_(people)).group_by(table.c[field])
    if final:
        query = query.where(table.c["state"].not_in(sorted(final)))
    return {int(row[0]): int(row[1]) for row in connection.execute(query)}
