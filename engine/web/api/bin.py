"""The recycle bin over HTTP."""

from __future__ import annotations

from engine import records
from engine.errors import Invalid, Invisible, Message, Problem
from engine.unit_of_work import UnitOfWork

from .door import Answer, Call
from .scope import Kind

PAGE = 50
WRITE: Kind = "write"


def list_bin(call: Call) -> Answer:
    """GET /bin?before=NUMBER: what the caller deleted, the last first; administrators get what anybody did."""
    before = call.request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= 18):
        raise Invalid([Problem("before", "number", Message("Please give the number of a line of the bin."))])
    with call.look() as view:
        found = records.deleted(view, int(before) if before else None, PAGE)
    shown = [each for each in found if call.scope.allows("read", each.entity.name)]
    lines = [{"number": d.number, "entity": d.entity.name, "id": d.id, "title": d.title, "deleted_at": d.at, "by": d.who} for d in shown]
    return Answer({"deleted": lines, "next": found[-1].number if len(found) == PAGE else None})


def restore_deleted(call: Call, number: int) -> Answer:
    """POST /bin/{number}/restore: the record comes back as it was, with what went with it."""

    def work(uow: UnitOfWork) -> Answer:
        entity, record = records.restore(uow, number)
        call.require(WRITE, entity.name)
        return Answer({"entity": entity.name, "id": record})

    return call.write(work)


def purge_deleted(call: Call, number: int) -> Answer:
    """DELETE /bin/{number}: the record goes for ever; for administrators."""
    with call.look() as view:
        found = next((each for each in records.deleted(view, number + 1, 1) if each.number == number), None)
    if found is None:
        raise Invisible
    call.require(WRITE, found.entity.name)

    def work(uow: UnitOfWork) -> Answer:
        records.purge(uow, number)
        return Answer(None, 204)

    return call.write(work)
