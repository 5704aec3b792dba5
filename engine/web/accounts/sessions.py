"""Sessions: rows of the database. The browser holds a key in its signed cookie; the row of its hash says who it is.

A key without its row opens nothing, so that signing out, here or everywhere, ends a cookie that was copied as well.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from flask import request, session

from engine import storage
from engine.app import App
from engine.storage import Session, SignIn

KEY = "key"
IDLE = timedelta(hours=8)
"""How long a session lives without a request."""
LONGEST = timedelta(days=7)
"""How long a session lives at most, however busy it is."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly it is known when a session was used."""


def begin_session(app: App, person: int, *, strong: bool) -> str:
    """The browser of this request is the person's from now on; the key of the session, hashed. What it held before is gone."""
    key = secrets.token_urlsafe(32)
    session.clear()
    session[KEY], session.permanent = key, True
    now, (address, browser) = app.ground.clock.now(), whereabouts()
    begun = Session(_hash(key), person, now, now, now if strong else None, address, browser)
    with app.database.write() as connection:
        storage.add_session(connection, begun)
        storage.note_sign_in(connection, SignIn(now, person, "in", address, browser))
    return begun.key


def session_now(app: App) -> Session | None:
    """The session of this request, if its key is good, still."""
    key = session.get(KEY)
    if not isinstance(key, str):
        return None
    with app.database.glance() as connection:
        found = storage.session_of(connection, _hash(key))
    now = app.ground.clock.now()
    if found is None or now - found.seen_at > IDLE or now - found.begun_at > LONGEST:
        session.pop(KEY, None)
        return None
    if now - found.seen_at <= SEEN_EVERY:
        return found
    with app.database.write() as connection:
        storage.see_session(connection, found.key, now)
    return replace(found, seen_at=now)


def strengthen(app: App, begun: Session) -> None:
    """A second factor was given in this session."""
    with app.database.write() as connection:
        storage.see_session(connection, begun.key, app.ground.clock.now(), strong=True)


def end_session(app: App) -> None:
    """The person of this request is signed out here."""
    key = session.get(KEY)
    session.clear()
    if isinstance(key, str):
        with app.database.write() as connection:
            storage.end_session(connection, _hash(key))


def note(app: App, person: int | None, result: str) -> None:
    """Remember an attempt to sign in that did not lead in."""
    address, browser = whereabouts()
    with app.database.write() as connection:
        storage.note_sign_in(connection, SignIn(app.ground.clock.now(), person, result, address, browser))


def whereabouts() -> tuple[str, str]:
    """From where this request comes, and with which browser."""
    browser = "".join(c for c in request.user_agent.string[:200] if c.isprintable())
    return request.remote_addr or "", browser


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
