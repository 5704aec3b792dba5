"""How the type of a function's answer follows from its arguments."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.formula.frame import Value
from engine.formula.types import Kind, Type

from .row import Arguments

Values = tuple[Value, ...]


def like_first(types: Arguments, values: Values) -> Type:
    """The type of the first argument."""
    return types[0]


def maybe_first(types: Arguments, values: Values) -> Type:
    """The type of the first argument, or null."""
    return types[0].nullable()


def whole(types: Arguments, values: Values) -> Type:
    """A number without places, a digit wider than the first argument, in its currency."""
    first = types[0]
    digits = None if first.digits is None or first.scale is None else first.digits - first.scale + 1
    return Type(Kind.NUMBER, first.null, digits, 0 if digits is not None else None, first.currency)


def places(types: Arguments, values: Values) -> Type:
    """The first argument at as many places as the second, constant one says."""
    first, n = types[0], values[1]
    if not isinstance(n, Decimal) or first.digits is None or first.scale is None:
        return replace(first, digits=None, scale=None)
    scale = min(max(0, int(n)), first.scale)
    return replace(first, digits=first.digits - first.scale + 1 + scale, scale=scale)


def unsized(types: Arguments, values: Values) -> Type:
    """A number in the first argument's currency, of unknown size."""
    return replace(types[0], digits=None, scale=None)


def as_divisor(types: Arguments, values: Values) -> Type:
    """A remainder: not larger than the divisor, with the places of both."""
    a, b = types[0], types[1]
    if a.digits is None or a.scale is None or b.digits is None or b.scale is None:
        return Type(Kind.NUMBER, currency=a.currency)
    scale = max(a.scale, b.scale)
    return Type(Kind.NUMBER, True, b.digits - b.scale + scale, scale, a.currency)


def small(digits: int) -> Type:
    """A whole number of at most so many digits."""
    return Type(Kind.NUMBER, True, digits, 0)
