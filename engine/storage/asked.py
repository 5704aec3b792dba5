"""What is asked of the rows of an entity, whatever becomes of them: row rule, filters, search, and the parameters of one execution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.formula import Formula, Frame
from engine.frozen import frozen

from . import search
from .behind import Lead, Range
from .database import Connection, Dialect, dialect_of
from .expressions import Expressions, Shape, calculates
from .expressions.expressions import Chosen
from .found import Place
from .grants import count_opened, opened_ids, opened_to
from .many import among, listed
from .past import rows_then
from .prepared import Prepared, Standing
from .stays import stays_of
from .tables import Tables

LIMIT = sa.bindparam("limit", type_=sa.Integer)
FEW = 1000
"""So many records that grants open are gathered; where there are more, a list is walked in its order."""


@frozen
class Order:
    """One value to sort by; blank ones come last in either direction."""

    formula: Formula
    descending: bool = False


@frozen
class Listing:
    """Which rows of an entity, in which order. `any_of` None is no row rule, an empty one grants nothing.

    `opened` adds the rows that a grant opens for the reader; `flags` are conditions and `values` formulas told per row;
    `some` restricts to given ids, `worded` to what the full-text index finds; `descending` is the direction of the id, which ends
    every order. `then` asks for the rows as they were at an instant, of records that the reader may see as they are too; `owner` is the
    column with the id of the record that a grant opens, `among` that of the given ids. With `ranges` an index holds what each condition
    of `any_of` leaves in this order, so that each is read by itself: as it is, or from the records to which one of `leads` leads. With
    `near` words are looked for in each of the first rows, and in no others.
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
    owner: str = "id"
    among: str = "id"
    ranges: bool = False
    leads: tuple[Lead | None, ...] = ()
    near: search.Near | None = None

    @property
    def walked(self) -> Listing:
        """The same rows, for the database to find as it likes."""
        return replace(self, ranges=False, leads=())


@frozen
class Reader:
    """For whom grants on single records count, and when."""

    entity_id: int
    person: int | None
    roles: frozenset[str]
    now: datetime


@frozen
class Asking:
    """One execution of a listing: what surrounds its formulas, who reads, how many rows, after which place, which ids or words, when.

    `linked` are the ids of the records to which each of its leads leads; `usual` tells that many records have the words.
    """

    frame: Frame
    reader: Reader
    limit: int
    after: Place | None = None
    ids: Sequence[int] = ()
    words: str = ""
    at: datetime | None = None
    linked: tuple[Sequence[int], ...] = ()
    usual: bool = False


@frozen
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


class Asker:
    """The statements that listings begin with: what is selected from, under which conditions, with which parameters."""

    def __init__(self, tables: Tables, expressions: Expressions) -> None:
        self.tables, self.expressions = tables, expressions

    def shapes(self, listing: Listing, frame: Frame) -> tuple[Shape, ...]:
        """The shapes of all its formulas, in the order in which a statement takes them."""
        keys = (key.formula for key in listing.order)
        formulas = (*listing.where, *(listing.any_of or ()), *keys, *listing.flags, *listing.values)
        return tuple(self.expressions.shape(formula, frame) for formula in formulas)

    def select(self, listing: Listing) -> Chosen:
        """The rows to begin with."""
        if self.tables.metadata.entities[listing.entity].stays:
            return self.expressions.select_from(listing.entity, source=stays_of(self.tables, listing.entity))
        source = rows_then(self.tables, listing.entity) if listing.then else None
        return self.expressions.select_from(listing.entity, single=listing.some, source=source)

    def seen_now(self, chosen: Chosen, listing: Listing, shapes: Sequence[Shape], where: list[sa.ColumnElement[bool]]) -> Chosen | None:
        """For rows as they were: only those of records that the rules grant as they are, too."""
        if not listing.then or listing.any_of is None:
            return None
        now = self.expressions.select_from(listing.entity)
        rules = Listing(listing.entity, any_of=listing.any_of, opened=listing.opened)
        granted = self.where(now, rules, iter(shapes[len(listing.where) :]))
        seen = chosen.column("id").in_(sa.select(now.column("id")).select_from(now.from_clause()).where(*granted))
        where[:] = [*_behind(seen, listing, where), *where[len(listing.where) :], seen]
        return now

    def where(self, chosen: Chosen, listing: Listing, shapes: Iterator[Shape]) -> list[sa.ColumnElement[bool]]:
        """The conditions: those of the listing, and the row rule where it is not read in ranges."""
        where = [chosen.condition(formula, next(shapes)) for formula in listing.where]
        if listing.any_of is not None and not listing.ranges:
            granting = [chosen.condition(formula, next(shapes)) for formula in listing.any_of]
            granted = [sa.or_(sa.false(), *granting, *opened) for opened in self._opened(chosen, listing)]
            where = [*_behind(granted[-1], listing, where), *granted]
        if listing.some:
            where.append(among(chosen.column(listing.among), self.expressions.dialect))
        if listing.worded and listing.near is None:
            where.append(chosen.column("id").in_(search.fitting_ids(self.expressions.dialect)))
        return where

    def ranges(self, chosen: Chosen, listing: Listing, shapes: Iterator[Shape]) -> list[Range]:
        """What leaves each range of a row rule that is read in ranges."""
        if not listing.ranges:
            return []
        leads = dict(enumerate(listing.leads))
        conditions = (chosen.condition(formula, next(shapes)) for formula in listing.any_of or ())
        found = [Range((condition,), leads.get(at), f"linked_{at}") for at, condition in enumerate(conditions)]
        if listing.opened:
            found.append(Range((chosen.column(listing.owner).in_(opened_ids(self.expressions.dialect)),)))
        return found

    def _opened(self, chosen: Chosen, listing: Listing) -> list[tuple[sa.ColumnElement[bool], ...]]:
        """What grants add to a row rule, in each form that the database should have.

        A list that PostgreSQL walks in its order asks a hash of the ids for every row; beside it stands the form that finds by an
        index, for when few rows may be read, which is asked of those alone that the hash has let through.
        """
        if not listing.opened:
            return [()]
        dialect, own = self.expressions.dialect, chosen.column(listing.owner)
        if dialect == "postgresql":
            by_index = (opened_to(own, dialect),)
            return [(own.in_(opened_ids(dialect)),), by_index] if listing.order else [by_index]
        return [(opened_to(walked(own, listing, dialect), dialect),)]

    def parameters(self, ready: Ready, listing: Listing, asking: Asking) -> dict[str, Any]:
        """The parameters of one execution."""
        params = ready.parameters(asking.frame) | {"limit": asking.limit, "at": asking.at}
        if listing.some:
            params["ids"] = listed(asking.ids, self.expressions.dialect)
        if listing.worded:
            params |= search.asking(asking.words, asking.reader.entity_id, self.expressions.dialect)
        if listing.opened:
            params |= _reading(asking.reader, self.expressions.dialect)
        params |= {f"linked_{at}": listed(ids, self.expressions.dialect) for at, ids in enumerate(asking.linked)}
        if asking.after is not None:
            params |= {f"after_{at}": value for at, value in enumerate(asking.after.values)} | {"after_id": asking.after.id}
        return params


def _behind(granted: sa.ColumnElement[bool], listing: Listing, where: Sequence[sa.ColumnElement[bool]]) -> Iterator[sa.ColumnElement[bool]]:
    """The conditions of a listing, those that may fail asked of granted rows alone: that one fails would tell of a row out of sight."""
    for formula, condition in zip(listing.where, where, strict=False):
        yield sa.case((granted, condition), else_=sa.false()) if calculates(formula) else condition


def walked(own: sa.ColumnElement[Any], listing: Listing, dialect: Dialect) -> sa.ColumnElement[Any]:
    """The id of a row; where the list has an order, SQLite walks that one rather than gather and sort all that a rule and grants open."""
    return own.op("+")(sa.literal_column("0")) if dialect == "sqlite" and listing.order and listing.any_of else own


def _reading(who: Reader, dialect: Dialect) -> dict[str, Any]:
    """The parameters of what grants open."""
    return {"entity_id": who.entity_id, "person": who.person, "roles": listed(sorted(who.roles), dialect), "now": who.now}


def narrowed(connection: Connection, listing: Listing, asking: Asking) -> tuple[Listing, Asking]:
    """The same rows, asked for so that an index finds them.

    Words that few records have become their ids, which no database mistakes for many. SQLite leaves out grants where the reader has
    none, and does not gather them where they are many.
    """
    if listing.ranges and listing.opened and dialect_of(connection) == "sqlite":
        count = count_opened(connection, _reading(asking.reader, "sqlite"), FEW + 1)
        listing = replace(listing, opened=count > 0) if count <= FEW else listing.walked
    if not listing.worded or listing.some:
        return listing, asking
    ids, usual = search.few_ids(connection, asking.words, asking.reader.entity_id)
    if ids is None:
        return listing, replace(asking, usual=usual)
    return replace(listing.walked, worded=False, some=True), replace(asking, ids=ids)
