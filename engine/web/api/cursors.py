"""Where a page of a list ended, signed: the values of its last record, for one reader, one definition and one question.

A cursor is no secret, only unforgeable: it names a position by values that its reader has seen. Handed to somebody else, to
another list, or sent after the definition has changed, it is refused; the list then begins anew.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import orjson

from engine.frozen import frozen
from engine.metadata import Value
from engine.storage import Place

from .problems import RequestProblem

SIGNATURE = 16
MICROSECOND = timedelta(microseconds=1)


@frozen
class Question:
    """What a cursor belongs to: who asked, on which definition, and for what (entity, condition, order)."""

    actor: int | None
    revision: int
    asked: tuple[str, ...]


class Cursors:
    """Writes and reads cursors with one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, question: Question, place: Place) -> str:
        """The cursor behind the record at this place."""
        body = orjson.dumps([place.id, *map(_tagged, place.values)])
        return base64.urlsafe_b64encode(self._sign(question, body) + body).decode().rstrip("=")

    def read(self, question: Question, cursor: str) -> Place:
        """The place in a cursor. Raises RequestProblem (400) for one that was not written for this question."""
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise _refused() from None
        signature, body = raw[:SIGNATURE], raw[SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(question, body)):
            raise _refused()
        number, *values = orjson.loads(body)
        return Place(tuple(map(_untagged, values)), number)

    def _sign(self, question: Question, body: bytes) -> bytes:
        about = orjson.dumps([question.actor, question.revision, question.asked])
        return hmac.digest(self._key, about + b"\n" + body, "sha256")[:SIGNATURE]


def _refused() -> RequestProblem:
    return RequestProblem(400, "bad_cursor", "This cursor does not belong to this list; please begin with the first page.")


def _tagged(value: Value) -> object:
    if isinstance(value, Decimal):
        return {"number": format(value, "f")}
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"duration": value // MICROSECOND}
    return value


_READERS: Mapping[str, Callable[[str], Value]] = {
    "number": Decimal,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "duration": lambda count: timedelta(microseconds=int(count)),
}


def _untagged(value: object) -> Value:
    if isinstance(value, dict):
        ((kind, raw),) = value.items()
        return _READERS[kind](raw)
    return value
