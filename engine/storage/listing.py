"""Lists of records: row rule, filters, order and keyset paging in one statement (PERFORMANCE: never by offset, never counted by default).

Rows whose first sort value is blank come last; they are read by a statement of their own, so that each statement walks one
range of an index: `a <= :a AND (a < :a OR …)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, Literal

import sqlalchemy as sa

from engine.formula import Value
from engine.frozen import frozen

from . import search
from .asked import LIMIT, Asker, Asking, Listing, Ready, narrowed
from .behind import Range
from .database import Connection
from .expressions import Expressions, Functions, Shape
from .expressions.expressions import Chosen
from .figures import Figures
from .found import Found
from .grouping import Grouped, Grouping, Rows, Summed, Total, group_select, read_groups
from .keyset import Keys, after_place, loose, ordering, unordered, until_place
from .linked import Linked
from .prepared import Standing
from .ranges import REACH, Ranges, in_ranges, is_led, is_unled
from .tables import Tables

LOOKED = 5_000
"""Among so many rows texts are searched in the order of a list; where they do not fill a page, in all rows that the reader may see."""
FEW = 1000
"""So many rows that a filter leaves are read before any row rule."""
KEPT = 1024
"""How many statements stay built; those of filters that people type are the ones that go."""


@frozen
class _Form:
    """What a statement looks like: the shapes of its formulas, which rows of the first sort value, which blanks it continues after.

    It reads all rows in their order, or those `until` a place, or has all that fit `gathered` and sorted. `most` is how many, where
    the statement says so itself: a parameter PostgreSQL takes for a tenth of all, and plans anew at each use, longer than it reads.
    """

    shapes: tuple[Shape, ...]
    filled: bool | None
    after: tuple[bool, ...] | None
    way: Literal["walked", "until", "gathered"] = "walked"
    most: int | None = None

    @property
    def limit(self) -> sa.ColumnElement[int]:
        """How many rows are read."""
        return LIMIT if self.most is None else sa.literal_column(str(self.most))


class Lists:
    """The lists of one definition, their statements built once per form."""

    def __init__(self, tables: Tables, functions: Functions) -> None:
        self._tables = tables
        self._expressions = Expressions(tables.dialect, tables, functions, (tables.metadata.zone, tables.metadata.currency))
        self._asker = Asker(tables, self._expressions)
        self._linked = Linked(self._expressions)
        self.figures = Figures(self._asker)
        self._names = lru_cache(tables.names)
        self._in_ranges = lru_cache(KEPT)(lambda listing: in_ranges(tables, listing))
        self._apart = lru_cache(KEPT)(lambda listing: in_ranges(tables, listing, counted=True))
        self._pages = lru_cache(KEPT)(self._build)
        self._is_unled = lru_cache(KEPT)(lambda listing: is_unled(tables, listing))
        self._is_led = lru_cache(KEPT)(lambda listing: is_led(tables, listing))
        self._ends = lru_cache(KEPT)(self._build_end)
        self._further = lru_cache(KEPT)(self._build_further)
        self._counts = lru_cache(KEPT)(self._build_count)
        self._groups = lru_cache(KEPT)(self._build_groups)

    def page(self, connection: Connection, listing: Listing, asking: Asking) -> list[Found]:
        """The first rows after a place. Raises NotPushable for a formula that the database cannot calculate."""
        listing, asking = self._narrowed(connection, self._in_ranges(listing), asking)
        if brief := self._brief(connection, listing, asking):
            return brief
        listing, after = self._settled(connection, listing, asking), asking.after
        if not listing.order or not listing.order[0].formula.type.null:
            return self._page(connection, listing, asking, None)
        found: list[Found] = []
        if after is None or after.values[0] is not None:
            found = self._page(connection, listing, asking, filled=True)
            after = None
        if len(found) < asking.limit:
            found += self._page(connection, listing, replace(asking, after=after, limit=asking.limit - len(found)), filled=False)
        return found

    def _narrowed(self, connection: Connection, listing: Listing, asking: Asking) -> tuple[Listing, Asking]:
        listing, asking = narrowed(connection, listing, asking)
        if listing.leads and self._is_led(listing) and self._leaves_few(connection, listing, asking):
            listing = listing.walked
        if listing.leads:
            listing, asking = self._linked.found(connection, listing, asking)
        if not listing.worded or listing.then:
            return listing, asking
        if not listing.ranges:
            listing = listing.walked
        return replace(listing, near=search.near_of(asking.words, self._tables.dialect, is_usual=asking.usual)), asking

    def _brief(self, connection: Connection, listing: Listing, asking: Asking) -> list[Found]:
        """A page of usual words beside a rule along links, if the very first rows fill it: then none need to be counted before."""
        if not listing.leads or listing.near is None or not listing.near.is_usual:
            return []
        blank = listing.order[0].formula.type.null
        filled = (asking.after is None or asking.after.values[0] is not None) if blank else None
        brief = replace(listing, near=listing.near._replace(brief=True))
        found = self._found(connection, brief, asking, self._form(listing, asking, filled))
        return found if len(found) == asking.limit else []

    def _settled(self, connection: Connection, listing: Listing, asking: Asking) -> Listing:
        """The same rows; where words are looked for, along links only where these lead to few rows."""
        if not listing.leads or listing.near is None or self._lead_to_few(connection, listing, asking):
            return listing
        return listing.walked

    def _lead_to_few(self, connection: Connection, listing: Listing, asking: Asking) -> bool:
        """Whether so few rows lead to the linked records that words can be looked for in all of them."""
        rule = Listing(listing.entity, any_of=listing.any_of, ranges=True, leads=listing.leads)
        form = _Form(self._asker.shapes(rule, asking.frame), None, None)
        return self._count(connection, rule, replace(asking, limit=REACH), form) < REACH

    def _leaves_few(self, connection: Connection, listing: Listing, asking: Asking) -> bool:
        """Whether few rows are left by what is asked beside the row rule."""
        asked = Listing(listing.entity, where=listing.where)
        form = _Form(self._asker.shapes(asked, asking.frame), None, None)
        return self._count(connection, asked, replace(asking, limit=FEW + 1), form) <= FEW

    def plans(self, connection: Connection, listing: Listing, asking: Asking) -> list[tuple[str, list[str]]]:
        """The statements of a first page, each with how the database would run it; they are not run."""
        listing, asking = self._narrowed(connection, self._in_ranges(listing), asking)
        listing = self._settled(connection, listing, asking)
        blank = listing.order and listing.order[0].formula.type.null
        found = []
        for filled in (True, False) if blank else (None,):
            ready = self._pages(listing, _Form(self._asker.shapes(listing, asking.frame), filled, None))
            statement = ready.on(connection)
            found.append((statement.text, statement.plan(connection, self._asker.parameters(ready, listing, asking))))
        return found

    def count(self, connection: Connection, listing: Listing, asking: Asking) -> int:
        """How many rows there are, at most the limit."""
        listing, asking = self._narrowed(connection, self._apart(listing), asking)
        listing = self._settled(connection, listing, asking)
        form = _Form(self._asker.shapes(listing, asking.frame), None, None)
        if self._is_unled(listing) and (end := self._end(connection, listing, asking, form)) is not None:
            found = self._count(connection, listing, asking, replace(form, way="until"), end)
            return found if found == asking.limit else self._count(connection, replace(listing, near=None), asking, form)
        found = self._count(connection, listing, asking, form)
        if listing.near is not None and found < asking.limit and self._goes_on(connection, listing, asking, form):
            return self._count(connection, replace(listing, near=None), asking, form)
        return found

    def _count(self, connection: Connection, listing: Listing, asking: Asking, form: _Form, until: Value = None) -> int:
        ready = self._counts(listing, form)
        return int(ready.on(connection).value(connection, {**self._asker.parameters(ready, listing, asking), "until": until}))

    def groups(self, connection: Connection, listing: Listing, grouping: Grouping, asking: Asking) -> Grouped:
        """The newest rows, at most the limit, by groups. Raises NotPushable."""
        listing, asking = narrowed(connection, listing, asking)
        shapes = (*self._asker.shapes(listing, asking.frame), *(self._expressions.shape(each, asking.frame) for each in grouping.formulas))
        ready = self._groups(listing, grouping, _Form(shapes, None, None))
        params = self._asker.parameters(ready, listing, asking)
        return read_groups(grouping, ready.on(connection).tuples(connection, params))

    def _page(self, connection: Connection, listing: Listing, asking: Asking, filled: bool | None) -> list[Found]:
        form = self._form(listing, asking, filled)
        if self._is_unled(listing):
            return self._searched(connection, listing, asking, form)
        found = self._found(connection, listing, asking, form)
        if listing.near is not None and len(found) < asking.limit and self._goes_on(connection, listing, asking, form):
            return self._gathered(connection, listing, asking, form)
        return found

    def _form(self, listing: Listing, asking: Asking, filled: bool | None) -> _Form:
        blanks = None if asking.after is None else tuple(value is None for value in asking.after.values)
        most = asking.limit if listing.leads and self._tables.dialect == "postgresql" else None
        return _Form(self._asker.shapes(listing, asking.frame), filled, blanks, most=most)

    def _found(self, connection: Connection, listing: Listing, asking: Asking, form: _Form, until: Value = None) -> list[Found]:
        ready, names = self._pages(listing, form), self._names(listing.entity)
        params = {**self._asker.parameters(ready, listing, asking), "until": until}
        return _found(names, listing, ready.on(connection).tuples(connection, params))

    def _gathered(self, connection: Connection, listing: Listing, asking: Asking, form: _Form) -> list[Found]:
        return self._found(connection, replace(listing, near=None), asking, replace(form, way="gathered"))

    def _searched(self, connection: Connection, listing: Listing, asking: Asking, form: _Form) -> list[Found]:
        """A page of what no index leads to: among the first rows if they fill it, else all that fit are gathered."""
        end = self._end(connection, listing, asking, form)
        if end is None:
            return self._found(connection, listing, asking, form)
        found = self._found(connection, listing, asking, replace(form, way="until"), end)
        return found if len(found) == asking.limit else self._gathered(connection, listing, asking, form)

    def _end(self, connection: Connection, listing: Listing, asking: Asking, form: _Form) -> Value:
        """Until where what no index leads to is looked for; None where there are no more rows."""
        ready = self._ends(listing, form)
        found = ready.on(connection).tuples(connection, self._asker.parameters(ready, listing, asking))
        return found[0][0] if found else None

    def _goes_on(self, connection: Connection, listing: Listing, asking: Asking, form: _Form) -> bool:
        """Whether there are more rows than those among which words were looked for."""
        if listing.leads and listing.near is not None and not listing.near.is_usual:
            return False
        ready = self._further(listing, form)
        return bool(ready.on(connection).tuples(connection, self._asker.parameters(ready, listing, asking)))

    def _build(self, listing: Listing, form: _Form) -> Ready:
        ranges, keys, present = self._ranges(listing, form, shapes := iter(form.shapes))
        chosen = ranges.chosen
        flags = [chosen.condition(formula, next(shapes)) for formula in listing.flags]
        values = [chosen.value(formula, next(shapes)) for formula in listing.values]
        columns = [chosen.column(name) for name in self._names(listing.entity)]
        extra = [sa.case((flag, 1), else_=0) for flag in flags] + values + keys
        statement = sa.select(*columns, *(column.label(f"x{at}") for at, column in enumerate(extra))).select_from(chosen.from_clause())
        page = statement.where(*ranges.where(listing.near)).order_by(*ranges.order).limit(form.limit)
        return Ready(Standing(page), chosen, present)

    def _build_further(self, listing: Listing, form: _Form) -> Ready:
        ranges, _, present = self._ranges(listing, form, iter(form.shapes))
        return Ready(Standing(ranges.further()), ranges.chosen, present)

    def _build_end(self, listing: Listing, form: _Form) -> Ready:
        """The first sort value, or id, behind so many rows, whoever may see them."""
        every = replace(listing.walked, where=(), any_of=None, opened=False, worded=False)
        most = LOOKED if listing.near is None else REACH
        shapes = form.shapes[len(listing.where) + len(listing.any_of or ()) :]
        ranges, keys, present = self._ranges(every, replace(form, shapes=shapes), iter(shapes))
        first = keys[0] if keys and form.filled is not False else ranges.last
        rows = sa.select(first).select_from(ranges.chosen.from_clause()).where(*ranges.each[0].where).order_by(*ranges.order)
        return Ready(Standing(rows.limit(sa.literal_column("1")).offset(sa.literal_column(str(most)))), ranges.chosen, present)

    def _ranges(self, listing: Listing, form: _Form, shapes: Iterator[Shape]) -> tuple[Ranges, list[sa.ColumnElement[Any]], Chosen | None]:
        """What a page is read from, what it is sorted by, and what is selected beside it of rows as they were."""
        chosen = self._asker.select(listing)
        where = self._asker.where(chosen, listing, shapes)
        apart = self._asker.ranges(chosen, listing, shapes)
        present = self._asker.seen_now(chosen, listing, form.shapes, where)
        keys: Keys = [(chosen.value(key.formula, next(shapes)), key.descending) for key in listing.order]
        own = chosen.column("id")
        if form.way == "gathered":
            keys, own = unordered(keys), loose(own)
        if form.way == "until":
            where.append(until_place(() if form.filled is False else keys, own, down=listing.descending))
        if form.filled is not None:
            where.append(keys[0][0].is_not(None) if form.filled else keys[0][0].is_(None))
        if form.after is not None:
            where.append(after_place(keys, form.after, own, down=listing.descending, bounded=form.filled is not False))
        each = [replace(one, where=(*where, *one.where)) for one in apart] or [Range(tuple(where))]
        ordered = partial(ordering, down=listing.descending, filled=form.filled)
        return Ranges(chosen, each, keys, own, ordered, form.limit), [key for key, _ in keys], present

    def _build_count(self, listing: Listing, form: _Form) -> Ready:
        ranges, _, present = self._ranges(listing, form, iter(form.shapes))
        counted = sa.select(sa.func.count()).select_from(ranges.counted(listing.near).subquery())
        return Ready(Standing(counted), ranges.chosen, present)

    def _build_groups(self, listing: Listing, grouping: Grouping, form: _Form) -> Ready:
        chosen = self._expressions.select_from(listing.entity)
        shapes = iter(form.shapes)
        where = self._asker.where(chosen, listing, shapes)
        key = None if grouping.key is None else chosen.value(grouping.key, next(shapes))
        sums = [self._summed(chosen, each, shapes) for each in grouping.sums]
        place = None if grouping.place is None else chosen.value(grouping.place, next(shapes))
        return Ready(Standing(group_select(Rows(chosen, where, LIMIT, place), key, sums, self._expressions.dialect)), chosen)

    def _summed(self, chosen: Chosen, total: Total, shapes: Iterator[Shape]) -> Summed:
        value = chosen.value(total.value, next(shapes))
        currency = None if total.currency is None else chosen.value(total.currency, next(shapes))
        if total.visible is not None:
            value = sa.case((chosen.condition(total.visible, next(shapes)), value), else_=sa.null())
        return Summed(value, currency)


def _found(names: Sequence[str], listing: Listing, rows: Iterable[tuple[Any, ...]]) -> list[Found]:
    """Rows taken apart: the names come first, so that a row is longer than they are."""
    first = len(names)
    second = first + len(listing.flags)
    third = second + len(listing.values)
    if not listing.flags:
        return [Found(dict(zip(names, row, strict=False)), (), row[second:third], row[third:]) for row in rows]
    return [Found(dict(zip(names, row, strict=False)), tuple(map(bool, row[first:second])), row[second:third], row[third:]) for row in rows]
