"""What people wrote about records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .prepared import Standing
from .system_tables import comment

_NEW = tuple(column for column in comment.c if column.name not in ("id", "removed_at"))
_ADD = Standing(sa.insert(comment).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in _NEW}))
_DROP = Standing(sa.delete(comment).where(comment.c.entity_id == sa.bindparam("entity"), comment.c.record_id == sa.bindparam("record")))
_NEWEST = Standing(
    sa.select(comment)
    .where(
        comment.c.entity_id == sa.bindparam("entity"),
        comment.c.record_id == sa.bindparam("record"),
        comment.c.removed_at.is_(None),
    )
    .order_by(comment.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment on one record."""

    entity_id: int
    record_id: int
    at: datetime
    author: int | None
    author_name: str
    body: str


def add_comment(connection: Connection, written: Comment) -> None:
    """Keep a comment."""
    _ADD.on(connection).count(connection, {f"new_{c.name}": getattr(written, c.name) for c in _NEW})


def comments_of(connection: Connection, entity_id: int, record_id: int, limit: int = 50) -> list[Comment]:
    """The newest comments of a record, newest first."""
    found = _NEWEST.on(connection).rows(connection, {"entity": entity_id, "record": record_id, "most": limit})
    return [_comment(row) for row in found]


def _comment(row: Mapping[str, Any]) -> Comment:
    return Comment(**{name: row[name] for name in Comment.__dataclass_fields__})


def drop_comments(connection: Connection, entity_id: int, record_id: int) -> None:
    """What was written about a record goes for ever."""
    _DROP.on(connection).count(connection, {"entity": entity_id, "record": record_id})
