"""Whether a reader may know what words tell that were made of a record: every path they tell must be open to them."""

from __future__ import annotations

from engine.access import Sight, reads_all_rows
from engine.metadata import Entity
from engine.unit_of_work import View

from .paths import may_use

BEYOND = "?"
"""The path of what does not begin at the record."""


def knows(view: View, entity: Entity, sight: Sight, path: str) -> bool:
    """Whether a reader may know what stands at a path from a record of which they see this much."""
    first, _, rest = path.partition(".")
    kept_back = {*sight.hidden, *sight.masked}
    if first in kept_back or path in kept_back or path == BEYOND:
        return False
    rows = entity.fields[first].table if first in entity.fields else None
    cell, _, beyond = rest.partition(".")
    if rows is not None and not reads_all_rows(rows, view.actor, cell):
        return False
    if rows is None or not rest:
        return not rest or may_use(view, entity, path)
    link = rows.fields[cell].link if cell in rows.fields else None
    return f"{first}.{cell}" not in kept_back and (not beyond or link is None or may_use(view, view.metadata.entities[link.entity], beyond))
