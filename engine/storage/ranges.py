"""Row rules of several alternatives, each of which leaves one range of an index in the order of a list.

"Mine, or those of my department" in one condition is a walk through all records until a page is full, which is long where few are
left. Read by themselves, each alternative gives its first records from its own range; the first of all are among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from engine.formula import Call, Formula
from engine.metadata import alternatives, fixed_fields

from . import search
from .asked import LIMIT, Listing
from .behind import Range, lead_of
from .expressions.expressions import Chosen
from .keyset import Keys
from .tables import Tables

WITHIN = frozenset({"CONTAINS", "SEARCH", "FIND", "ENDSWITH"})
"""Functions that tell of a text what no index knows."""
REACH = 20_000
"""Among so many rows of each range words are looked for that many records have."""
_REACH: sa.ColumnClause[int] = sa.literal_column(str(REACH))
_ONE: sa.ColumnClause[int] = sa.literal_column("1")


def nearest(tables: Tables, listing: Listing, words: str) -> Listing:
    """The listing with words that many records have looked for among its first rows: a database would gather all of those records first."""
    if not listing.worded or listing.then:
        return listing
    return replace(listing.walked if listing.leads else listing, near=search.asked_of(words, tables.dialect))


def in_ranges(tables: Tables, listing: Listing) -> Listing:
    """The listing with the alternatives of its rule apart, where an index holds what each leaves in the order of the list; else itself."""
    if not listing.any_of or not listing.order or listing.then or listing.some:
        return listing
    parts = tuple(part for rule in listing.any_of for part in _parts(rule))
    place = tables.metadata.entities[listing.entity].place_of(listing.order[0].formula.text)
    whole = (index for index in tables.indexes(listing.entity) if not index.where)
    held = {index.keys[0]: index.name for index in whole if index.keys[1:2] == (place,)}
    leads = tuple(lead_of(tables, part, held) for part in parts)
    if not all(lead or held.keys() & fixed_fields(part.tree) for part, lead in zip(parts, leads, strict=True)):
        return listing
    return replace(listing, any_of=parts, ranges=True, leads=leads if any(leads) else ())


def is_unled(tables: Tables, listing: Listing) -> bool:
    """Whether a list in some order is asked for what texts contain, or for what many records lead to, and no index leads to what else."""
    if not listing.order or listing.then or listing.some or listing.worded:
        return False
    calls = (node for formula in listing.where for node in formula.tree.walk() if isinstance(node, Call))
    unknown = any(call.function.name in WITHIN for call in calls) or (bool(listing.leads) and not listing.ranges)
    return unknown and not is_led(tables, listing)


def is_led(tables: Tables, listing: Listing) -> bool:
    """Whether an index leads to what is asked beside the row rule."""
    leading = {index.keys[0] for index in tables.indexes(listing.entity)}
    return any(name in leading for formula in listing.where for name in fixed_fields(formula.tree))


def _parts(rule: Formula) -> Iterator[Formula]:
    if rule.context.null is True:
        yield rule
        return
    trees = alternatives(rule.tree)
    yield from (rule,) if len(trees) == 1 else (replace(rule, tree=tree, type=tree.type) for tree in trees)


@dataclass(frozen=True, slots=True)
class Ranges:
    """What is selected from, the ranges, what rows are sorted by, and the order of rows by these values and their id."""

    chosen: Chosen
    each: Sequence[Range]
    keys: Keys
    ordered: Callable[[Keys, sa.ColumnElement[Any]], Sequence[sa.ColumnElement[Any]]]

    @property
    def order(self) -> Sequence[sa.ColumnElement[Any]]:
        """The order of all."""
        return self.ordered(self.keys, self._own)

    def where(self, near: search.Asked | None) -> Sequence[sa.ColumnElement[bool]]:
        """What leaves the first rows of all ranges, with `near` the first that have the words, as far as these are looked for."""
        if near is not None:
            return [self._near(near)]
        if len(self.each) == 1 and not self.each[0].linked:
            return self.each[0].where
        return [self._own.in_(_together(self._ids(one) if one.link is None else self._linked(one, one.link) for one in self.each))]

    def _near(self, asked: search.Asked) -> sa.ColumnElement[bool]:
        looked = (self._ids(one, _REACH).correlate(None).subquery() for one in self.each)
        dialect = self.chosen.dialect
        return self._own.in_(_together(sa.select(rows.c.id).where(search.fits(rows.c.id, asked, dialect)).limit(LIMIT) for rows in looked))

    def further(self) -> sa.Select[Any]:
        """Whether there are rows behind those among which words are looked for: one or none."""
        return sa.select(_together(self._ids(one, _ONE).offset(_REACH) for one in self.each).subquery().c.id).limit(_ONE)

    @property
    def _own(self) -> sa.ColumnElement[Any]:
        return self.chosen.column("id")

    def _ids(self, one: Range, limit: sa.ColumnElement[int] = LIMIT) -> sa.Select[Any]:
        rows = sa.select(self._own.label("id")).select_from(self.chosen.from_clause())
        if one.index:
            rows = rows.with_hint(self._own.table, f"INDEXED BY {one.index}", "sqlite")
        return rows.where(*one.where).order_by(*self.order).limit(limit)

    def _linked(self, one: Range, link: sa.ColumnElement[Any]) -> sa.Select[Any]:
        """The first of the first rows of each linked record (PostgreSQL)."""
        given = (
            sa.func.unnest(sa.bindparam(one.linked, type_=postgresql.ARRAY(sa.BigInteger)))
            .table_valued("id", name=one.linked)
            .render_derived()
        )
        keys = [key.label(f"key_{at}") for at, (key, _) in enumerate(self.keys)]
        of_one = self._ids(one).add_columns(*keys).where(link == given.c.id).correlate(given).lateral()
        found: Keys = [(of_one.c[key.name], falling) for key, (_, falling) in zip(keys, self.keys, strict=True)]
        first = sa.select(of_one.c.id).select_from(given.join(of_one, sa.true()))
        return first.order_by(*self.ordered(found, of_one.c.id)).limit(LIMIT)


def _together(parts: Iterable[sa.Select[Any]]) -> sa.CompoundSelect[Any]:
    return sa.union_all(*(sa.select(each.correlate(None).subquery().c.id) for each in parts))
