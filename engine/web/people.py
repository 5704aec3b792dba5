"""People to choose from: where work is handed on, and where somebody asks about another."""

from __future__ import annotations

from engine.errors import Invisible
from engine.records import Query, Record, find
from engine.unit_of_work import View

from .views import Choice
from .visit import visit

OFFERED = 200
"""How many people one may choose from."""
SUGGESTED = 30
"""How many are offered to somebody who types a name."""


def colleagues(view: View) -> tuple[Choice, ...]:
    """The active people whom the acting person may see, but for themselves."""
    here = visit()
    if here.colleagues is None:
        here.colleagues = _colleagues(view)
    return here.colleagues


def _colleagues(view: View) -> tuple[Choice, ...]:
    people = find(view, Query("user", typed=("active",), limit=OFFERED, titles=False)).records
    named = (Choice(person.title or f"#{person.id}", value=str(person.id)) for person in people if person.id != view.actor.id)
    return tuple(sorted(named, key=lambda each: each.text.casefold()))


def people_called(view: View, words: str = "") -> tuple[Choice, ...]:
    """The first active people whom the acting person may see and who are called so; `hint` is how they sign in."""
    people = find(view, Query("user", typed=("active",), words=words, limit=SUGGESTED, titles=False)).records
    return tuple(_account(person) for person in people)


def account_of(view: View, number: int) -> Choice:
    """One of them, active or not. Raises Invisible."""
    people = find(view, Query("user", ids=(number,), limit=1, titles=False)).records
    if not people:
        raise Invisible
    return _account(people[0])


def _account(person: Record) -> Choice:
    return Choice(person.title or f"#{person.id}", value=str(person.id), hint=str(person.values.get("email") or ""))
