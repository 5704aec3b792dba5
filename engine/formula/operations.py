"""The operations behind the nodes, on values that are there: shared by the closures and the generated Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import cast

from . import dates
from .frame import Frame, Value
from .functions.collections import average, greatest, least, total
from .nodes import Aggregate, Arith
from .numbers import EXACT, add, divide, exact, multiply, negate, shown, subtract
from .types import Kind


def arithmetic(node: Arith) -> tuple[Callable[..., Value], str]:
    """The function of `+ - * /` for the kinds at hand, and the warning when it gives null."""
    left, right = node.left.type.kind, node.right.type.kind
    if node.type.kind is Kind.NUMBER and left is not Kind.DATE and left is not Kind.DURATION:
        return {"+": add, "-": subtract, "*": multiply, "/": divide}[node.op], "W901"
    return _TEMPORAL[node.op, left, right]


def _date_plus(d: date, n: Decimal) -> date | None:
    return dates.plus_days(d, int(n))


def _length_times(length: timedelta, n: Decimal) -> timedelta | None:
    return dates.duration(EXACT.multiply(Decimal(dates.microseconds(length)), n))


def _length_by(length: timedelta, n: Decimal) -> timedelta | None:
    return dates.duration(EXACT.divide(Decimal(dates.microseconds(length)), n)) if n else None


def _ratio(a: timedelta, b: timedelta) -> Decimal | None:
    return divide(Decimal(dates.microseconds(a)), Decimal(dates.microseconds(b)))


def _lengths(a: timedelta, b: timedelta) -> timedelta | None:
    return dates.duration(dates.microseconds(a) + dates.microseconds(b))


_N, _D, _T, _L, _0 = Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.DURATION, Kind.NULL
_TEMPORAL: dict[tuple[str, Kind, Kind], tuple[Callable[..., Value], str]] = {
    ("+", _D, _N): (_date_plus, "W904"),
    ("+", _N, _D): (lambda n, d: _date_plus(d, n), "W904"),
    ("-", _D, _N): (lambda d, n: _date_plus(d, -n), "W904"),
    ("-", _D, _D): (lambda a, b: Decimal(a.toordinal() - b.toordinal()), ""),
    ("-", _T, _T): (lambda a, b: a - b, ""),
    ("+", _T, _L): (dates.plus, "W904"),
    ("+", _L, _T): (lambda a, b: dates.plus(b, a), "W904"),
    ("-", _T, _L): (lambda a, b: dates.plus(a, -b), "W904"),
    ("+", _L, _L): (_lengths, "W904"),
    ("-", _L, _L): (lambda a, b: _lengths(a, -b), "W904"),
    ("*", _L, _N): (_length_times, "W904"),
    ("*", _N, _L): (lambda n, a: _length_times(a, n), "W904"),
    ("/", _L, _N): (_length_by, "W901"),
    ("/", _L, _L): (_ratio, "W901"),
}
_TEMPORAL |= {(op, a, _0): row for (op, a, b), row in _TEMPORAL.items() if b is _N}
_TEMPORAL |= {(op, _0, b): row for (op, a, b), row in _TEMPORAL.items() if a is _N}


def opposite(value: Value) -> Value:
    """The number or duration with the other sign."""
    return negate(value) if isinstance(value, Decimal) else -value  # type: ignore[operator]


def printed(value: Value, frame: Frame) -> str:
    """The canonical text of a value; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return shown(value)
    if isinstance(value, datetime):
        return dates.shown_datetime(value, frame.zone)
    return dates.shown_date(value) if isinstance(value, date) else str(value)


COMPARED: dict[str, Callable[..., Value]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def worded(code: str, labels: object, language: str) -> str:
    """The words of a choice in a language, else in its first one, else the code."""
    words = cast("dict[str, dict[str, str]]", labels).get(code) or {}
    return words.get(language) or next(iter(words.values()), code)


def converted(frame: Frame, amount: Value, source: Value, target: Value, on: Value) -> Value:
    """An amount in another currency: unchanged in the same one, times the rate itself, or by the rate of a day (W905 if none)."""
    if source == target:
        return amount
    if isinstance(on, Decimal):
        return exact(EXACT.multiply(cast(Decimal, amount), on))
    result = frame.convert(cast(Decimal, amount), cast(str, source), cast(str, target), cast(date, on))
    if result is None:
        frame.warn("W905", "CONVERT")
    return result


def place(pairs: Sequence[tuple[Value, Value]], last: bool) -> Value:
    """The row that comes first (or last) by its key; rows without key come after the others, ties by id, else by position."""
    best: tuple[object, ...] | None = None
    chosen: Value = None
    for index, (key, row) in enumerate(pairs):
        number = row.get("id") if isinstance(row, Mapping) else None
        tie = (number if isinstance(number, int) else _NO_ID, index)
        rank = (key is not None, key, tie) if last else (key is None, key if key is not None else 0, tie)
        if best is None or (_later(rank, best) if last else _later(best, rank)):
            best, chosen = rank, row
    return chosen


_NO_ID = 1 << 63


def _later(a: tuple[object, ...], b: tuple[object, ...]) -> bool:
    if a[0] != b[0]:
        return bool(a[0])
    if a[1] != b[1]:
        return bool(a[1] > b[1])  # type: ignore[operator]
    return bool(a[2] > b[2])  # type: ignore[operator]


def any_true(values: Sequence[Value]) -> bool:
    """Whether one is true; unknown ones do not count."""
    return any(value is True for value in values)


def all_true(values: Sequence[Value]) -> bool | None:
    """Kleene: false if one is, unknown if one is, else true."""
    return False if any(value is False for value in values) else None if any(value is None for value in values) else True


def count(values: Sequence[Value]) -> Decimal:
    """How many are not null."""
    return Decimal(sum(value is not None for value in values))


def distinct(values: Sequence[Value]) -> Decimal:
    """How many different ones are not null."""
    return Decimal(len({value for value in values if value is not None}))


def _sum(node: Aggregate) -> Callable[..., Value]:
    if node.type.kind is not Kind.DURATION:
        return total
    return lambda values: total([timedelta(), *values])


def _always(function: Callable[..., Value]) -> Callable[[Aggregate], Callable[..., Value]]:
    return lambda node: function


AGGREGATED: dict[str, Callable[[Aggregate], Callable[..., Value]]] = {
    "SUM": _sum,
    "AVERAGE": _always(average),
    "MIN": _always(least),
    "MAX": _always(greatest),
    "COUNT": _always(count),
    "COUNTDISTINCT": _always(distinct),
    "ANY": _always(any_true),
    "ALL": _always(all_true),
    "LIST": _always(list),
}
"""The calculation over all values, nulls among them."""
