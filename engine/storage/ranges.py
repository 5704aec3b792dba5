"""Row rules of several alternatives, each of which leaves one range of an index in the order of a list.

"Mine, or those of my department" in one condition is a walk through all records until a page is full, which is long where few are
left. Read by themselves, each alternative gives its first records from its own range; the first of all are among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.formula import Formula
from engine.metadata import alternatives, fixed_fields

from .asked import Listing
from .expressions.expressions import Chosen
from .tables import Tables


def in_ranges(tables: Tables, listing: Listing) -> Listing:
    """The listing with the alternatives of its rule apart, where an index holds what each leaves in the order of the list; else itself."""
    if not listing.any_of or not listing.order or listing.then or listing.some:
        return listing
    parts = tuple(part for rule in listing.any_of for part in _parts(rule))
    place = tables.metadata.entities[listing.entity].place_of(listing.order[0].formula.text)
    held = {tuple(column.key for column in index.columns)[:2] for index in tables.table(listing.entity).indexes}
    fit = all(any((name, place) in held for name in fixed_fields(part.tree)) for part in parts)
    return replace(listing, any_of=parts, ranges=True) if fit else listing


def _parts(rule: Formula) -> Iterator[Formula]:
    if rule.context.null is True:
        yield rule
        return
    trees = alternatives(rule.tree)
    yield from (rule,) if len(trees) == 1 else (replace(rule, tree=tree, type=tree.type) for tree in trees)


def firsts(
    chosen: Chosen, ranges: Sequence[Sequence[sa.ColumnElement[bool]]], order: Sequence[sa.ColumnElement[Any]], limit: sa.BindParameter[Any]
) -> sa.ColumnElement[bool]:
    """Whether a row is among the first of one of the ranges, each of which is given by its conditions."""
    own, source = chosen.column("id"), chosen.from_clause()
    if len(ranges) == 1:
        return sa.and_(*ranges[0])
    each = (sa.select(own.label("id")).select_from(source).where(*where).order_by(*order).limit(limit) for where in ranges)
    return own.in_(sa.union_all(*(sa.select(one.correlate(None).subquery().c.id) for one in each)))
