"""Indexes that come and go, and values that must be unique from now on."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import Entity
from engine.storage import Difference

from .change import Change, Lock, Step

LARGE = 2000
"""From how many rows on building an index is more than a moment: it is built before the switch. PostgreSQL does it beside the work of
people; on SQLite who saves waits for one index after the other."""
QUICK = 500_000
"""How many rows SQLite indexes in a second, on an ordinary machine."""


def indexes(change: Change) -> Iterator[Step]:
    """New indexes of tables that are there, and those that go; duplicates block a unique one."""
    by_table = {change.tables.physical(entity.name): entity for entity in change.metadata.stored}
    for found in change.lacking:
        entity = by_table.get(found.table)
        if found.kind == "index" and entity is not None:
            yield _index(change, entity, found)
        elif found.kind == "surplus_index" and entity is not None:
            yield Step("index", f"entity:{entity.name}", _leaving(change, entity, found))


def _leaving(change: Change, entity: Entity, found: Difference) -> Message:
    """An index that goes, by what it was for; by its name where the definition before does not say."""
    was = change.tables_then.blueprints.get(found.table) if change.tables_then is not None else None
    index = next((one for one in was.indexes if one.name == found.name), None) if was is not None else None
    if index is None:
        return Message("The index {name} goes.", {"name": found.name})
    words = "{fields} of {entity} need not be unique any more." if index.unique else "{entity} is no longer indexed by {fields}."
    return Message(words, {"entity": entity.name, "fields": ", ".join(index.keys)})


def _index(change: Change, entity: Entity, found: Difference) -> Step:
    index = change.tables.blueprints[found.table].index(found.name)
    fields = ", ".join(index.keys)
    rows = change.rows_of(entity.name)
    params = {"entity": entity.name, "fields": fields}
    if found.unique:
        twice, pairs = change.survey.duplicates(found.table, index)
        if twice:
            words = "{fields} of {entity} must be unique, but {twice:value is|values are} there more than once. Change the records first."
            some = tuple(Message("{entity} {one} and {other}", {"entity": entity.name, "one": one, "other": other}) for one, other in pairs)
            return Step("index", f"entity:{entity.name}", Message(words, {**params, "twice": twice}), twice, blocked=True, examples=some)
    words = "{fields} of {entity} is unique from now on." if found.unique else "{entity} is indexed by {fields}."
    waiting: Lock = "rows" if change.tables.dialect == "sqlite" and rows >= LARGE else "moment"
    seconds = Message("SQLite lets nobody save for about {seconds} seconds meanwhile.", {"seconds": max(round(rows / QUICK, 1), 0.1)})
    told = (seconds,) if waiting == "rows" else ()
    return Step("index", f"entity:{entity.name}", Message(words, params), rows, lock=waiting, examples=told)
