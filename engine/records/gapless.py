"""Numbers without gaps: given at the end of the transaction, the rows of the counters locked last, so that none waits for long.

What is given up gives its number back with everything else, and a record that has one is never deleted. So the numbers of a
series are 1, 2, 3 … with nothing missing; `gaps` finds out whether that is so.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.access import SYSTEM
from engine.errors import Message, Refusal
from engine.metadata import Entity, Value
from engine.unit_of_work import Cause, UnitOfWork

from .compute import compute
from .derive import settle
from .draft import Draft, Row, begun
from .fetch import fetch, fetch_if_there
from .numbers import Series, next_number, series_of
from .write import update

NUMBERED = Cause("number")


def number_at(uow: UnitOfWork, entity: Entity, row: Mapping[str, Value], action: str) -> Mapping[str, Value]:
    """What an action writes into a record that it gives its number; one without gaps it gets at the end."""
    number = entity.number
    if number is None or number.at != action or row.get("number") is not None:
        return {}
    if not number.gapless:
        return {"number": next_number(uow, entity, row)}
    uow.unnumbered.append((entity.name, int(str(row["id"]))))
    return {}


def give_numbers(uow: UnitOfWork) -> None:
    """Number what waits for it, series by series in one order, and compute what reads the numbers. Raises Invalid."""
    waiting, uow.unnumbered = uow.unnumbered, []
    drafts = [draft for entity, number in dict.fromkeys(waiting) if (draft := _draft(uow, entity, number)) is not None]
    for series, draft in sorted(((_series(uow, draft), draft) for draft in drafts), key=lambda each: each[0].key):
        draft.new["number"] = series.draw(uow)
        compute(uow, draft)
        with uow.because(NUMBERED, SYSTEM):
            update(uow, draft, derived=True)
    if drafts:
        settle(uow)


def finished(uow: UnitOfWork, entity: Entity, row: Row) -> Row:
    """A record that was saved, with the number that it gets at the end: for whoever answers with it. Everything that is due is done."""
    number = int(str(row["id"]))
    waits = (entity.name, number) in uow.unnumbered
    uow.finish()
    return fetch(uow, entity.name, number) if waits else row


def stays(entity: Entity, row: Row) -> bool:
    """Whether a record is never deleted, by whomever: its kind is only entered, or deleting it would leave a gap."""
    return entity.append_only or (entity.number is not None and entity.number.gapless and row.get("number") is not None)


def keep_numbered(entity: Entity, row: Row) -> None:
    """Raise Refusal where deleting a record would leave a gap."""
    if stays(entity, row):
        words = "{number} belongs to a series without gaps, so the record stays. Cancel it instead of deleting it."
        raise Refusal(Message(words, {"number": str(row["number"])}))


def _draft(uow: UnitOfWork, entity_name: str, number: int) -> Draft | None:
    row = fetch_if_there(uow, entity_name, number, lock=True)
    if row is None or row.get("number") is not None:
        return None
    entity = uow.metadata.entities[entity_name]
    return Draft(entity, row, begun(entity, row))


def _series(uow: UnitOfWork, draft: Draft) -> Series:
    return series_of(uow, draft.entity, draft.new)
