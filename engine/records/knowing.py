"""Whether a reader may know what words tell that were made of a record: every path they tell must be open to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from engine.access import Sight, reads_all_rows, row_rule
from engine.errors import Invalid, Invisible
from engine.formula import Read
from engine.metadata import FILE, Entity
from engine.unit_of_work import View

from .compute import virtual
from .draft import Row
from .explain import Eyes
from .fetch import fetch, fetch_at
from .frame import RecordFrame
from .paths import path_formula
from .titles import titles
from .veil import always_readable

BEYOND = "?"
"""The path of what does not begin at the record."""


class Telling(NamedTuple):
    """What words are about: a record of which their reader sees this much, and when they were made of it."""

    entity: Entity
    number: int
    sight: Sight
    at: datetime


def knows(view: View, told: Telling, path: str) -> bool:
    """Whether a reader may know what stood at a path from a record; behind links, from where they lead now and where they led then."""
    entity, sight = told.entity, told.sight
    first, _, rest = path.partition(".")
    kept_back = {*sight.hidden, *sight.masked}
    if first in kept_back or path in kept_back or path == BEYOND:
        return False
    rows = entity.fields[first].table if first in entity.fields else None
    cell, _, beyond = rest.partition(".")
    if rows is not None and not reads_all_rows(rows, view.actor, cell):
        return False
    if rows is None or not rest:
        return _reads(view, told, path) if rest else _names(view, told, first)
    link = rows.fields[cell].link if cell in rows.fields else None
    return f"{first}.{cell}" not in kept_back and (not beyond or link is None or _always(view, view.metadata.entities[link.entity], beyond))


def _versions(view: View, told: Telling) -> Sequence[Row]:
    """The record as it is, and as it was when it was told of: whoever looks after all data is asked about now alone. Raises Invisible."""
    if view.actor.trusted or view.actor.administrator:
        return (fetch(view, told.entity.name, told.number),)
    then = fetch_at(view, told.entity, told.number, told.at)
    virtual(view, told.entity.virtual, [then])
    return fetch(view, told.entity.name, told.number), then


def _reads(view: View, told: Telling, path: str) -> bool:
    """Whether the actor may read what stands behind links of a record, every record on the way included."""
    try:
        tree, versions = path_formula(view.metadata, told.entity, path).tree, _versions(view, told)
    except (Invalid, Invisible):
        return False
    return isinstance(tree, Read) and all(Eyes(RecordFrame(view)).reads(tree.path, row) for row in versions)


def _names(view: View, told: Telling, name: str) -> bool:
    """Whether the actor may know what names the record that a link leads to; of other fields there is no more to ask."""
    link = told.entity.fields[name].link if name in told.entity.fields else None
    if link is None or link.entity == FILE:
        return True
    try:
        leads = {number for row in _versions(view, told) if isinstance(number := row.get(name), int)}
    except Invisible:
        return False
    known = titles(view, link.entity, list(leads)) if leads else {}
    return all(known.get(number) is not None for number in leads)


def _always(view: View, entity: Entity, name: str) -> bool:
    """Whether the actor may read a field in every record there is."""
    return "." not in name and row_rule(entity, "read", view.actor).everything and always_readable(view, entity, name)
