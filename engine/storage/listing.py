"""Lists of records: row rule, filters, order and keyset paging in one statement (PERFORMANCE: never by offset, never counted by default).

Rows whose first sort value is blank come last; they are read by a statement of their own, so that each statement walks one
range of an index: `a <= :a AND (a < :a OR …)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from engine.formula import Formula, Frame

from . import search
from .database import Connection, Dialect
from .expressions import Expressions, Functions, Shape
from .expressions.expressions import Chosen
from .found import Found, Place
from .grants import opened_to
from .grouping import Grouped, Grouping, Rows, Summed, Total, group_select, read_groups
from .keyset import after_place, ordering
from .many import among, listed
from .past import rows_then
from .prepared import Prepared, Standing
from .tables import Tables

KEPT = 1024
"""How many statements stay built; those of filters that people type are the ones that go."""


@dataclass(frozen=True, slots=True)
class Order:
    """One value to sort by; blank ones come last in either direction."""

    formula: Formula
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Which rows of an entity, in which order. `any_of` None is no row rule, an empty one grants nothing.

    `opened` adds the rows that a grant opens for the reader; `flags` are conditions and `values` formulas told per row;
    `some` restricts to given ids, `worded` to what the full-text index finds; `descending` is the direction of the id, which ends
    every order. `then` asks for the rows as they were at an instant, of records that the reader may see as they are too.
    """

    entity: str
    where: tuple[Formula, ...] = ()
    any_of: tuple[Formula, ...] | None = None
    opened: bool = False
    flags: tuple[Formula, ...] = ()
    values: tuple[Formula, ...] = ()
    order: tuple[Order, ...] = ()
    descending: bool = True
    some: bool = False
    worded: bool = False
    then: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom grants on single records count, and when."""

    entity_id: int
    person: int | None
    roles: frozenset[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class _Form:
    """What a statement looks like: the shapes of its formulas, which rows of the first sort value, which blanks it continues after."""

    shapes: tuple[Shape, ...]
    filled: bool | None
    after: tuple[bool, ...] | None


@dataclass(frozen=True, slots=True)
class Asking:
    """One execution of a listing: what surrounds its formulas, who reads, how many rows, after which place, which ids or words, when."""

    frame: Frame
    reader: Reader
    limit: int
    after: Place | None = None
    ids: Sequence[int] = ()
    words: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement, prepared when it first runs, and what its formulas take as parameters."""

    statement: Standing
    chosen: Chosen
    present: Chosen | None = None

    def parameters(self, frame: Frame) -> dict[str, Any]:
        """The values of what its formulas take."""
        return self.chosen.parameters(frame) | ({} if self.present is None else self.present.parameters(frame))

    def on(self, connection: Connection) -> Prepared:
        """The statement for the database of `connection`."""
        return self.statement.on(connection)


class Lists:
    """The lists of one definition, their statements built once per form."""

    def __init__(self, tables: Tables, functions: Functions) -> None:
        self._tables = tables
        self._expressions = Expressions(tables.dialect, tables, functions, (tables.metadata.zone, tables.metadata.currency))
        self._names = lru_cache(tables.names)
        self._pages = lru_cache(KEPT)(self._build)
        self._counts = lru_cache(KEPT)(self._build_count)
        self._groups = lru_cache(KEPT)(self._build_groups)

    def page(self, connection: Connection, listing: Listing, asking: Asking) -> list[Found]:
        """The first rows after a place. Raises NotPushable for a formula that the database cannot calculate."""
        listing, asking = _narrowed(connection, listing, asking)
        after = asking.after
        if not listing.order or not listing.order[0].formula.type.null:
            return self._page(connection, listing, asking, None)
        found: list[Found] = []
        if after is None or after.values[0] is not None:
            found = self._page(connection, listing, asking, filled=True)
            after = None
        if len(found) < asking.limit:
            found += self._page(connection, listing, replace(asking, after=after, limit=asking.limit - len(found)), filled=False)
        return found

    def plans(self, connection: Connection, listing: Listing, asking: Asking) -> list[tuple[str, list[str]]]:
        """The statements of a first page, each with how the database would run it; nothing is run."""
        blank = listing.order and listing.order[0].formula.type.null
        found = []
        for filled in (True, False) if blank else (None,):
            ready = self._pages(listing, _Form(self._shapes(listing, asking.frame), filled, None))
            statement = ready.on(connection)
            found.append((statement.text, statement.plan(connection, self._params(ready, listing, asking))))
        return found

    def count(self, connection: Connection, listing: Listing, asking: Asking) -> int:
        """How many rows there are, at most the limit."""
        listing, asking = _narrowed(connection, listing, asking)
        ready = self._counts(listing, _Form(self._shapes(listing, asking.frame), None, None))
        return int(ready.on(connection).value(connection, self._params(ready, listing, asking)))

    def groups(self, connection: Connection, listing: Listing, grouping: Grouping, asking: Asking) -> Grouped:
        """The newest rows, at most the limit, by groups. Raises NotPushable."""
        listing, asking = _narrowed(connection, listing, asking)
        shapes = (*self._shapes(listing, asking.frame), *(self._expressions.shape(each, asking.frame) for each in grouping.formulas))
        ready = self._groups(listing, grouping, _Form(shapes, None, None))
        params = self._params(ready, listing, asking)
        return read_groups(grouping, ready.on(connection).tuples(connection, params))

    def _page(self, connection: Connection, listing: Listing, asking: Asking, filled: bool | None) -> list[Found]:
        after = asking.after
        blanks = None if after is None else tuple(value is None for value in after.values)
        ready = self._pages(listing, _Form(self._shapes(listing, asking.frame), filled, blanks))
        names = self._names(listing.entity)
        rows = ready.on(connection).tuples(connection, self._params(ready, listing, asking))
        return _found(names, listing, rows)

    def _shapes(self, listing: Listing, frame: Frame) -> tuple[Shape, ...]:
        keys = (key.formula for key in listing.order)
        formulas = (*listing.where, *(listing.any_of or ()), *listing.flags, *listing.values, *keys)
        return tuple(self._expressions.shape(formula, frame) for formula in formulas)

    def _params(self, ready: Ready, listing: Listing, asking: Asking) -> dict[str, Any]:
        params = ready.parameters(asking.frame) | {"limit": asking.limit, "at": asking.at}
        if listing.some:
            params["ids"] = listed(asking.ids, self._expressions.dialect)
        if listing.worded:
            params |= search.asking(asking.words, asking.reader.entity_id, self._expressions.dialect)
        if listing.opened:
            who = asking.reader
            params |= {
                "entity_id": who.entity_id,
                "person": who.person,
                "roles": listed(sorted(who.roles), self._expressions.dialect),
                "now": who.now,
            }
        if asking.after is not None:
            params |= {f"after_{at}": value for at, value in enumerate(asking.after.values)} | {"after_id": asking.after.id}
        return params

    def _build(self, listing: Listing, form: _Form) -> Ready:
        chosen, shapes = self._select(listing), iter(form.shapes)
        where = self._where(chosen, listing, shapes)
        present = self._seen_now(chosen, listing, form, where)
        flags = [chosen.condition(formula, next(shapes)) for formula in listing.flags]
        values = [chosen.value(formula, next(shapes)) for formula in listing.values]
        keys = [(chosen.value(key.formula, next(shapes)), key.descending) for key in listing.order]
        own = chosen.column("id")
        if form.filled is not None:
            where.append(keys[0][0].is_not(None) if form.filled else keys[0][0].is_(None))
        if form.after is not None:
            where.append(after_place(keys, form.after, own, down=listing.descending, bounded=form.filled is not False))
        columns = [chosen.column(name) for name in self._names(listing.entity)]
        extra = [sa.case((flag, 1), else_=0) for flag in flags] + values + [key for key, _ in keys]
        statement = sa.select(*columns, *(column.label(f"x{at}") for at, column in enumerate(extra))).select_from(chosen.from_clause())
        ordered = statement.where(*where).order_by(*ordering(keys, own, down=listing.descending, filled=form.filled))
        return Ready(Standing(ordered.limit(_LIMIT)), chosen, present)

    def _select(self, listing: Listing) -> Chosen:
        source = rows_then(self._tables, listing.entity) if listing.then else None
        return self._expressions.select_from(listing.entity, single=listing.some, source=source)

    def _seen_now(self, chosen: Chosen, listing: Listing, form: _Form, where: list[sa.ColumnElement[bool]]) -> Chosen | None:
        """For rows as they were: only those of records that the rules grant as they are, too."""
        if not listing.then or listing.any_of is None:
            return None
        now = self._expressions.select_from(listing.entity)
        rules = Listing(listing.entity, any_of=listing.any_of, opened=listing.opened)
        granted = self._where(now, rules, iter(form.shapes[len(listing.where) :]))
        where.append(chosen.column("id").in_(sa.select(now.column("id")).select_from(now.from_clause()).where(*granted)))
        return now

    def _build_count(self, listing: Listing, form: _Form) -> Ready:
        chosen = self._select(listing)
        where = self._where(chosen, listing, iter(form.shapes))
        present = self._seen_now(chosen, listing, form, where)
        bounded: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(chosen.from_clause()).where(*where).limit(_LIMIT)
        return Ready(Standing(sa.select(sa.func.count()).select_from(bounded.subquery())), chosen, present)

    def _build_groups(self, listing: Listing, grouping: Grouping, form: _Form) -> Ready:
        chosen = self._expressions.select_from(listing.entity)
        shapes = iter(form.shapes)
        where = self._where(chosen, listing, shapes)
        key = None if grouping.key is None else chosen.value(grouping.key, next(shapes))
        sums = [self._summed(chosen, each, shapes) for each in grouping.sums]
        return Ready(Standing(group_select(Rows(chosen, where, _LIMIT), key, sums, self._expressions.dialect)), chosen)

    def _summed(self, chosen: Chosen, total: Total, shapes: Iterator[Shape]) -> Summed:
        value = chosen.value(total.value, next(shapes))
        currency = None if total.currency is None else chosen.value(total.currency, next(shapes))
        if total.visible is not None:
            value = sa.case((chosen.condition(total.visible, next(shapes)), value), else_=sa.null())
        return Summed(value, currency)

    def _where(self, chosen: Chosen, listing: Listing, shapes: Iterator[Shape]) -> list[sa.ColumnElement[bool]]:
        where = [chosen.condition(formula, next(shapes)) for formula in listing.where]
        if listing.any_of is not None:
            granting = [chosen.condition(formula, next(shapes)) for formula in listing.any_of]
            if listing.opened:
                own = _walked(chosen.column("id"), listing, self._expressions.dialect)
                granting.append(opened_to(own, self._expressions.dialect))
            where.append(sa.or_(sa.false(), *granting))
        if listing.some:
            where.append(among(chosen.column("id"), self._expressions.dialect))
        if listing.worded:
            where.append(chosen.column("id").in_(search.fitting_ids(self._expressions.dialect)))
        return where


_LIMIT = sa.bindparam("limit", type_=sa.Integer)


def _walked(own: sa.ColumnElement[Any], listing: Listing, dialect: Dialect) -> sa.ColumnElement[Any]:
    """The id of a row; where the list has an order, SQLite walks that one rather than gather and sort all that a rule and grants open."""
    return own.op("+")(sa.literal_column("0")) if dialect == "sqlite" and listing.order and listing.any_of else own


def _narrowed(connection: Connection, listing: Listing, asking: Asking) -> tuple[Listing, Asking]:
    """Words that few records have become their ids, which no database mistakes for many."""
    if not listing.worded or listing.some:
        return listing, asking
    ids = search.few_ids(connection, asking.words, asking.reader.entity_id)
    return (listing, asking) if ids is None else (replace(listing, worded=False, some=True), replace(asking, ids=ids))


def _found(names: Sequence[str], listing: Listing, rows: Iterable[Sequence[Any]]) -> list[Found]:
    """Rows taken apart: the names come first, so that a row is longer than they are."""
    first = len(names)
    second = first + len(listing.flags)
    third = second + len(listing.values)
    if not listing.flags and not listing.order:
        return [Found(dict(zip(names, row, strict=False)), (), tuple(row[second:third]), ()) for row in rows]
    return [
        Found(dict(zip(names, row, strict=False)), tuple(map(bool, row[first:second])), tuple(row[second:third]), tuple(row[third:]))
        for row in rows
    ]
