"""Calculations over rows. Over a collection they become Aggregate nodes; some also take single values."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import reduce
from typing import cast

from engine.formula.frame import Value
from engine.formula.numbers import add, divide
from engine.formula.types import BOOLEAN, NULL, NUMBER, Kind, Type

from .results import small
from .row import Arguments, Function, Param, doc, one, rest


def total(items: list[Value]) -> Value:
    """The sum of what is not null; 0 for nothing."""
    kept = [item for item in items if item is not None]
    if kept and isinstance(kept[0], timedelta):
        return sum(cast(list[timedelta], kept), timedelta())
    return reduce(add, kept, Decimal(0))  # type: ignore[arg-type]


def average(items: list[Value]) -> Value:
    """Sum by count, by the division rule; None for nothing."""
    kept = [item for item in items if item is not None]
    if not kept:
        return None
    whole = total(kept)
    if isinstance(whole, timedelta):
        return whole / len(kept)
    return divide(whole, Decimal(len(kept)))  # type: ignore[arg-type]


def least(items: list[Value]) -> Value:
    """The smallest of what is not null; None for nothing."""
    return min((item for item in items if item is not None), default=None)  # type: ignore[type-var]


def greatest(items: list[Value]) -> Value:
    """The largest of what is not null; None for nothing."""
    return max((item for item in items if item is not None), default=None)  # type: ignore[type-var]


def _sum(*items: Value) -> Value:
    return total(list(items))


def _average(*items: Value) -> Value:
    return average(list(items))


def _min(*items: Value) -> Value:
    return least(list(items))


def _max(*items: Value) -> Value:
    return greatest(list(items))


def _count(*items: Value) -> Decimal:
    return Decimal(sum(item is not None for item in items))


def _form(*args: Value) -> Value:
    raise AssertionError("over rows this is a node")


def _joined(types: Arguments, values: tuple[Value, ...]) -> Type:
    first = next((t for t in types if t.kind is not Kind.NULL), types[0])
    return Type(first.kind, all(t.null for t in types), currency=next((t.currency for t in types if t.currency), None))


def _summed(types: Arguments, values: tuple[Value, ...]) -> Type:
    return _joined(types, values).nullable(False)


_NUMBERS = one("a", Kind.NUMBER, Kind.DURATION)
_ORDERED = one("a", Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.DURATION)
_MORE, _ROWS, _FILTER = rest("more", like=True), one("rows", Kind.COLLECTION), Param("filter", (Kind.BOOLEAN,), optional=True)
_VALUE = Param("value", optional=True)
_ORDER = Param("order", optional=True)
COLLECTIONS = (
    Function(
        "SUM", (_NUMBERS, _MORE), _summed, _sum, doc("The sum; null left out, 0 for no rows.", "求和，忽略空值，无行为 0。"),
        (("SUM(1, null, 2.5)", "3.5"), ("SUM(lines, qty * price, taxable)", "21")), nulls=True,
    ),
    Function(
        "AVERAGE", (_NUMBERS, _MORE), _joined, _average, doc("SUM / COUNT; null for no rows.", "平均值。"),
        (("AVERAGE(1, null, 2)", "1.5"),), nulls=True,
    ),
    Function(
        "MIN", (_ORDERED, _MORE), _joined, _min, doc("The smallest; null left out.", "最小值。"), (("MIN(3, null, 1)", "1"),), nulls=True,
    ),
    Function(
        "MAX", (_ORDERED, _MORE), _joined, _max, doc("The largest; null left out.", "最大值。"), (("MAX(3, null, 1)", "3"),), nulls=True,
    ),
    Function(
        "COUNT", (one("a"), rest("more")), small(4).nullable(False), _count,
        doc("How many rows, or values that are not null.", "行数，或非空值的个数。"),
        (("COUNT(1, null)", "1"), ("COUNT(lines, qty > 0)", "1")), nulls=True,
    ),
    Function(
        "COUNTDISTINCT", (_ROWS, _VALUE, _FILTER), NUMBER.nullable(False), _form,
        doc("How many different values that are not null.", "不同非空值的个数。"), (("COUNTDISTINCT(lines.name)", "2"),), nulls=True,
    ),
    Function(
        "ANY", (_ROWS, _VALUE, _FILTER), BOOLEAN, _form,
        doc("Whether a row fulfils the condition; false for no rows.", "是否有行满足条件。"),
        (("ANY(lines, qty < 0)", "TRUE"),), nulls=True,
    ),
    Function(
        "ALL", (_ROWS, _VALUE, _FILTER), BOOLEAN, _form,
        doc("Whether every row fulfils the condition; true for no rows.", "是否每行都满足条件。"),
        (("ALL(lines, price > 0)", "TRUE"),), nulls=True,
    ),
    Function(
        "FIRST", (_ROWS, _VALUE, _ORDER, _FILTER), NULL, _form, doc("The value of the first row by an order.", "按顺序第一行的值。"),
        (("FIRST(lines.name, rank)", "阀门"),), nulls=True,
    ),
    Function(
        "LAST", (_ROWS, _VALUE, _ORDER, _FILTER), NULL, _form, doc("The value of the last row by an order.", "按顺序最后一行的值。"),
        (("LAST(lines.price, rank)", "0.05"),), nulls=True,
    ),
)  # fmt: skip
