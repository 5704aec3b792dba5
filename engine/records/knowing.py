"""Whether a reader may know what words tell that were made of a record: every path they tell must be open to them."""

from __future__ import annotations

from engine.access import Sight, reads_all_rows, row_rule
from engine.errors import Invalid
from engine.formula import Read
from engine.metadata import FILE, Entity
from engine.unit_of_work import View

from .explain import Eyes
from .fetch import fetch
from .frame import RecordFrame
from .paths import path_formula
from .titles import titles
from .veil import always_readable

BEYOND = "?"
"""The path of what does not begin at the record."""


def knows(view: View, entity: Entity, number: int, sight: Sight, path: str) -> bool:
    """Whether a reader may know what stands at a path from a record of which they see this much; behind links, from where they lead now."""
    first, _, rest = path.partition(".")
    kept_back = {*sight.hidden, *sight.masked}
    if first in kept_back or path in kept_back or path == BEYOND:
        return False
    rows = entity.fields[first].table if first in entity.fields else None
    cell, _, beyond = rest.partition(".")
    if rows is not None and not reads_all_rows(rows, view.actor, cell):
        return False
    if rows is None or not rest:
        return _reads(view, entity, number, path) if rest else _names(view, entity, number, first)
    link = rows.fields[cell].link if cell in rows.fields else None
    return f"{first}.{cell}" not in kept_back and (not beyond or link is None or _always(view, view.metadata.entities[link.entity], beyond))


def _reads(view: View, entity: Entity, number: int, path: str) -> bool:
    """Whether the actor may read what stands behind links of a record, every record on the way included."""
    try:
        tree = path_formula(view.metadata, entity, path).tree
    except Invalid:
        return False
    return isinstance(tree, Read) and Eyes(RecordFrame(view)).reads(tree.path, fetch(view, entity.name, number))


def _names(view: View, entity: Entity, number: int, name: str) -> bool:
    """Whether the actor may know what names the record that a link leads to; of other fields there is no more to ask."""
    link = entity.fields[name].link if name in entity.fields else None
    if link is None or link.entity == FILE:
        return True
    leads = fetch(view, entity.name, number).get(name)
    return not isinstance(leads, int) or titles(view, link.entity, [leads]).get(leads) is not None


def _always(view: View, entity: Entity, name: str) -> bool:
    """Whether the actor may read a field in every record there is."""
    return "." not in name and row_rule(entity, "read", view.actor).everything and always_readable(view, entity, name)
