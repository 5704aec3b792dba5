"""The figures of reports: rows put together by some values, and what is counted, added up and compared in each heap, in one statement.

Heaps can be put together again (`engine.reports`), so that totals need no second look at the rows: sums and counts add up, the
least of the least is the least, and what is counted once comes as the values themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from sqlite3 import DataError, OperationalError
from typing import Any, Literal

import sqlalchemy as sa

from engine.formula import Formula, Value, exact
from engine.frozen import frozen

from .asked import LIMIT, Asker, Asking, Listing, Ready, narrowed
from .database import Connection, Dialect
from .expressions import Shape
from .expressions.arguments import unshifted
from .expressions.expressions import Chosen
from .prepared import Standing
from .stepping import first_day, period
from .types import Duration, Number

KEPT = 512
HALF = 1_000_000_000
_HALF: sa.ColumnElement[Any] = sa.literal_column(str(HALF))
_NONE: sa.ColumnElement[Any] = sa.literal_column("NULL", sa.Text)
TallyName = Literal["COUNT", "SUM", "MIN", "MAX", "DISTINCT"]


@frozen
class Key:
    """A value by which rows are put together; a date by the first day of its week, month, quarter or year (`step`)."""

    formula: Formula
    step: str = ""


@frozen
class Tally:
    """What is made of the rows of a heap for which all of `only` hold: of their `value`, or of themselves. Money says its `currency`."""

    function: TallyName
    value: Formula | None = None
    only: tuple[Formula, ...] = ()
    currency: Formula | None = None

    @property
    def read(self) -> tuple[Formula | None, tuple[Formula, ...]]:
        """What it reads of each row, whatever it makes of that: a mean reads for its sum and for its count the same."""
        return self.value, self.only

    @property
    def formulas(self) -> Iterator[Formula]:
        """Its formulas, in the order in which the statement takes them."""
        yield from (each for each in (self.value, *self.only, self.currency) if each is not None)


@frozen
class Cube:
    """What rows are put together by, and what is told of each heap."""

    keys: tuple[Key, ...]
    tallies: tuple[Tally, ...]

    @property
    def formulas(self) -> Iterator[Formula]:
        """All formulas, in the order in which the statement takes them."""
        yield from (key.formula for key in self.keys)
        for tally in self.tallies:
            yield from tally.formulas


@frozen
class Told:
    """What a tally came to: a count, a sum, the least or greatest value (None of no values), or all different values.

    `currencies` are those that were met, for a tally of money whose rows say their currency: two of them are enough to know.
    """

    value: Value
    currencies: frozenset[str] = frozenset()


@frozen
class Heap:
    """Rows with the same keys."""

    keys: tuple[Value, ...]
    tallies: tuple[Told, ...]


class Figures:
    """The figures of one definition, their statements built once per form."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._ready = lru_cache(KEPT)(self._build)

    def heaps(self, connection: Connection, listing: Listing, cube: Cube, asking: Asking) -> list[Heap]:
        """The heaps, at most the limit, in no order. Raises NotPushable."""
        listing, asking = narrowed(connection, listing, asking)
        shapes = self._shapes(listing, cube, asking)
        ready = self._ready(listing, cube, shapes, wide=False)
        try:
            rows = ready.on(connection).tuples(connection, self._asker.parameters(ready, listing, asking))
        except (OperationalError, OverflowError, DataError) as error:  # a sum beyond 64 bits: SQLite refuses it rather than round
            if "overflow" not in str(error):
                raise
            ready = self._ready(listing, cube, shapes, wide=True)
            rows = ready.on(connection).tuples(connection, self._asker.parameters(ready, listing, asking))
        return [_heap(cube, row) for row in rows if row[0]]

    def plan(self, connection: Connection, listing: Listing, cube: Cube, asking: Asking) -> tuple[str, list[str]]:
        """The statement, and how the database would run it; nothing is run."""
        listing, asking = narrowed(connection, listing, asking)
        ready = self._ready(listing, cube, self._shapes(listing, cube, asking), wide=False)
        statement = ready.on(connection)
        return statement.text, statement.plan(connection, self._asker.parameters(ready, listing, asking))

    def _shapes(self, listing: Listing, cube: Cube, asking: Asking) -> tuple[Shape, ...]:
        own = self._asker.expressions.shape
        return (*self._asker.shapes(listing, asking.frame), *(own(each, asking.frame) for each in cube.formulas))

    def _build(self, listing: Listing, cube: Cube, shapes: tuple[Shape, ...], *, wide: bool) -> Ready:
        dialect = self._asker.expressions.dialect
        chosen, following = self._asker.select(listing), iter(shapes)
        where = self._asker.where(chosen, listing, following)
        keys = [period(chosen.value(key.formula, next(following)), key.step, dialect) for key in cube.keys]
        columns = [key.label(f"k{at}") for at, key in enumerate(keys)]
        first = {tally.read: at for at, tally in reversed(tuple(enumerate(cube.tallies)))}
        for at, tally in enumerate(cube.tallies):
            found = _input(chosen, tally, following)
            columns += [column.label(f"{name}{at}") for name, column in found.items() if name == "c" or first[tally.read] == at]
        source = sa.select(*columns or [sa.literal_column("1").label("k")]).select_from(chosen.from_clause()).where(*where).subquery("r")
        grouped = [source.c[f"k{at}"] for at in range(len(keys))]
        days = [first_day(column, key.step, dialect) for column, key in zip(grouped, cube.keys, strict=True)]
        told = [
            column for at, tally in enumerate(cube.tallies) for column in _told(source, (first[tally.read], at), tally, dialect, wide=wide)
        ]
        counted = sa.select(sa.func.count(), *days, *told).select_from(source)
        return Ready(Standing(counted.group_by(*grouped).limit(LIMIT)), chosen)


def _input(chosen: Chosen, tally: Tally, shapes: Iterator[Shape]) -> dict[str, sa.ColumnElement[Any]]:
    """What a tally reads of each row: its value where the row counts, and the currency of that."""
    value = None if tally.value is None else chosen.value(tally.value, next(shapes))
    only = [chosen.condition(each, next(shapes)) for each in tally.only]
    if only:
        value = sa.case((sa.and_(*only), sa.literal_column("1", sa.Integer) if value is None else value), else_=sa.null())
    found = {} if value is None else {"v": value}
    if tally.currency is not None and value is not None:
        found["c"] = sa.case((value.is_not(None), chosen.value(tally.currency, next(shapes))), else_=sa.null())
    return found


def _told(source: sa.Subquery, at: tuple[int, int], tally: Tally, dialect: Dialect, *, wide: bool) -> list[sa.ColumnElement[Any]]:
    """The columns of a tally, its value and currency read `at` these places: two parts (the second for long sums), then currencies."""
    value, currency = source.c.get(f"v{at[0]}"), source.c.get(f"c{at[1]}")
    found = [sa.func.count() if value is None else _aggregate(tally.function, value, dialect), _NONE]
    if tally.function == "SUM" and wide and value is not None and isinstance(value.type, Number | Duration):
        scaled = sa.type_coerce(value, sa.Integer())
        found = [sa.type_coerce(sa.func.sum(scaled.op(sign)(_HALF)), value.type) for sign in ("/", "%")]
    return found if currency is None else [*found, sa.func.min(currency), sa.func.max(currency)]


def _aggregate(function: TallyName, value: sa.ColumnElement[Any], dialect: Dialect) -> sa.ColumnElement[Any]:
    if function == "COUNT":
        return sa.func.count(value)
    if function == "DISTINCT":
        values = value.distinct()
        return sa.func.json_group_array(values, type_=sa.Text()) if dialect == "sqlite" else sa.func.array_agg(values, type_=sa.Text())
    if function == "SUM":
        return _sum(value, dialect)
    return sa.type_coerce(sa.func.min(value) if function == "MIN" else sa.func.max(value), value.type)


def _sum(value: sa.ColumnElement[Any], dialect: Dialect) -> sa.ColumnElement[Any]:
    """A sum, exact: of whole numbers the database's own; what SQLite holds as texts is added up by whoever reads them."""
    if dialect == "postgresql":
        return sa.func.sum(value, type_=sa.Numeric() if not isinstance(value.type, Duration | sa.Interval) else value.type)
    if isinstance(value.type, Number | Duration):
        return sa.type_coerce(sa.func.sum(sa.type_coerce(value, sa.Integer())), value.type)
    return sa.func.json_group_array(value, type_=sa.Text())


def _heap(cube: Cube, row: Sequence[Any]) -> Heap:
    count = 1 + len(cube.keys)
    parts = iter(row[count:])
    return Heap(tuple(row[1:count]), tuple(_read(tally, parts) for tally in cube.tallies))


def _read(tally: Tally, parts: Iterator[Any]) -> Told:
    value, rest = next(parts), next(parts)
    met = () if tally.currency is None else (next(parts), next(parts))
    return Told(_READERS[tally.function](value, rest), frozenset(each for each in met if each is not None))


def _total(value: Any, rest: Any) -> Value:
    if isinstance(value, str):
        numbers = [unshifted(each) for each in json.loads(value) if each is not None]
        return exact(sum(numbers, Decimal())) if numbers else None
    total = value if rest is None else value * HALF + rest
    return exact(total) if isinstance(total, Decimal) and rest is not None else total


def _different(value: Any, rest: Any) -> Value:
    found = json.loads(value) if isinstance(value, str) else value or ()
    return frozenset(each for each in found if each is not None)


def _plain(value: Any, rest: Any) -> Value:
    return value


_READERS = {"COUNT": _plain, "SUM": _total, "MIN": _plain, "MAX": _plain, "DISTINCT": _different}
