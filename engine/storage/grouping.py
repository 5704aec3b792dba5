"""Rows counted and summed by groups, over a bounded number of rows: exact, whatever the database adds up with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engine.formula import Formula, Value, exact
from engine.frozen import frozen

from .database import Dialect
from .expressions.arguments import unshifted
from .expressions.expressions import Chosen
from .types import Number

MOST = 200
"""How many groups are told."""
HALF = 1_000_000_000
_HALF: sa.ColumnElement[Any] = sa.literal_column(str(HALF))


@frozen
class Total:
    """A number to add up where `visible` holds (None: everywhere); amounts of several `currency` values have no sum."""

    value: Formula
    currency: Formula | None = None
    visible: Formula | None = None


@frozen
class Grouping:
    """What rows are grouped by (None: one group of all), what is added up in each, and their `place` in order (None: that of the key)."""

    key: Formula | None
    sums: tuple[Total, ...] = ()
    place: Formula | None = None

    @property
    def formulas(self) -> Iterator[Formula]:
        """All formulas, in the order in which the statement takes them."""
        if self.key is not None:
            yield self.key
        for total in self.sums:
            yield from (each for each in (total.value, total.currency, total.visible) if each is not None)
        if self.place is not None:
            yield self.place


@frozen
class Group:
    """One group: its key, how many rows it has, and per sum the number and its currency (None where there is no one)."""

    key: Value
    count: int
    sums: tuple[Decimal | None, ...]
    currencies: tuple[Value, ...]


@frozen
class Grouped:
    """The first groups in the order of their keys, how many groups there are, and how many rows."""

    groups: tuple[Group, ...]
    number: int
    rows: int


@frozen
class Summed:
    """The columns of one total."""

    value: sa.ColumnElement[Any]
    currency: sa.ColumnElement[Any] | None


@frozen
class Rows:
    """What is grouped: a select under construction, its conditions, the parameter that bounds it, what groups are in order by."""

    chosen: Chosen
    where: Sequence[sa.ColumnElement[bool]]
    limit: sa.BindParameter[Any]
    place: sa.ColumnElement[Any] | None = None


def group_select(rows: Rows, key: sa.ColumnElement[Any] | None, sums: Sequence[Summed], dialect: Dialect) -> sa.Select[Any]:
    """The statement: the newest rows first cut to the limit, then grouped, so that it never reads a whole large table."""
    chosen = rows.chosen
    columns = [(sa.literal_column("1", sa.Integer) if key is None else key).label("k")]
    for at, each in enumerate(sums):
        columns.append(each.value.label(f"s{at}"))
        if each.currency is not None:
            columns.append(sa.case((each.value.is_not(None), each.currency), else_=sa.null()).label(f"c{at}"))
    if rows.place is not None:
        columns.append(rows.place.label("o"))
    newest = sa.select(*columns).select_from(chosen.from_clause()).where(*rows.where)
    cut = newest.order_by(chosen.column("id").desc()).limit(rows.limit).subquery("r")
    told: list[sa.ColumnElement[Any]] = []
    for at, each in enumerate(sums):
        told += _halves(cut.c[f"s{at}"], dialect)
        told += [] if each.currency is None else [sa.func.min(cut.c[f"c{at}"]), sa.func.max(cut.c[f"c{at}"])]
    count = sa.func.count()
    found = sa.select(cut.c.k, count, count.over(), _whole(sa.func.sum(count).over()), *told).group_by(cut.c.k)
    place = cut.c.k if rows.place is None else sa.func.min(cut.c.o)
    return found.order_by(place.asc().nulls_last(), cut.c.k).limit(MOST)


def _halves(value: sa.ColumnElement[Any], dialect: Dialect) -> list[sa.ColumnElement[Any]]:
    """A sum in two columns and the digits after its point: SQLite refuses integers beyond 64 bits and would round all else."""
    if dialect == "postgresql":
        return [sa.func.sum(value, type_=sa.Numeric()), _NONE, _NONE]
    if not isinstance(value.type, Number):
        return [sa.func.json_group_array(value, type_=sa.Text()), _NONE, _NONE]
    scaled = sa.type_coerce(value, sa.Integer())
    return [_sum(scaled.op("/")(_HALF)), _sum(scaled.op("%")(_HALF)), sa.literal_column(str(value.type.scale), sa.Integer())]


def _sum(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.sum(value, type_=sa.BigInteger())


def _whole(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(value, sa.BigInteger)


_NONE: sa.ColumnElement[Any] = sa.literal_column("NULL", sa.Integer)


def read_groups(grouping: Grouping, rows: Sequence[Sequence[Any]]) -> Grouped:
    """The answer of the statement."""
    groups = tuple(_group(grouping, row) for row in rows if row[1])
    return Grouped(groups, rows[0][2] if groups else 0, int(rows[0][3] or 0) if groups else 0)


def _group(grouping: Grouping, row: Sequence[Any]) -> Group:
    parts = iter(row[4:])
    sums: list[Decimal | None] = []
    currencies: list[Value] = []
    for total in grouping.sums:
        sums.append(_number(next(parts), next(parts), next(parts)))
        least, most = (None, None) if total.currency is None else (next(parts), next(parts))
        if least != most:
            sums[-1] = None
        currencies.append(least if least == most else None)
    return Group(None if grouping.key is None else row[0], row[1], tuple(sums), tuple(currencies))


def _number(high: Any, low: Any, scale: int | None) -> Decimal | None:
    if high is None or isinstance(high, Decimal):
        return high
    if isinstance(high, str):
        values = [unshifted(value) if isinstance(value, str) else Decimal(value) for value in json.loads(high) if value is not None]
        return exact(sum(values, Decimal())) if values else None
    return exact(Decimal(high * HALF + low).scaleb(-(scale or 0)))
