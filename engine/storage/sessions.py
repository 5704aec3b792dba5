"""Who is signed in where, and every attempt to sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .database import Connection
from .prepared import Standing
from .system_tables import session, sign_in

_KEY = session.c.key == sa.bindparam("which", type_=session.c.key.type)
_FIND = Standing(sa.select(session).where(_KEY))
_ADD = Standing(sa.insert(session).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in session.c}))
_NOTE = Standing(sa.insert(sign_in).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in sign_in.c if c.name != "id"}))


@frozen
class Session:
    """One browser that somebody is signed in with. `key` is a hash; `strong_at` is when a second factor was given."""

    key: str
    person: int
    begun_at: datetime
    seen_at: datetime
    strong_at: datetime | None
    address: str
    browser: str


@frozen
class SignIn:
    """One attempt to sign in; `result` is in, wrong, code or closed."""

    at: datetime
    person: int | None
    result: str
    address: str
    browser: str


def add_session(connection: Connection, begun: Session) -> None:
    """From now on the holder of the key is signed in."""
    _ADD.on(connection).count(connection, {f"new_{name}": value for name, value in asdict(begun).items()})


def session_of(connection: Connection, key: str) -> Session | None:
    """The session of a hashed key."""
    found = _FIND.on(connection).rows(connection, {"which": key})
    return Session(**found[0]) if found else None


def see_session(connection: Connection, key: str, now: datetime, *, strong: bool = False) -> None:
    """The session was used; `strong`: a second factor was given in it."""
    values: Mapping[str, Any] = {"seen_at": now} | ({"strong_at": now} if strong else {})
    connection.execute(sa.update(session).where(session.c.key == key).values(**values))


def end_session(connection: Connection, key: str) -> None:
    """The key opens nothing any more."""
    connection.execute(sa.delete(session).where(session.c.key == key))


def end_sessions(connection: Connection, person: int, but: str = "") -> None:
    """The person is signed out everywhere, except where `but` is the key."""
    connection.execute(sa.delete(session).where(session.c.person == person, session.c.key != but))


def sessions_of(connection: Connection, person: int, limit: int = 50) -> list[Session]:
    """Where the person is signed in, the last seen first."""
    query = sa.select(session).where(session.c.person == person).order_by(session.c.seen_at.desc()).limit(limit)
    return [Session(**row) for row in connection.execute(query).mappings()]


def note_sign_in(connection: Connection, attempt: SignIn) -> None:
    """Remember an attempt."""
    _NOTE.on(connection).count(connection, {f"new_{name}": value for name, value in asdict(attempt).items()})


def sign_ins_of(connection: Connection, person: int, limit: int = 20) -> list[SignIn]:
    """The attempts to sign in as this person, the last first."""
    query = sa.select(sign_in).where(sign_in.c.person == person).order_by(sign_in.c.id.desc()).limit(limit)
    return [SignIn(**{k: v for k, v in row.items() if k != "id"}) for row in connection.execute(query).mappings()]


def forget_sign_ins(connection: Connection, seen_before: datetime, tried_before: datetime) -> None:
    """Sessions that were not used since, and attempts from before, are gone."""
    connection.execute(sa.delete(session).where(session.c.seen_at < seen_before))
    connection.execute(sa.delete(sign_in).where(sign_in.c.at < tried_before))
