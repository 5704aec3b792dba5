"""What people say about a record, and who follows it, over HTTP."""

from __future__ import annotations

from engine import records
from engine.errors import Invalid, Message, Problem
from engine.unit_of_work import UnitOfWork

from . import body
from .door import Answer, Call
from .records import entity_named
from .shape import in_words

MOST = 100


def list_comments(call: Call, entity: str, number: int) -> Answer:
    """GET /records/{entity}/{id}/comments: the newest, newest first."""
    kind = entity_named(call, entity, "read")
    with call.look() as view:
        row = records.fetch(view, entity, number)
        record = records.present(view, kind, [row], [records.readable(view, kind, row)])[0]
        said = [one for one in records.activity(view, kind, record, MOST) if one.body]
    return Answer({"comments": [{"at": one.at, "by": one.who, "comment": one.body, "for_all": one.for_all} for one in said]})


def write_comment(call: Call, entity: str, number: int) -> Answer:
    """POST /records/{entity}/{id}/comments: `{"comment": "…", "for_all": false}`; @name tells somebody."""
    entity_named(call, entity, "write")
    given = body.read_object(call.request)
    body.only(given, "comment", "for_all")
    words, for_all = body.text_of(given, "comment"), given.get("for_all", False)
    if not isinstance(for_all, bool):
        raise Invalid([Problem("for_all", "type", Message("Please write true or false."))])

    def work(uow: UnitOfWork) -> Answer:
        records.remark(uow, entity, number, words, for_all=for_all)
        return Answer({"_warnings": in_words(uow.warnings, uow.actor.language)}, 201)

    return call.write(work)


def list_followers(call: Call, entity: str, number: int) -> Answer:
    """GET /records/{entity}/{id}/followers."""
    kind = entity_named(call, entity, "read")
    with call.look() as view:
        records.readable(view, kind, records.fetch(view, entity, number))
        found = records.followers(view, kind, number)
    return Answer({"followers": [{"id": each.person, "name": each.name} for each in found if each.name]})


def follow(call: Call, entity: str, number: int) -> Answer:
    """POST /records/{entity}/{id}/followers: the caller follows the record."""
    return _follow(call, entity, number, on=True)


def unfollow(call: Call, entity: str, number: int) -> Answer:
    """DELETE /records/{entity}/{id}/followers: the caller does not follow it any more."""
    return _follow(call, entity, number, on=False)


def _follow(call: Call, entity: str, number: int, *, on: bool) -> Answer:
    entity_named(call, entity, "write")

    def work(uow: UnitOfWork) -> Answer:
        records.follow(uow, entity, number, on=on)
        return Answer(None, 204)

    return call.write(work)
