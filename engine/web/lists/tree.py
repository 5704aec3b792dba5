"""A list as a tree: each record below the one above it."""

from __future__ import annotations

from dataclasses import replace

from engine.records import Record
from engine.web.views import Branch, Tree

from .looks import Looking, fact_cells, found, title_of

SHOWN = 500
"""How many records a tree shows."""


def tree(looking: Looking) -> tuple[Tree, bool]:
    """The records, each below the one above it where that is shown too; and whether there are more than are shown."""
    above = str(looking.entity.tree)
    page = found(looking, replace(looking.query, limit=SHOWN), above)
    known = {record.id for record in page.records}
    below: dict[int, list[Record]] = {}
    for record in page.records:
        number = record.values.get(above)
        below.setdefault(number if isinstance(number, int) and number in known else 0, []).append(record)
    return Tree(tuple(_branch(looking, record, below) for record in below.get(0, ()))), page.next is not None


def _branch(looking: Looking, record: Record, below: dict[int, list[Record]]) -> Branch:
    return Branch(
        title_of(looking, record),
        f"/records/{looking.entity.name}/{record.id}",
        fact_cells(looking, record),
        tuple(_branch(looking, each, below) for each in below.get(record.id, ())),
    )
