"""The questions to connectors that are counted or whose answers are used again (`loom_call`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .later_tables import call
from .matching import new_row, newly, set_where
from .prepared import Standing

ASKED, ANSWERED = "asked", "answered"
_SINCE = call.c.at >= sa.bindparam("since", type_=call.c.at.type)
_OF = call.c.connector == sa.bindparam("connector", type_=call.c.connector.type)
_COUNT = Standing(sa.select(sa.func.count()).where(_OF, _SINCE))
_KNOWN = Standing(
    sa.select(call.c.answer)
    .where(_OF, call.c.question == sa.bindparam("question", type_=call.c.question.type), _SINCE, call.c.outcome == ANSWERED)
    .order_by(call.c.at.desc(), call.c.id.desc())
    .limit(1)
)
_ADD = new_row(call, told=True)
_END = set_where(call, ("outcome", "answer"), "id")
_FORGET = Standing(sa.delete(call).where(_OF, call.c.at < sa.bindparam("before", type_=call.c.at.type)))


def count_calls(connection: Connection, connector: str, since: datetime) -> int:
    """How often a connector was asked since then."""
    return int(_COUNT.on(connection).value(connection, {"connector": connector, "since": since}))


def known_answer(connection: Connection, connector: str, question: str, since: datetime) -> Mapping[str, Any] | None:
    """What a connector answered this question last, if that was not before then."""
    rows = _KNOWN.on(connection).rows(connection, {"connector": connector, "question": question, "since": since})
    return rows[0]["answer"] if rows else None


def add_call(connection: Connection, connector: str, action: str, question: str, at: datetime) -> int:
    """A connector is being asked; the id of the row."""
    values = {"connector": connector, "action": action, "question": question, "at": at, "outcome": ASKED, "answer": None}
    return int(_ADD.on(connection).rows(connection, newly(values))[0]["id"])


def end_call(connection: Connection, number: int, outcome: str, answer: Mapping[str, object] | None = None) -> None:
    """How it ended, with the answer where it may be used again."""
    _END.on(connection).count(connection, {"id": number, **newly({"outcome": outcome, "answer": answer})})


def forget_calls(connection: Connection, connector: str, before: datetime) -> int:
    """Questions from before then are forgotten; how many there were."""
    return _FORGET.on(connection).count(connection, {"connector": connector, "before": before})
