"""Row rules along a link, read from the few records that the link leads to.

"Orders of my suppliers" is a walk through all orders until a page is full. Read from my suppliers, each gives its first orders from
its own range of an index. They are counted before: where they are many, the walk is short or nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from engine.formula import Formula, Path, Read, Root
from engine.frozen import frozen
from engine.metadata import behind_links

from .tables import Tables


@frozen
class Lead:
    """A link of an entity, where it leads, what holds of the records there, and the index with the rows that lead to each."""

    link: str
    target: str
    where: Formula
    index: str


@frozen
class Range:
    """What leaves one range of an index, or with a `lead` a range for each of the records that the parameter `linked` holds."""

    where: tuple[sa.ColumnElement[bool], ...]
    lead: Lead | None = None
    linked: str = ""


def lead_of(tables: Tables, rule: Formula, held: Mapping[str, str]) -> Lead | None:
    """The first link behind which an index finds what a rule leaves, of those by which an index is `held` in the order of the list."""
    for hop, condition in behind_links(rule.tree):
        if hop.name in held and _is_found(tables, condition.left) | _is_found(tables, condition.right):
            return Lead(hop.name, hop.target, replace(rule, tree=condition, type=condition.type), held[hop.name])
    return None


def _is_found(tables: Tables, side: object) -> bool:
    """Whether an index leads to the records that have one value there; links always have one."""
    if not isinstance(side, Read) or side.path.root is not Root.ROW:
        return False
    owner, name = _end(side.path)
    return any(index.keys[0] == name for index in tables.indexes(owner))


def _end(path: Path) -> tuple[str, str]:
    hops, name = (path.hops[:-1], path.hops[-1].name) if path.hops and path.field == "id" else (path.hops, path.field)
    return (hops[-1].target if hops else path.entity or ""), name
