"""The audit as a list over all records, newest first. Every page walks one range of ids, however rare what is sought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from engine.frozen import frozen

from .database import Connection
from .system_tables import audit, reading

RANGE = 100_000
"""How many entries one page looks through at most."""


@frozen
class Sought:
    """Which entries: of a person (by name), an entity, a record, from and until an instant; with a number below `before`."""

    who: str = ""
    entity_id: int | None = None
    record_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    reads: bool = False


@frozen
class Line:
    """Somebody did something to a record, or (`action` read) was shown it; `fields` are the names of what changed."""

    number: int
    at: datetime
    actor: int | None
    actor_name: str
    entity_id: int
    record_id: int
    action: str
    cause: str = ""
    fields: Sequence[str] = ()
    on_behalf_of: int | None = None


def audit_lines(connection: Connection, sought: Sought, limit: int) -> tuple[list[Line], int | None]:
    """The newest lines, at most the limit, and the number before which the next page begins (None: there is nothing older)."""
    table = reading if sought.reads else audit
    start = sought.before or int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one()) + 1
    least = max(0, start - RANGE)
    query = sa.select(table).where(table.c.id < start, table.c.id >= least, *_conditions(table, sought))
    rows = connection.execute(query.order_by(table.c.id.desc()).limit(limit)).mappings().all()
    lines = [_line(row) for row in rows]
    if len(lines) == limit:
        return lines, lines[-1].number
    return lines, least if least > 0 else None


def _conditions(table: sa.Table, sought: Sought) -> list[sa.ColumnElement[bool]]:
    asked = {
        "actor_name": sought.who or None,
        "entity_id": sought.entity_id,
        "record_id": sought.record_id,
    }
    found: list[sa.ColumnElement[bool]] = [table.c[name] == value for name, value in asked.items() if value is not None]
    if sought.since is not None:
        found.append(table.c.at >= sought.since)
    if sought.until is not None:
        found.append(table.c.at < sought.until)
    return found


def _line(row: sa.RowMapping) -> Line:
    whom = (row["id"], row["at"], row["actor"], row["actor_name"], row["entity_id"], row["record_id"])
    if "action" not in row:
        return Line(*whom, "read")
    fields = sorted(name for name in row["fields"] if not name.startswith("_"))
    return Line(*whom, row["action"], row["cause"], fields, row["on_behalf_of"])
