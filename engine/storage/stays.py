"""How long records stayed in their states, told by the versions that are kept of them: one row for each stay.

A stay begins with the first version in a state and ends when the first one in another begins; the one that goes on has no end, and
its time is counted until the instant of the parameter `at`. States that a record only passes within one transaction are no stays.
Records that were deleted have none.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .database import Dialect
from .tables import Tables
from .types import Duration, key_type

_LAST = sa.literal_column(str(2**63 - 1), key_type())
_SECOND = 1_000_000


def stays_of(tables: Tables, entity: str) -> sa.FromClause:
    """The rows of the history of an entity (`order.history`), in the place of a table."""
    document = str(tables.metadata.entities[entity].document)
    versions = _versions(tables, document)
    order: dict[str, Any] = {"partition_by": versions.c.id, "order_by": versions.c.place}
    former = sa.func.lag(versions.c.state).over(**order).label("former")
    told = sa.select(*versions.c, former).subquery("told")
    begun = sa.select(told).where(told.c.state.is_distinct_from(told.c.former)).subquery("begun")
    left = sa.func.lead(begun.c.entered_at, type_=begun.c.entered_at.type).over(partition_by=begun.c.id, order_by=begun.c.place)
    stays = sa.select(begun, left.label("left_at")).subquery("stays")
    until = sa.func.coalesce(stays.c.left_at, sa.bindparam("at", type_=stays.c.left_at.type), type_=stays.c.left_at.type)
    lasting = sa.or_(stays.c.left_at.is_(None), stays.c.left_at > stays.c.entered_at)
    columns = (stays.c.place.label("id"), stays.c.id.label("document_id"), stays.c.state, stays.c.entered_at, stays.c.left_at, stays.c.by)
    spent = _between(stays.c.entered_at, until, tables.dialect).label("spent")
    return sa.select(*columns, spent).where(lasting).subquery("t")


def _versions(tables: Tables, document: str) -> sa.Subquery:
    """Every version of the records that are there, each with its place among those of its record."""
    main, earlier = tables.table(document), tables.history(document)
    parts = [
        sa.select(table.c.id, table.c.state, table.c.current_from.label("entered_at"), table.c.updated_by.label("by"), place.label("place"))
        for table, place in ((earlier, earlier.c.history_id), (main, _LAST))
    ]
    there = sa.exists().where(main.c.id == earlier.c.id)
    return sa.union_all(parts[0].where(earlier.c.state.is_not(None), there), parts[1]).subquery("versions")


def _between(begin: sa.ColumnElement[Any], end: sa.ColumnElement[Any], dialect: Dialect) -> sa.ColumnElement[Any]:
    """The time between two instants, to the microsecond."""
    if dialect == "postgresql":
        return sa.type_coerce(end - begin, Duration())
    return sa.type_coerce(_microseconds(end) - _microseconds(begin), Duration())


def _microseconds(instant: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """An instant, which SQLite holds as a text, as a number."""
    text = sa.type_coerce(instant, sa.Text())
    seconds = sa.cast(sa.func.strftime("%s", text), sa.Integer())
    return seconds * _SECOND + sa.cast(sa.func.substr(text, 21), sa.Integer())
