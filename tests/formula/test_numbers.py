"""Decimal arithmetic against exact fractions: division, rounding, range, canonical text."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.formula import FormulaFailure, fit_number
from engine.formula.functions.arithmetic import power
from engine.formula.numbers import divide, exact, multiply, short_reciprocal, shown

UNIT = Fraction(1, 10**20)
VALUES = st.decimals(min_value=-(10**17), max_value=10**17, places=4, allow_nan=False)


def rounded(value: Fraction, unit: Fraction) -> Fraction:
    """Half away from zero, in whole numbers only."""
    scaled = abs(value) / unit
    whole = int(scaled * 2 + 1) // 2
    return (whole if value >= 0 else -whole) * unit


@given(VALUES, VALUES)
def test_division_is_half_up_at_twenty_places(a: Decimal, b: Decimal) -> None:
    assume(b != 0)
    expected = rounded(Fraction(a) / Fraction(b), UNIT)
    if abs(expected) >= 10**28:
        with pytest.raises(FormulaFailure):
            divide(a, b)
    else:
        assert Fraction(divide(a, b) or 0) == expected


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=9), st.decimals(min_value=-(10**9), max_value=10**9, places=14))
def test_products_keep_twenty_places(a: Decimal, b: Decimal) -> None:
    assert Fraction(multiply(a, b)) == rounded(Fraction(a) * Fraction(b), UNIT)


@given(st.decimals(min_value=Decimal(-50), max_value=50, places=3), st.integers(-12, 12))
def test_whole_powers_are_exact(base: Decimal, exponent: int) -> None:
    assume(base != 0)
    expected = rounded(Fraction(base) ** exponent, UNIT)
    assume(abs(expected) < 10**28)
    assert Fraction(power(base, Decimal(exponent)) or 0) == expected


@given(VALUES)
def test_canonical_text(value: Decimal) -> None:
    text = shown(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert text != "-0"
    assert "." not in text or not text.endswith("0")


@pytest.mark.parametrize("divisor", ["2", "4", "8", "5", "10", "100", "1000", "0.5", "0.04", "12.5", "-20"])
def test_short_reciprocals_are_exact(divisor: str) -> None:
    inverse = short_reciprocal(Decimal(divisor))
    assert inverse is not None
    assert inverse * Decimal(divisor) == 1


@pytest.mark.parametrize("divisor", ["3", "7", "0", "6", "99"])
def test_other_divisors_have_none(divisor: str) -> None:
    assert short_reciprocal(Decimal(divisor)) is None


def test_range() -> None:
    assert exact(Decimal(10) ** 28 - 1) == Decimal(10) ** 28 - 1
    with pytest.raises(FormulaFailure) as caught:
        exact(Decimal(10) ** 28)
    assert caught.value.code == "FX605"


def test_a_number_fits_its_field_or_not() -> None:
    assert fit_number(Decimal("99.995"), 4, 2) is None
    assert fit_number(Decimal("99.994"), 4, 2) == Decimal("99.99")
    assert fit_number(Decimal("-0.005"), 4, 2) == Decimal("-0.01")
