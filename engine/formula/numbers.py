"""Exact decimals (FORMULA 2.5): one context, division half-up at 20 places, results below 10^28, never a negative zero."""

from __future__ import annotations

from decimal import ROUND_05UP, ROUND_HALF_UP, Context, Decimal, InvalidOperation, Overflow

from engine.errors import Message

from .issues import FormulaFailure

PLACES = 20
WHOLE = 28
EXACT = Context(prec=100, rounding=ROUND_HALF_UP, Emin=-999_999, Emax=999_999)
_QUOTIENT = Context(prec=100, rounding=ROUND_05UP, Emin=-999_999, Emax=999_999)
_LAST = Decimal(1).scaleb(-PLACES)
_LIMIT = Decimal(10) ** WHOLE
_LEAST = -_LIMIT
ZERO = Decimal(0)
ONE = Decimal(1)


def exact(value: Decimal) -> Decimal:
    """The value with at most 20 places, half-up; raises FormulaFailure FX605 from 10^28 on."""
    if value.as_tuple().exponent < -PLACES:  # type: ignore[operator]
        value = value.quantize(_LAST, ROUND_HALF_UP, EXACT)
    if not _LEAST < value < _LIMIT:
        raise out_of_range()
    return value or ZERO


def out_of_range() -> FormulaFailure:
    """The failure of a number that is too large."""
    return FormulaFailure("FX605", Message("the result is a number of more than {digits} digits", {"digits": WHOLE}))


def add(a: Decimal, b: Decimal) -> Decimal:
    """a + b."""
    return exact(EXACT.add(a, b))


def subtract(a: Decimal, b: Decimal) -> Decimal:
    """a - b."""
    return exact(EXACT.subtract(a, b))


def multiply(a: Decimal, b: Decimal) -> Decimal:
    """a * b."""
    return exact(EXACT.multiply(a, b))


def short_product(a: Decimal, b: Decimal) -> Decimal:
    """a * b, where both together have at most 20 places."""
    value = EXACT.multiply(a, b)
    if not _LEAST < value < _LIMIT:
        raise out_of_range()
    return value or ZERO


def rounded_half_up(value: Decimal, quantum: Decimal) -> Decimal:
    """The value with the places of a quantum that has at most 20."""
    value = value.quantize(quantum, ROUND_HALF_UP, EXACT)
    if not _LEAST < value < _LIMIT:
        raise out_of_range()
    return value or ZERO


def divide(a: Decimal, b: Decimal) -> Decimal | None:
    """a / b, correctly rounded half-up to 20 places; None for a zero divisor."""
    if not b:
        return None
    try:
        return exact(_QUOTIENT.divide(a, b).quantize(_LAST, ROUND_HALF_UP, EXACT))
    except (InvalidOperation, Overflow):
        raise out_of_range() from None


def negate(a: Decimal) -> Decimal:
    """-a, zero staying positive."""
    return a.copy_negate() if a else ZERO


def rounded(value: Decimal, places: int, mode: str) -> Decimal:
    """The value at `places` after the point (before it where negative) by a rounding mode of the decimal module."""
    if places >= PLACES:
        return value
    if places < -WHOLE:
        places = -WHOLE - 1
    quantum = Decimal(1).scaleb(-places)
    return exact(value.quantize(quantum, mode, EXACT).quantize(ONE, mode, EXACT) if places < 0 else value.quantize(quantum, mode, EXACT))


def shown(value: Decimal) -> str:
    """The canonical text: no exponent, no trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def fit_number(value: Decimal, digits: int, scale: int) -> Decimal | None:
    """The value as a field of `digits` digits, `scale` of them after the point, holds it (half-up); None if it does not fit."""
    kept = rounded(value, scale, ROUND_HALF_UP)
    return kept if abs(kept) < Decimal(10) ** (digits - scale) else None


def short_reciprocal(value: Decimal) -> Decimal | None:
    """1/value where that is exact within 20 places (divisors of the form 2^i * 5^j), else None."""
    if not value:
        return None
    result = _QUOTIENT.divide(ONE, value)
    if EXACT.multiply(result, value) != ONE or result.as_tuple().exponent < -PLACES:  # type: ignore[operator]
        return None
    return result
