"""Whether a reader may know what words tell that were made of a record: every path they tell must be open to them."""

from __future__ import annotations

from engine.unit_of_work import View

from .paths import may_use
from .present import Record

BEYOND = "?"
"""The path of what does not begin at the record."""


def knows(view: View, record: Record, path: str) -> bool:
    """Whether the reader may know what stands at a path from a record they may read."""
    first, _, rest = path.partition(".")
    kept_back = {*record.sight.hidden, *record.sight.masked}
    entity = view.metadata.entities[record.entity]
    if first in kept_back or path in kept_back or path == BEYOND:
        return False
    own_row = first in entity.fields and entity.fields[first].table is not None
    return not rest or own_row or may_use(view, entity, path)
