"""Writing new records, one or many of an entity at once: numbers, rows, audit, words, and the events for everybody who listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from engine import storage
from engine.errors import Invalid, Refusal
from engine.metadata import Entity
from engine.unit_of_work import Created, Entered, UnitOfWork

from .draft import Draft, Row, key_of
from .numbers import next_numbers
from .rates import forget_rates
from .said import said
from .seals import close
from .words import index_new
from .write import GONE, entry, taken
from .write_rows import insert_rows, touch_new

Pause = Callable[[], None]
Item = TypeVar("Item")
PIECE = 125
"""So many records are written between two pauses."""


def insert(uow: UnitOfWork, draft: Draft) -> Row:
    """Write a new record with its rows; returns it with its id. Raises Invalid when a unique value is taken."""
    return insert_all(uow, [draft])[0]


def go_on() -> None:
    """No pause."""


def insert_all(uow: UnitOfWork, drafts: Sequence[Draft], pause: Pause = go_on) -> list[Row]:
    """Write new records of one entity with their rows, with a `pause` between pieces; returns them with their ids.

    Raises Invalid when a unique value is taken, and Refusal; of several records that does not say which, and what was written
    must be undone.
    """
    entity, rows = drafts[0].entity, [draft.new for draft in drafts]
    for draft in drafts:
        _stamp(uow, draft)
    later = _number(uow, entity, rows)
    try:
        for some in pieces(rows, PIECE, pause):
            _write(uow, entity, some)
    except storage.NotUnique as again:
        raise Invalid([taken(entity, again)]) from again
    except storage.Referenced as gone:
        raise Refusal(GONE) from gone
    forget_rates(uow, entity.name)
    for some in pieces(rows, PIECE, pause):
        _enter(uow, entity, some)
    uow.unnumbered += [(entity.name, key_of(row)) for row in later]
    for row in rows:
        uow.emit(Created(entity.name, key_of(row)))
        if "state" in row:
            uow.emit(Entered(entity.name, key_of(row), str(row["state"])))
    return rows


def pieces(items: Sequence[Item], size: int, pause: Pause) -> Iterator[Sequence[Item]]:
    """Items in pieces, with a `pause` before each."""
    for start in range(0, len(items), size):
        pause()
        yield items[start : start + size]


def _stamp(uow: UnitOfWork, draft: Draft) -> None:
    by = uow.actor.id
    draft.new |= {"version": 1, "created_at": uow.now, "created_by": by, "updated_at": uow.now, "updated_by": by}
    close(uow, draft)


def _number(uow: UnitOfWork, entity: Entity, rows: Sequence[Row]) -> Sequence[Row]:
    """Number what gets its number when it is made; gives those that get it at the end of the transaction."""
    if entity.number is None or entity.number.at != "create":
        return ()
    wanting = [row for row in rows if row.get("number") is None]
    if entity.number.gapless:
        return wanting
    for row, number in zip(wanting, next_numbers(uow, entity, wanting), strict=True):
        row["number"] = number
    return ()


def _write(uow: UnitOfWork, entity: Entity, rows: Sequence[Row]) -> None:
    if len(rows) == 1:
        rows[0]["id"] = storage.insert(uow.connection, uow.tables, entity.name, rows[0], uow.now)
    else:
        for row, number in zip(rows, storage.insert_many(uow.connection, uow.tables, entity.name, rows, uow.now), strict=True):
            row["id"] = number
    touch_new(uow, entity, rows)
    for table in entity.collections:
        insert_rows(uow, table, rows)


def _enter(uow: UnitOfWork, entity: Entity, rows: Sequence[Row]) -> None:
    made = list(zip(map(key_of, rows), said(entity, rows), strict=True))
    storage.begin_entries(uow.connection, uow.ground.audit_key, entry(uow, entity, rows[0], "create", {}), made)
    index_new(uow, entity, rows)
