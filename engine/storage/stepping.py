"""Dates by the first day of their week, month, quarter or year, as SQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .database import Dialect
from .types import Date

QUARTERS = (("04", "01"), ("07", "04"), ("10", "07"))
"""The month before which a quarter ends, and the one in which it begins; the last is that of October."""


def period(value: sa.ColumnElement[Any], step: str, dialect: Dialect) -> sa.ColumnElement[Any]:
    """What the dates of a period have in common, as short as it can be: rows are sorted by it."""
    if step in ("", "day"):
        return value
    if dialect == "postgresql":
        began = sa.func.date_trunc(sa.literal_column(f"'{step}'"), sa.cast(value, sa.TIMESTAMP()))
        return sa.type_coerce(sa.cast(began, sa.Date()), Date())
    return _SQLITE[step](sa.type_coerce(value, sa.Text()))


def first_day(period: sa.ColumnElement[Any], step: str, dialect: Dialect) -> sa.ColumnElement[Any]:
    """The first day of a period."""
    if step in ("", "day") or dialect == "postgresql":
        return period
    rest = _RESTS.get(step)
    return sa.type_coerce(period if rest is None else _joined(period, sa.literal_column(rest)), Date())


def _week(text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    return sa.func.date(text, sa.literal_column("'weekday 0'"), sa.literal_column("'-6 days'"))


def _month(text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    return _part(text, 1, 7)


def _quarter(text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    month = _part(text, 6, 2)
    quarters: list[tuple[Any, Any]] = []
    for end, first in QUARTERS:
        quarters.append((month < sa.literal_column(f"'{end}'"), sa.literal_column(f"'{first}-01'")))
    return _joined(_part(text, 1, 5), sa.case(*quarters, else_=sa.literal_column("'10-01'")))


def _year(text: sa.ColumnElement[str]) -> sa.ColumnElement[Any]:
    return _part(text, 1, 4)


def _part(text: sa.ColumnElement[str], first: int, count: int) -> sa.ColumnElement[Any]:
    return sa.func.substr(text, sa.literal_column(str(first)), sa.literal_column(str(count)))


def _joined(text: sa.ColumnElement[Any], rest: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return text.op("||")(rest)


_SQLITE = {"week": _week, "month": _month, "quarter": _quarter, "year": _year}
_RESTS = {"month": "'-01'", "year": "'-01-01'"}
