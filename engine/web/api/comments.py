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
    return Answer({"comments": [_shown(one) for one in said]})


def _shown(one: records.Happening) -> dict[str, object]:
    """A comment; `files` only where it has some."""
    files = [{"id": f.id, "name": f.name, "size": f.size, "media_type": f.media_type} for f in one.files]
    return {"at": one.at, "by": one.who, "comment": one.body, "for_all": one.for_all, **({"files": files} if files else {})}


def write_comment(call: Call, entity: str, number: int) -> Answer:
    """POST /records/{entity}/{id}/comments: `{"comment": "…", "for_all": false, "files": [ID, …]}`; @name tells somebody."""
    entity_named(call, entity, "write")
    given = body.read_object(call.request)
    body.only(given, "comment", "for_all", "files")
    words, for_all = body.text_of(given, "comment"), given.get("for_all", False)
    if not isinstance(for_all, bool):
        raise Invalid([Problem("for_all", "type", Message("Please write true or false."))])

    files = _files(given.get("files", []))

    def work(uow: UnitOfWork) -> Answer:
        records.remark(uow, entity, number, words, for_all=for_all, files=files)
        return Answer({"_warnings": in_words(uow.warnings, uow.actor.language)}, 201)

    return call.write(work)


def _files(given: object) -> list[int]:
    """The ids of uploads, as they were sent. Raises Invalid."""
    if not isinstance(given, list) or not all(isinstance(each, int) and not isinstance(each, bool) and 0 < each < 2**63 for each in given):
        raise Invalid([Problem("files", "type", Message("Please send a list of ids of files."))])
    return given


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
