"""Row rules of several alternatives, each of which leaves one range of an index in the order of a list.

"Mine, or those of my department" in one condition is a walk through all records until a page is full, which is long where few are
left. Read by themselves, each alternative gives its first records from its own range; the first of all are among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.formula import Call, Formula
from engine.metadata import alternatives, fixed_fields

from . import search
from .asked import LIMIT, Listing
from .expressions.expressions import Chosen
from .tables import Tables

WITHIN = frozenset({"CONTAINS", "SEARCH", "FIND", "ENDSWITH"})
"""Functions that tell of a text what no index knows."""
REACH = 20_000
"""Among so many rows of each range words are looked for that many records have."""
_REACH: sa.ColumnClause[int] = sa.literal_column(str(REACH))
_ONE: sa.ColumnClause[int] = sa.literal_column("1")


def nearest(tables: Tables, listing: Listing) -> Listing:
    """The listing with words that many records have looked for among its first rows: SQLite would gather all of those records first."""
    return replace(listing, near=True) if listing.worded and not listing.then and tables.dialect == "sqlite" else listing


def in_ranges(tables: Tables, listing: Listing) -> Listing:
    """The listing with the alternatives of its rule apart, where an index holds what each leaves in the order of the list; else itself."""
    if not listing.any_of or not listing.order or listing.then or listing.some:
        return listing
    parts = tuple(part for rule in listing.any_of for part in _parts(rule))
    place = tables.metadata.entities[listing.entity].place_of(listing.order[0].formula.text)
    held = {index.keys[:2] for index in tables.indexes(listing.entity)}
    fit = all(any((name, place) in held for name in fixed_fields(part.tree)) for part in parts)
    return replace(listing, any_of=parts, ranges=True) if fit else listing


def is_unled(tables: Tables, listing: Listing) -> bool:
    """Whether a list in some order is asked for what texts contain, and no index leads to what else is asked."""
    if not listing.order or listing.then or listing.some or listing.worded:
        return False
    leading = {index.keys[0] for index in tables.indexes(listing.entity)}
    led = any(name in leading for formula in listing.where for name in fixed_fields(formula.tree))
    calls = (node for formula in listing.where for node in formula.tree.walk() if isinstance(node, Call))
    return not led and any(call.function.name in WITHIN for call in calls)


def _parts(rule: Formula) -> Iterator[Formula]:
    if rule.context.null is True:
        yield rule
        return
    trees = alternatives(rule.tree)
    yield from (rule,) if len(trees) == 1 else (replace(rule, tree=tree, type=tree.type) for tree in trees)


@dataclass(frozen=True, slots=True)
class Ranges:
    """What is selected from, the conditions of each range, and the order of all."""

    chosen: Chosen
    each: Sequence[Sequence[sa.ColumnElement[bool]]]
    order: Sequence[sa.ColumnElement[Any]]

    def where(self, *, near: bool) -> Sequence[sa.ColumnElement[bool]]:
        """What leaves the first rows of all ranges, with `near` the first that have the words, as far as these are looked for."""
        if near:
            return [self._near()]
        return self.each[0] if len(self.each) == 1 else [self._own.in_(_together(one.limit(LIMIT) for one in self._ids()))]

    def _near(self) -> sa.ColumnElement[bool]:
        looked = (one.limit(_REACH).correlate(None).subquery() for one in self._ids())
        return self._own.in_(_together(sa.select(rows.c.id).where(search.fits(rows.c.id)).limit(LIMIT) for rows in looked))

    def further(self) -> sa.Select[Any]:
        """Whether there are rows behind those among which words are looked for: one or none."""
        return sa.select(_together(one.limit(_ONE).offset(_REACH) for one in self._ids()).subquery().c.id).limit(_ONE)

    @property
    def _own(self) -> sa.ColumnElement[Any]:
        return self.chosen.column("id")

    def _ids(self) -> Iterator[sa.Select[Any]]:
        chosen = sa.select(self._own.label("id")).select_from(self.chosen.from_clause()).order_by(*self.order)
        yield from (chosen.where(*where) for where in self.each)


def _together(parts: Iterable[sa.Select[Any]]) -> sa.CompoundSelect[Any]:
    return sa.union_all(*(sa.select(each.correlate(None).subquery().c.id) for each in parts))
