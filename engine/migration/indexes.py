"""Indexes that come and go, and values that must be unique from now on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import Entity
from engine.storage import Difference, Index

from .becoming import Becomings
from .change import Change, Lock, Step

LARGE = 2000
"""From how many rows on building an index is more than a moment: it is built before the switch. PostgreSQL does it beside the work of
people; on SQLite who saves waits for one index after the other."""
QUICK = 500_000
"""How many rows SQLite indexes in a second, on an ordinary machine."""


def indexes(change: Change) -> Iterator[Step]:
    """New indexes of tables that are there, and those that go; duplicates block a unique one.

    One that goes because its column is another now, and comes again, is told once.
    """
    becomings = Becomings.of(change)
    by_table = {change.tables.physical(entity.name): entity for entity in change.metadata.stored}
    lacking = [found for found in change.lacking if found.table in by_table]
    coming = {found: change.tables.blueprints[found.table].index(found.name) for found in lacking if found.kind == "index"}
    going = {found: _was(change, found) for found in lacking if found.kind == "surplus_index"}
    before = {(found.table, index.keys, index.unique, index.where) for found, index in going.items() if index is not None}
    after = {(found.table, index.keys, index.unique, index.where) for found, index in coming.items()}
    for found, index in coming.items():
        again = (found.table, index.keys, index.unique, index.where) in before
        yield _repeated(becomings, by_table[found.table], index) or _index(change, by_table[found.table], index, again=again)
    for table, entity in by_table.items():
        touched = (index for index in change.tables.blueprints[table].indexes if index.unique and becomings.reach(table, index.columns))
        there = (index for index in touched if (table, index.name) not in {(found.table, found.name) for found in coming})
        yield from filter(None, (_repeated(becomings, entity, index) for index in there))
    for found, was in going.items():
        if was is None or (found.table, was.keys, was.unique, was.where) not in after:
            called = by_table[found.table].name
            yield Step("index", f"entity:{called}", _leaving(called, found.name, was))


def _was(change: Change, found: Difference) -> Index | None:
    """The index that goes, as the definition before has it; None where that does not say."""
    was = change.tables_then.blueprints.get(found.table) if change.tables_then is not None else None
    return next((index for index in was.indexes if index.name == found.name), None) if was is not None else None


def _leaving(entity: str, name: str, was: Index | None) -> Message:
    if was is None:
        return Message("The index {name} goes.", {"name": name})
    words = "{fields} of {entity} need not be unique any more." if was.unique else "{entity} is no longer indexed by {fields}."
    if was.where:
        words = "{entity} is no longer indexed by {fields}, as far as it is not archived."
    return Message(words, {"entity": entity, "fields": ", ".join(was.keys)})


_TWICE = "{fields} of {entity} must be unique, but {twice:value is|values are} there more than once. Change the records first."
_TWICE_THEN = (
    "{fields} of {entity} must be unique, but after this {twice:value|values} would be there more than once. Change the records first."
)


def _repeated(becomings: Becomings, entity: Entity, index: Index) -> Step | None:
    """A blocked step where values that must be unique are there twice, or will be."""
    change, table = becomings.change, becomings.change.tables.physical(entity.name)
    will = becomings.reach(table, index.columns)
    twice, pairs = (becomings if will else change.survey).duplicates(table, index) if index.unique else (0, [])
    params = {"entity": entity.name, "fields": ", ".join(index.keys), "twice": twice}
    some = tuple(Message("{entity} {one} and {other}", {"entity": entity.name, "one": one, "other": other}) for one, other in pairs)
    words = Message(_TWICE_THEN if will else _TWICE, params)
    return Step("index", f"entity:{entity.name}", words, twice, blocked=True, examples=some) if twice else None


def _index(change: Change, entity: Entity, index: Index, *, again: bool) -> Step:
    rows = change.rows_of(entity.name)
    params = {"entity": entity.name, "fields": ", ".join(index.keys)}
    words = "{fields} of {entity} is unique from now on." if index.unique else "{entity} is indexed by {fields}."
    if index.where:
        words = "{entity} is indexed by {fields}, as far as it is not archived."
    if again:
        words = "The index of {entity} by {fields} is made again."
    waiting: Lock = "rows" if change.tables.dialect == "sqlite" and rows >= LARGE else "moment"
    seconds = Message("SQLite lets nobody save for about {seconds} seconds meanwhile.", {"seconds": max(round(rows / QUICK, 1), 0.1)})
    told = (seconds,) if waiting == "rows" else ()
    return Step("index", f"entity:{entity.name}", Message(words, params), rows, lock=waiting, examples=told)
