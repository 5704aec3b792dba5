"""Administrators may see the pages as somebody else does: kept in the session, checked again with every request."""

from __future__ import annotations

from flask import session

from engine.access import Actor
from engine.app import App
from engine.errors import Unauthorised

KEY = "looking"


def look_as(own: Actor, person: int) -> None:
    """From the next request on, the pages of this session are those of `person`."""
    session[KEY] = [own.id, person]


def look_as_oneself() -> int | None:
    """The pages are one's own again; gives whom they were shown as."""
    found = session.pop(KEY, None)
    return found[1] if found else None


def seen_by(app: App, own: Actor) -> tuple[Actor, Actor | None]:
    """As whom the pages are shown, and who sits behind; the person itself and nobody where no administrator is looking."""
    kept = session.get(KEY)
    if kept is None or kept[0] != own.id or not own.administrator:
        session.pop(KEY, None)
        return own, None
    try:
        return app.people.actor(kept[1]), own
    except Unauthorised:
        session.pop(KEY, None)
        return own, None
