"""Records that may be the same, and making one of two, over HTTP."""

from __future__ import annotations

from engine import records, workflow
from engine.errors import Invalid, Message, Problem
from engine.unit_of_work import UnitOfWork

from . import body
from .door import Answer, Call
from .records import entity_named, written

MOST = 200
"""How many fields may be taken over."""


def list_duplicates(call: Call, entity: str, number: int) -> Answer:
    """GET /records/{entity}/{id}/duplicates: the records that may be the same; of others there is only how many."""
    entity_named(call, entity, "read")
    with call.look() as view:
        found = records.duplicates_of(view, entity, number)
    seen = [{"id": twin.id, "title": twin.title, "block": twin.block} for twin in found if twin.title is not None]
    return Answer({"duplicates": seen, "hidden": len(found) - len(seen)})


def merge_records(call: Call, entity: str, number: int) -> Answer:
    """POST /records/{entity}/{id}/merge: `{"gone": 7, "take": ["name"]}` leads everything from record 7 here and deletes it."""
    kind = entity_named(call, entity, "write")
    given = body.read_object(call.request)
    body.only(given, "gone", "take")
    gone, take = given.get("gone"), given.get("take", [])
    problems = []
    if not isinstance(gone, int) or isinstance(gone, bool) or not 0 < gone < 2**63:
        problems.append(Problem("gone", "value", Message("Please name a record by its id.")))
    if not isinstance(take, list) or len(take) > MOST or not all(isinstance(name, str) for name in take):
        problems.append(Problem("take", "value", Message("Please name fields.")))
    if problems or not isinstance(gone, int) or not isinstance(take, list):
        raise Invalid(problems)
    other, names = gone, [str(name) for name in take]

    def work(uow: UnitOfWork) -> Answer:
        workflow.merge(uow, entity, number, other, names)
        return written(uow, kind, records.fetch(uow, entity, number))

    return call.write(work)


def unmerge_records(call: Call, entity: str, number: int) -> Answer:
    """POST /records/{entity}/{id}/unmerge: undo the last merge into a record; answers which record came back."""
    entity_named(call, entity, "write")
    return call.write(lambda uow: Answer({"id": records.unmerge(uow, entity, number)}))
