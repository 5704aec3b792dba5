"""Asking a connector: an answer that is known is used again, and nobody asks more often than `quota` of `app.yaml` allows.

Every question to a connector with one of the two is a row, written before it is asked: whoever dies in between has asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Call, Connector, Quota
from engine.plugins import CallFailed
from engine.storage import Connection, call_rows, canonical_json, lock_key
from engine.unit_of_work import Ground

KEPT = timedelta(days=400)
"""How long it is known how often a connector was asked."""
_log = structlog.get_logger(__name__)


class Asked(Protocol):
    """A connector that can be called; raises nothing but CallFailed."""

    def call(self, action: str, inputs: Mapping[str, object], key: str) -> Mapping[str, object]:
        """The answer of `action`, field by field; the same `key` is sent at every try."""
        ...


Connect = Callable[[str], Asked]


@frozen
class Question:
    """What a job asks: the call of a step, its inputs from the record as it is, and the key of this visit."""

    call: Call
    inputs: Mapping[str, object]
    key: str

    @property
    def words(self) -> str:
        """The same for every question that asks the same."""
        said = canonical_json([self.call.action, dict(self.inputs)])
        return hashlib.sha256(said.encode()).hexdigest()


def ask(ground: Ground, connect: Connect, question: Question) -> Mapping[str, object]:
    """The answer, field by field. Raises CallFailed."""
    declared = ground.current().metadata.connectors.get(question.call.connector)
    if declared is None or not (declared.cache or declared.quota):
        return _call(connect, question)
    now = ground.clock.now()
    with ground.database.write() as connection:
        known = _known(connection, declared, question, now)
        number = 0 if known is not None else _begin(ground, connection, declared, question)
    return _noted(ground, connect, question, number) if known is None else known


def _call(connect: Connect, question: Question) -> Mapping[str, object]:
    return connect(question.call.connector).call(question.call.action, question.inputs, question.key)


def _known(connection: Connection, declared: Connector, question: Question, now: datetime) -> Mapping[str, object] | None:
    if declared.cache is None:
        return None
    return call_rows.known_answer(connection, declared.name, question.words, now - declared.cache)


def _begin(ground: Ground, connection: Connection, declared: Connector, question: Question) -> int:
    """Note that the question is asked. Raises CallFailed where there have been as many as there may be."""
    now = ground.clock.now()
    if declared.quota is not None:
        lock_key(connection, f"connector:{declared.name}")
        zone = ground.current().metadata.zone
        if call_rows.count_calls(connection, declared.name, declared.quota.begins(now, zone)) >= declared.quota.most:
            raise _used_up(declared.name, declared.quota, declared.quota.next(now, zone) - now)
    call_rows.forget_calls(connection, declared.name, now - max(KEPT, declared.cache or KEPT))
    return call_rows.add_call(connection, declared.name, question.call.action, question.words, now)


def _used_up(name: str, quota: Quota, wait: timedelta) -> CallFailed:
    words = {"name": name, "count": quota.most, "period": Message(quota.per)}
    _log.warning("quota of a connector used up", connector=name, quota=quota.most, per=quota.per)
    return CallFailed(
        "rate_limited",
        Message("“{name}” may be asked {count:time|times} per {period}; that is used up.", words),
        int(wait.total_seconds()) + 1,
    )


def _noted(ground: Ground, connect: Connect, question: Question, number: int) -> Mapping[str, object]:
    try:
        answer = _call(connect, question)
    except CallFailed as failure:
        with ground.database.write() as connection:
            call_rows.end_call(connection, number, failure.kind)
        raise
    with ground.database.write() as connection:
        call_rows.end_call(connection, number, call_rows.ANSWERED, answer)
    return answer
