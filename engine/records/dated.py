"""Records that hold for a time: of those with one key one on each day (LANGUAGE 5.8).

A record without an end holds until the day before the next one of its key begins; so only an end that is given can overlap.
"""

from __future__ import annotations

from datetime import date

from engine import storage
from engine.errors import Message
from engine.unit_of_work import UnitOfWork

from .draft import Draft, Row
from .grants import entity_id

OVERLAP = "These days overlap with the record that begins on {day}."


def check_period(uow: UnitOfWork, draft: Draft) -> None:
    """A problem where a dated record ends before it begins, or holds on days on which another of its key does.

    Whoever saves one of the same key at the same moment waits for the other.
    """
    begins, ends = draft.new.get("valid_from"), draft.new.get("valid_to")
    if draft.entity.dated is None or not isinstance(begins, date):
        return
    if isinstance(ends, date) and ends < begins:
        draft.problem("valid_to", "period", Message("The last day is before the first."))
        return
    key = {name: draft.new.get(name) for name in draft.entity.dated}
    if None in key.values():
        return
    storage.lock_key(uow.connection, f"{entity_id(uow, draft.entity)}:{sorted(key.items())}")
    before, after = storage.around(uow.connection, uow.tables, draft.entity.name, key, (begins, _own(draft.old)))
    if before is not None and (before["valid_from"] == begins or (before["valid_to"] is not None and before["valid_to"] >= begins)):
        draft.problem("valid_from", "overlap", Message(OVERLAP, {"day": before["valid_from"]}))
    if after is not None and isinstance(ends, date) and after["valid_from"] <= ends:
        draft.problem("valid_to", "overlap", Message(OVERLAP, {"day": after["valid_from"]}))


def _own(row: Row | None) -> int:
    return int(str(row["id"])) if row is not None else 0
