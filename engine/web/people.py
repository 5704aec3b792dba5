"""People to choose from where work is handed on."""

from __future__ import annotations

from engine.records import Query, find
from engine.unit_of_work import View

from .views import Choice
from .visit import visit

OFFERED = 200
"""How many people one may choose from."""


def colleagues(view: View) -> tuple[Choice, ...]:
    """The active people whom the acting person may see, but for themselves."""
    here = visit()
    if here.colleagues is None:
        here.colleagues = _colleagues(view)
    return here.colleagues


def _colleagues(view: View) -> tuple[Choice, ...]:
    people = find(view, Query("user", typed=("active",), limit=OFFERED, titles=False)).records
    return tuple(Choice(person.title, value=str(person.id)) for person in people if person.id != view.actor.id)
