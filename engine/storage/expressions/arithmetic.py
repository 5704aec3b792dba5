"""The operators + - * / on PostgreSQL: constant texts with holes, exact where plain SQL is not (FORMULA 2.5, 2.6, 2.9)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from engine.errors import Message
from engine.formula import (
    PLACES,
    WHOLE,
    Arith,
    Constant,
    Kind,
    Node,
    Type,
    number_literal,
    short_reciprocal,
)

from .filled import fill
from .lookup import NotPushable
from .native import native_type

RANGE = "CAST({x} AS NUMERIC(48,20))"
"""Rounds half away from zero to 20 places, and fails from 10^28 on."""

DIVIDE = "sign({a}) * sign({b}) * div(abs({a}) * 200000000000000000000 + abs({b}), NULLIF(2 * abs({b}), 0)) * 0.00000000000000000001"
"""Half-up at 20 places; PostgreSQL's own division keeps some 16 significant digits."""

DAYS = (
    "CASE WHEN {n} BETWEEN DATE '0001-01-01' - {d} AND DATE '9999-12-31' - {d} THEN {d} + LEAST(GREATEST({n}, -4000000), 4000000)::int END"
)
"""A date some whole days later, null outside the years 1 to 9999; constants are calculated before any CASE is looked at."""
_SECOND = "extract(epoch FROM {i}) {op} extract(epoch FROM {l})"
INSTANT = (
    f"CASE WHEN {_SECOND} >= -62135596800 AND {_SECOND} < 253402300800 THEN ({{i}} AT TIME ZONE 'UTC' {{op}} {{l}}) AT TIME ZONE 'UTC' END"
)
"""An instant a length later, null outside the years 1 to 9999."""
LONG = "CASE WHEN abs(extract(epoch FROM {x})) < 316224000000 THEN {x} END"
LENGTH = (
    "CASE WHEN abs({x}) < 316224000000000000 THEN make_interval(days => div({x}, 86400000000)::int)"
    " + mod({x}, 86400000000)::float8 * INTERVAL '1 microsecond' END"
)
"""A duration from microseconds; the part below a day is small enough to be exact as a float."""
MICROSECONDS = "round((extract(epoch FROM {x}) * 1000000)::numeric)"

N, D, T, L = Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.DURATION
_TEMPLATES: dict[tuple[str, Kind, Kind], tuple[str, str]] = {
    ("+", N, N): ("{a} + {b}", ""),
    ("-", N, N): ("{a} - {b}", ""),
    ("*", N, N): ("{a} * {b}", ""),
    ("/", N, N): (DIVIDE, ""),
    ("+", D, N): (DAYS.format(d="{a}", n="trunc({b})"), ""),
    ("+", N, D): (DAYS.format(d="{b}", n="trunc({a})"), ""),
    ("-", D, N): (DAYS.format(d="{a}", n="-trunc({b})"), ""),
    ("-", D, D): ("({a} - {b})::numeric", ""),
    ("-", T, T): ("{a} - {b}", ""),
    ("+", T, L): (INSTANT.format(i="{a}", l="{b}", op="+"), ""),
    ("+", L, T): (INSTANT.format(i="{b}", l="{a}", op="+"), ""),
    ("-", T, L): (INSTANT.format(i="{a}", l="{b}", op="-"), ""),
    ("+", L, L): ("{a} + {b}", LONG),
    ("-", L, L): ("{a} - {b}", LONG),
    ("*", L, N): (f"round({MICROSECONDS.format(x='{a}')} * {{b}})", LENGTH),
    ("*", N, L): (f"round({MICROSECONDS.format(x='{b}')} * {{a}})", LENGTH),
    ("/", L, N): (f"round({MICROSECONDS.format(x='{a}')} / NULLIF({{b}}, 0))", LENGTH),
    ("/", L, L): (DIVIDE.format(a=MICROSECONDS.format(x="{a}"), b=MICROSECONDS.format(x="{b}")), ""),
}


class Values(Protocol):
    """The compiler, as far as operands are concerned."""

    def value(self, node: Node) -> ColumnElement[Any]:
        """The value of a node."""


def arithmetic(compiler: Values, node: Arith) -> ColumnElement[Any]:
    """An operator with its operands. Raises NotPushable for kinds that PostgreSQL does not join."""
    op, right = node.op, node.right
    if op == "/" and isinstance(right, Constant) and isinstance(right.value, Decimal):
        short = short_reciprocal(right.value)
        op, right = ("*", replace(right, value=short, type=number_literal(short))) if short is not None else (op, right)
    found = _TEMPLATES.get((op, node.left.type.kind, right.type.kind))
    if found is None:
        raise NotPushable(Message("This calculation cannot run in the database."), node.start, node.end)
    template, after = found
    holes = {"a": compiler.value(node.left), "b": compiler.value(right)}
    type_ = native_type(node.type)
    result = fill(template, holes, type_)
    if after:
        return fill(after, {"x": result}, type_)
    return fill(RANGE, {"x": result}, type_) if op == "*" and _has_more_places(node.left, right) else in_range(result, node.type)


def _has_more_places(left: Node, right: Node) -> bool:
    """Whether a product has more places than the language: its type says 20 then, as the value that is cut."""
    return left.type.scale is not None and right.type.scale is not None and left.type.scale + right.type.scale > PLACES


def in_range(value: ColumnElement[Any], type_: Type) -> ColumnElement[Any]:
    """A calculated value; a number that may have outgrown the language is cut to 20 places, and fails from 10^28 on."""
    return fill(RANGE, {"x": value}, native_type(type_)) if type_.kind is Kind.NUMBER and may_overflow(type_) else value


def may_overflow(type_: Type) -> bool:
    """Whether a calculated number may have more than 20 places or 28 digits before the point."""
    if type_.digits is None or type_.scale is None:
        return True
    return type_.scale > PLACES or type_.digits - type_.scale > WHOLE
