"""What requests with an idempotency key were answered (`loom_answer`), so that sending one again changes nothing.

The key is claimed before the work, in its transaction: of two that come at once the second waits for the first to end, and
then finds its answer. When the work fails, the claim is rolled back with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.frozen import frozen

from .database import Connection
from .prepared import Standing
from .system_tables import answer

KEPT = timedelta(hours=24)
"""How long an answer can be asked for again."""


@frozen
class Answered:
    """The answer that a key already has; `request_hash` tells whether it was the same request."""

    request_hash: str
    status: int
    body: str


def _bind(name: str, column: str = "") -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=answer.c[column or name].type)


_VALUES = {column.key: _bind(f"{column.key}_", column.key) for column in answer.c}
_CLAIM = {
    "postgresql": Standing(postgresql.insert(answer).values(_VALUES).on_conflict_do_nothing()),
    "sqlite": Standing(sqlite.insert(answer).values(_VALUES).on_conflict_do_nothing()),
}
_OWN = sa.and_(answer.c.actor == _bind("actor_", "actor"), answer.c.key == _bind("key_", "key"))
_FIND = Standing(sa.select(answer.c.request_hash, answer.c.status, answer.c.body).where(_OWN))
_KEEP = Standing(sa.update(answer).where(_OWN).values(status=_bind("status_", "status"), body=_bind("body_", "body")))
_FORGET = Standing(sa.delete(answer).where(answer.c.actor == _bind("actor_", "actor"), answer.c.at < _bind("at_", "at")))


def claim_answer(connection: Connection, actor: int, key: str, request_hash: str, now: datetime) -> Answered | None:
    """Take the key for this request: None when it was free, else what it was answered in the last 24 hours."""
    _FORGET.on(connection).count(connection, {"actor_": actor, "at_": now - KEPT})
    values: Mapping[str, Any] = {"actor_": actor, "key_": key, "request_hash_": request_hash, "at_": now, "status_": 0, "body_": ""}
    if _CLAIM[connection.dialect.name].on(connection).count(connection, values):
        return None
    row = _FIND.on(connection).rows(connection, {"actor_": actor, "key_": key})[0]
    return Answered(row["request_hash"], row["status"], row["body"])


def keep_answer(connection: Connection, actor: int, key: str, status: int, body: str) -> None:
    """Remember the answer to a request whose key was claimed in this transaction."""
    _KEEP.on(connection).count(connection, {"actor_": actor, "key_": key, "status_": status, "body_": body})
