"""Bearer tokens: `loom_ID_SECRET`, of which only a hash of the secret is stored (system entity `token`).

A token that was looked up is remembered for two seconds, so that a program that sends many requests costs one lookup; a
token that is changed or revoked in this process is forgotten at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from datetime import datetime

from engine.access import AUTH, SYSTEM
from engine.errors import Invisible, Unauthorised
from engine.frozen import frozen
from engine.metadata import Value
from engine.records import fetch, save
from engine.unit_of_work import Event, Ground, UnitOfWork, look

from .scope import EVERYTHING, Scope, read_scope

PREFIX = "loom"
SECONDS = 2.0
REMEMBERED = 10_000
"""How many tokens a process remembers at most."""


@frozen
class Holder:
    """Whom a token stands for, and what it may be used for."""

    user: int
    scope: Scope
    token: int


@frozen
class _Known:
    hash: str
    holder: Holder | None
    expires_at: datetime | None
    until: float


def create_token(uow: UnitOfWork, user: int, name: str, scope: Scope = EVERYTHING, expires_at: datetime | None = None) -> str:
    """A new token for a person, told only this once. Raises Invalid."""
    secret = secrets.token_urlsafe(32)
    values = {"person": user, "name": name, "hash": _hash(secret), "scope": str(scope) or None, "expires_at": expires_at}
    with uow.because(uow.cause, AUTH):
        row = save(uow, "token", None, values)
    return f"{PREFIX}_{row['id']}_{secret}"


class Tokens:
    """Looks tokens up."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[int, _Known] = {}

    def holder(self, authorization: str | None) -> Holder:
        """The holder of the token in the header `Authorization`. Raises Unauthorised, for every reason in the same words."""
        number, secret = _taken_apart(authorization)
        known = self._known.get(number)
        if known is None or known.until < time.monotonic():
            known = self._remember(number, self._look_up(number))
        right = hmac.compare_digest(known.hash, _hash(secret))
        if not right or known.holder is None or (known.expires_at is not None and known.expires_at <= self._ground.clock.now()):
            raise Unauthorised
        return known.holder

    def forget(self, uow: UnitOfWork, event: Event) -> None:
        """Subscriber: a token that changes is looked up anew."""
        if event.entity == "token":
            self._known.pop(event.record, None)

    def _remember(self, number: int, row: Mapping[str, Value]) -> _Known:
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        holder = Holder(_whole(row["person"]), read_scope(_text(row.get("scope"))), number) if row and not row["revoked"] else None
        expires = row.get("expires_at")
        until = time.monotonic() + SECONDS
        known = _Known(str(row.get("hash") or ""), holder, expires if isinstance(expires, datetime) else None, until)
        if row:
            self._known[number] = known
        return known

    def _look_up(self, number: int) -> Mapping[str, Value]:
        try:
            with look(self._ground, SYSTEM, snapshot=False) as view:
                return fetch(view, "token", number)
        except Invisible:
            return {}


def _taken_apart(authorization: str | None) -> tuple[int, str]:
    scheme, _, token = (authorization or "").partition(" ")
    prefix, _, rest = token.strip().partition("_")
    number, _, secret = rest.partition("_")
    if scheme.lower() != "bearer" or prefix != PREFIX or not secret or not _is_id(number):
        raise Unauthorised
    return int(number), secret


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _whole(value: Value) -> int:
    assert isinstance(value, int)
    return value


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
