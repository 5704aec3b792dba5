"""Persons as actors: their record, their roles, and how long a process may remember them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from engine import storage
from engine.access import SYSTEM, Actor
from engine.errors import Unauthorised
from engine.frozen import frozen
from engine.metadata import USER, Value
from engine.unit_of_work import Changed, Event, Ground, UnitOfWork, View, look

from .draft import key_of
from .rows import fetch_many

APPOINTED = "department_role"
SECONDS = 2.0
"""How long another process may still act on what a person was allowed before."""


@frozen
class _Known:
    actor: Actor
    unproven: Actor
    until: float
    revision: int


class People:
    """Persons by the id of their `user` record, remembered for two seconds and forgotten when one is written here."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._known: dict[int, _Known] = {}

    def actor(self, number: int, language: str | None = None, *, proven: bool = True) -> Actor:
        """The person as an actor, speaking `language` (default: their own). Raises Unauthorised when the account is gone or closed."""
        known = self._known.get(number)
        revision = self._ground.current().number
        if known is None or known.until < time.monotonic() or known.revision != revision:
            loaded = self._load(number)
            known = _Known(loaded, replace(loaded, proven=False), time.monotonic() + SECONDS, revision)
            self._known[number] = known
        found = known.actor if proven else known.unproven
        return found if language is None else replace(found, language=language)

    def forget(self, uow: UnitOfWork, event: Event) -> None:
        """Subscriber: an account that changes is read anew."""
        if event.entity == "user":
            self._known.pop(event.record, None)
        elif event.entity == APPOINTED:
            self._known.clear()

    def _load(self, number: int) -> Actor:
        with look(self._ground, SYSTEM, snapshot=False) as view:
            row = fetch_many(view, "user", [number]).get(number)
            if row is None or row.get("active") is False:
                raise Unauthorised
            actor = person(row, view.metadata.held(frozenset(row.get("roles") or ())))  # type: ignore[call-overload]
            return replace(actor, somewhere=view.metadata.held(_somewhere(view, number)) - actor.roles)


def end_closed(uow: UnitOfWork, event: Event) -> None:
    """Subscriber: whoever's account is closed is signed out for good, also where it is opened again later."""
    if isinstance(event, Changed) and event.entity == USER and "active" in event.fields:
        storage.end_sessions(uow.connection, event.record)


def _somewhere(view: View, number: int) -> frozenset[str]:
    """The roles that a person has for some department."""
    table = view.tables.table(APPOINTED)
    return frozenset(
        view.connection.execute(table.select().with_only_columns(table.c["role"]).where(table.c["person"] == number)).scalars()
    )


def person(row: Mapping[str, Value], roles: frozenset[str]) -> Actor:
    """The actor for a row of `user` that holds `roles`."""
    return Actor("person", key_of(row), str(row.get("name") or ""), roles, row, str(row.get("language") or "en"))
