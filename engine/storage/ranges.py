"""Row rules of several alternatives, each of which leaves one range of an index in the order of a list.

"Mine, or those of my department" in one condition is a walk through all records until a page is full, which is long where few are
left. Read by themselves, each alternative gives its first records from its own range; the first of all are among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from engine.formula import Call, Formula
from engine.frozen import frozen
from engine.metadata import alternatives, fixed_fields

from . import search
from .asked import Listing
from .behind import Range, lead_of
from .expressions import calculates
from .expressions.expressions import Chosen
from .keyset import Keys
from .many import among, among_few
from .tables import Tables

WITHIN = frozenset({"CONTAINS", "SEARCH", "FIND", "ENDSWITH"})
"""Functions that tell of a text what no index knows."""
REACH = 20_000
"""Among so many rows of each range words are looked for that many records have."""
BRIEF = 100
"""Among so many rows usual words are looked for first, where their order would have to be made of the rows of many linked records."""
_REACH: sa.ColumnClause[int] = sa.literal_column(str(REACH))
_BRIEF: sa.ColumnClause[int] = sa.literal_column(str(BRIEF))
_ONE: sa.ColumnClause[int] = sa.literal_column("1")


def in_ranges(tables: Tables, listing: Listing, *, counted: bool = False) -> Listing:
    """The listing with the alternatives of its rule apart, where an index holds what each leaves in the order of the list; else itself.

    What is `counted` has no order; it is taken apart where it leads along links.
    """
    if not listing.any_of or not (listing.order or counted) or listing.then or listing.some or any(map(calculates, listing.where)):
        return listing
    parts = tuple(part for rule in listing.any_of for part in _parts(rule))
    place = None if counted else tables.metadata.entities[listing.entity].place_of(listing.order[0].formula.text)
    whole = (index for index in tables.indexes(listing.entity) if not index.where)
    held = {index.keys[0]: index.name for index in whole if place is None or index.keys[1:2] == (place,)}
    leads = tuple(lead_of(tables, part, held) for part in parts)
    fit = all(lead or held.keys() & fixed_fields(part.tree) for part, lead in zip(parts, leads, strict=True))
    if not fit or (counted and not any(leads)):
        return listing
    return replace(listing, any_of=parts, ranges=True, leads=leads if any(leads) else ())


def is_unled(tables: Tables, listing: Listing) -> bool:
    """Whether no index leads to what is asked, so that nobody knows how far a list must be walked until a page is full.

    That is so for what texts contain, for what many records lead to, and for words beside a rule or a filter.
    """
    if listing.then or listing.some or is_led(tables, listing):
        return False
    if listing.worded:
        return listing.near is not None and not listing.ranges and (bool(listing.where) or listing.any_of is not None)
    calls = (node for formula in listing.where for node in formula.tree.walk() if isinstance(node, Call))
    return bool(listing.order) and (any(call.function.name in WITHIN for call in calls) or (bool(listing.leads) and not listing.ranges))


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


@frozen
class Ranges:
    """What is selected from, the ranges, what rows are sorted by, in the end by `last`, the order of rows by such values, and how many."""

    chosen: Chosen
    each: Sequence[Range]
    keys: Keys
    last: sa.ColumnElement[Any]
    ordered: Callable[[Keys, sa.ColumnElement[Any]], Sequence[sa.ColumnElement[Any]]]
    limit: sa.ColumnElement[int]

    @property
    def order(self) -> Sequence[sa.ColumnElement[Any]]:
        """The order of all."""
        return self.ordered(self.keys, self.last)

    def where(self, near: search.Near | None) -> Sequence[sa.ColumnElement[bool]]:
        """What leaves the first rows of all ranges, with `near` the first that have the words, as far as these are looked for."""
        if near is not None:
            return [self._among(self._fitting(near))]
        if len(self.each) == 1 and self.each[0].lead is None:
            return self.each[0].where
        return [self._among(self._first(one, self.limit) for one in self.each)]

    def counted(self, near: search.Near | None) -> sa.Select[Any]:
        """Rows of the ranges, whichever, each once, up to the limit; with `near` those that have the words, as far as is looked."""
        if near is None and len(self.each) == 1:
            return sa.select(_ONE).select_from(self.chosen.from_clause()).where(*self._conditions(self.each[0])).limit(self.limit)
        whole = (self._rows(self._conditions(one)).limit(self.limit) for one in self.each)
        parts = list(whole if near is None else self._fitting(near))
        return sa.select(_together(parts, once=len(parts) > 1).subquery().c.id).limit(self.limit)

    def _fitting(self, near: search.Near) -> Iterator[sa.Select[Any]]:
        """The first of each range that have the words; unusual ones are looked for in all rows along links, which are known to be few."""
        dialect = self.chosen.dialect
        if not near.is_usual and any(one.lead for one in self.each):
            fits = search.fits_among(self._own, near.asked, dialect)
            yield from (self._ordered(replace(one, where=(*one.where, fits)), self.limit) for one in self.each)
            return
        for one in self.each:
            rows = (self._first(one, _BRIEF) if near.brief else self._ordered(one, _REACH)).correlate(None).subquery()
            yield sa.select(rows.c.id).where(search.fits(rows.c.id, near.asked, dialect)).limit(self.limit)

    def further(self) -> sa.Select[Any]:
        """Whether there are rows behind those among which words are looked for: one or none."""
        return sa.select(_together(self._ordered(one, _ONE).offset(_REACH) for one in self.each).subquery().c.id).limit(_ONE)

    def _among(self, rows: Iterable[sa.Select[Any]]) -> sa.ColumnElement[bool]:
        return among_few(self._own, _together(rows), self.chosen.dialect)

    @property
    def _own(self) -> sa.ColumnElement[Any]:
        return self.chosen.column("id")

    def _first(self, one: Range, limit: sa.ColumnElement[int]) -> sa.Select[Any]:
        """The first rows: SQLite reads those of all linked records together in their order, PostgreSQL is told to read those of each."""
        if one.lead is None or self.chosen.dialect == "sqlite":
            return self._ordered(one, limit)
        return self._linked(one, one.lead.link, limit)

    def _ordered(self, one: Range, limit: sa.ColumnElement[int]) -> sa.Select[Any]:
        rows = self._rows(self._conditions(one)).order_by(*self.order).limit(limit)
        if one.lead is None:
            return rows
        return rows.with_hint(self._own.table, f"INDEXED BY {one.lead.index}", "sqlite")

    def _conditions(self, one: Range) -> Sequence[sa.ColumnElement[bool]]:
        return one.where if one.lead is None else (*one.where, among(self.chosen.column(one.lead.link), self.chosen.dialect, one.linked))

    def _rows(self, where: Sequence[sa.ColumnElement[bool]]) -> sa.Select[Any]:
        return sa.select(self._own.label("id")).select_from(self.chosen.from_clause()).where(*where)

    def _linked(self, one: Range, link: str, limit: sa.ColumnElement[int]) -> sa.Select[Any]:
        """The first of the first rows of each linked record."""
        given = sa.func.unnest(sa.bindparam(one.linked, type_=postgresql.ARRAY(sa.BigInteger)))
        given_ids = given.table_valued("id", name=one.linked).render_derived()
        keys = [key.label(f"key_{at}") for at, (key, _) in enumerate(self.keys)]
        rows = self._rows((*one.where, self.chosen.column(link) == given_ids.c.id)).add_columns(*keys)
        of_one = rows.order_by(*self.order).limit(limit).correlate(given_ids).lateral()
        found: Keys = [(of_one.c[key.name], falling) for key, (_, falling) in zip(keys, self.keys, strict=True)]
        first = sa.select(of_one.c.id).select_from(given_ids.join(of_one, sa.true()))
        return first.order_by(*self.ordered(found, of_one.c.id)).limit(limit)


def _together(parts: Iterable[sa.Select[Any]], *, once: bool = False) -> sa.CompoundSelect[Any]:
    return (sa.union if once else sa.union_all)(*(sa.select(each.correlate(None).subquery().c.id) for each in parts))
