"""Working days: five a week less holidays, or those of a named calendar with its make-up days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from engine.formula import dates
from engine.formula.frame import Frame
from engine.formula.types import DATE, Kind

from .results import small
from .row import Function, Param, doc, number, one, word

_FURTHEST = 36_525
"""The most days that are walked one by one: a hundred years."""


def _working(first: date, last: date) -> int:
    days = last.toordinal() - first.toordinal() + 1
    weeks, rest = divmod(days, 7)
    return weeks * 5 + sum((first.weekday() + i) % 7 < 5 for i in range(rest))


def _networkdays(a: date | None, b: date | None, holidays: Sequence[date | None] | None = None) -> Decimal | None:
    if a is None or b is None:
        return None
    first, last = min(a, b), max(a, b)
    free = {day for day in holidays or () if day is not None and first <= day <= last and day.weekday() < 5}
    return Decimal((_working(first, last) - len(free)) * (1 if a <= b else -1))


def _networkdays_by(frame: Frame, a: date, b: date, calendar: str) -> Decimal | None:
    first, last = min(a, b), max(a, b)
    span = last.toordinal() - first.toordinal()
    if span > _FURTHEST:
        return None
    works = frame.calendar(calendar).works
    return Decimal(sum(works(first + timedelta(days=i)) for i in range(span + 1)) * (1 if a <= b else -1))


def _workday(d: date | None, n: Decimal | None, holidays: Sequence[date | None] | None = None) -> date | None:
    if d is None or n is None:
        return None
    free = {day for day in holidays or () if day is not None}
    return _walk(d, n, lambda day: day.weekday() < 5 and day not in free)


def _workday_by(frame: Frame, d: date, n: Decimal, calendar: str) -> date | None:
    return _walk(d, n, frame.calendar(calendar).works)


def _walk(day: date, n: Decimal, works: object) -> date | None:
    left, step, walked = abs(int(n)), 1 if n > 0 else -1, 0
    at: date | None = day
    while left and at is not None and walked <= _FURTHEST:
        at, walked = dates.plus_days(at, step), walked + 1
        left -= bool(at and works(at))  # type: ignore[operator]
    return at if not left else None


_A, _B, _D = one("a", Kind.DATE), one("b", Kind.DATE), one("d", Kind.DATE)
_HOLIDAYS = Param("holidays", (Kind.DATE, Kind.LIST), optional=True)
_N = number("n")
_COUNT = doc("The working days from a to b, both included; negative if reversed.", "a 到 b 的工作日数，含首尾。")
_COUNT_BY = doc("The working days of a named calendar, with holidays and make-up days.", "按命名日历（含调休）计算工作日数。")
_STEP = doc("The n-th working day after d.", "d 之后第 n 个工作日。")
WORKTIME = (
    Function(
        "NETWORKDAYS", (_A, _B, word("calendar")), small(7), _networkdays_by, _COUNT_BY,
        (('NETWORKDAYS(a, b, "cn_office")', "5"),), frame=True, warning="W904", push=False, cost=10,
    ),
    Function(
        "NETWORKDAYS", (_A, _B, _HOLIDAYS), small(7), _networkdays, _COUNT,
        (("NETWORKDAYS(DATE(2024,3,11), DATE(2024,3,17))", "5"),), nulls=True, cost=10,
    ),
    Function(
        "WORKDAY", (_D, _N, word("calendar")), DATE, _workday_by, _STEP,
        (('WORKDAY(d, 3, "cn_office")', "2024-03-20"),), frame=True, warning="W904", push=False, cost=10,
    ),
    Function(
        "WORKDAY", (_D, _N, _HOLIDAYS), DATE, _workday, _STEP,
        (("WORKDAY(DATE(2024,3,15), 1)", "2024-03-18"),), nulls=True, warning="W904", push=False, cost=10,
    ),
)  # fmt: skip
