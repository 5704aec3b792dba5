"""Views of lists that people save, over HTTP: each a name and the parameters of the list, never a right to see anything."""

from __future__ import annotations

from engine import records
from engine.errors import Invalid, Message, Problem
from engine.records import Arrangement
from engine.unit_of_work import UnitOfWork

from . import body
from .door import Answer, Call
from .records import entity_named

LONGEST = 4000


def list_views(call: Call, entity: str) -> Answer:
    """GET /records/{entity}/views: the caller's own, then those that others saved for everybody."""
    entity_named(call, entity, "read")
    with call.look(snapshot=False) as view:
        found = records.saved_views(view, entity)
    told = [
        {
            "id": one.id, "name": one.name, "parameters": one.address,
            "shared": one.shared, "first": one.first, "home": one.home, "own": one.own,
        }
        for one in found
    ]  # fmt: skip
    return Answer({"views": told})


def save_view(call: Call, entity: str) -> Answer:
    """POST /records/{entity}/views: `{"name": "…", "parameters": "sort=-total", "shared": false, "first": false, "home": false}`."""
    entity_named(call, entity, "read")
    call.require("write", entity)
    given = body.read_object(call.request)
    body.only(given, "name", "parameters", "shared", "first", "home")
    name, parameters = body.text_of(given, "name"), body.text_of(given, "parameters")
    if len(parameters) > LONGEST:
        raise Invalid([Problem("parameters", "too_long", Message("Please enter at most {max} characters.", {"max": LONGEST}))])
    wish = Arrangement(name, parameters, _flag(given, "shared"), _flag(given, "first"), _flag(given, "home"))
    return call.write(lambda uow: Answer({"id": records.keep_view(uow, entity, wish)}, 201))


def _flag(given: dict[str, object], name: str) -> bool:
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise Invalid([Problem(name, "type", Message("Please write true or false."))])
    return value


def drop_view(call: Call, entity: str, number: int) -> Answer:
    """DELETE /records/{entity}/views/{id}: a view of the caller's own; administrators also one of others."""
    entity_named(call, entity, "read")
    call.require("write", entity)

    def work(uow: UnitOfWork) -> Answer:
        records.drop_view(uow, number)
        return Answer(None, 204)

    return call.write(work)
