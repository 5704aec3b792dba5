"""Texts that stand in lists as they are spoken from now on: what they are put in order by is made while people work.

It lies in a column beside the text, which is made anew where an earlier definition left one: nobody has kept that since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Field
from engine.storage import Carry, Connection, Known, add_column, drop_column, names, spelled, type_of, type_of_shape

from .carried import Move, moves
from .change import Change, Step, named


@frozen(slots=False)
class Spelling:
    """The texts of a field on their way into the column of what they are put in order by."""

    thing: Known
    carry: Carry

    def make(self, connection: Connection, *, anew: bool) -> None:
        """The column is there, in the table and in that of earlier versions; `anew` empties what is left of an earlier one."""
        for table in (self.carry.table, names.history_name(self.carry.table)):
            if anew:
                drop_column(connection, table, self.carry.target)
            add_column(connection, table, self.carry.target, self.carry.target_type)
        self.carry.watch(connection)


def spellings(change: Change) -> Iterator[Spelling]:
    """All fields with records whose texts get another order: that of how they are spoken."""
    moved, moving = {new.number for _, new in change.ids.moved()}, {move.new.number: move for move in moves(change)}
    for thing in change.ids.live:
        field, stays = _spoken_anew(change, thing), thing.number not in moved
        if field is not None and (stays or thing.number in moving):
            yield Spelling(thing, _carry(change, thing, field, moving.get(thing.number)))


def spelling_carry(table: str, column: str, field: Field) -> Carry:
    """The way from the texts of a column to what they are put in order by."""
    return Carry(table, column, names.spelling_name(column), type_of(field), type_of(field), spelled)


def _spoken_anew(change: Change, thing: Known) -> Field | None:
    field = change.field(thing) if thing.kind == "field" and thing.physical else None
    if field is None or field.spelling is None:
        return None
    old, was = change.old_field(thing), change.ids.before.get(thing.number)
    there = was is not None and change.survey.has(change.table_of(thing), was.physical or "")
    same = old is not None and old.spelling is not None and was is not None and was.physical == thing.physical
    return field if there and not same else None


def _carry(change: Change, thing: Known, field: Field, move: Move | None) -> Carry:
    """From the column as it is now; where the type of the field changes, over what the value becomes."""
    there = spelling_carry(change.table_of(thing), str(thing.physical), field)
    if move is None:
        return there
    source, first = type_of_shape(move.old.shape), move.carry.convert
    assert source is not None
    return Carry(there.table, str(move.old.physical), there.target, source, there.target_type, _after(first))


def _after(first: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: spelled(first(value))


def spoken(change: Change) -> Iterator[Step]:
    """Fields whose records stand in another order than before."""
    for found in spellings(change):
        rows = change.survey.values(found.carry.table, found.carry.source)
        words = "{thing}: the {rows:text stands|texts stand} in lists as spoken."
        yield Step("sort", found.thing.key, Message(words, {"thing": named(found.thing), "rows": rows}), rows)
    for thing in change.ids.live:
        old, new = (change.old_field(thing), change.field(thing)) if thing.kind == "field" and thing.physical else (None, None)
        if old is not None and new is not None and old.spelling is not None and new.spelling is None:
            words = "{thing}: texts stand in lists by their characters."
            yield Step("sort", thing.key, Message(words, {"thing": named(thing)}), lock="none")
