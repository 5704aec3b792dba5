"""Round numbers along an axis: 1, 2, 2.5 or 5 times a power of ten."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.frozen import frozen

STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
UNITS = ((Decimal(10) ** 9, "G"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))


@frozen
class Axis:
    """The numbers of an axis, from the least to the greatest; zero is among them."""

    ticks: tuple[Decimal, ...]

    @property
    def low(self) -> Decimal:
        """Where it begins."""
        return self.ticks[0]

    def place(self, value: Decimal) -> float:
        """Where a value stands, from 0 to 1."""
        return float((value - self.low) / (self.ticks[-1] - self.low))


def axis_of(values: Sequence[Decimal], wanted: int = 4) -> Axis:
    """An axis that holds all values and zero, with about so many steps; whole numbers have whole steps."""
    low, high = min([*values, Decimal()]), max([*values, Decimal()])
    step = _step(high - low, wanted) if high > low else Decimal(1)
    if all(value == value.to_integral_value() for value in values):
        step = max(step.to_integral_value("ROUND_CEILING"), Decimal(1))
    first, last = (low / step).to_integral_value("ROUND_FLOOR"), (high / step).to_integral_value("ROUND_CEILING")
    last = max(last, first + 1)
    return Axis(tuple((first + at) * step for at in range(int(last - first) + 1)))


def _step(span: Decimal, wanted: int) -> Decimal:
    rough = span / wanted
    power = Decimal(10) ** rough.adjusted()
    return next(power * each for each in STEPS if power * each >= rough)


def tick_words(value: Decimal, *, percent: bool) -> str:
    """A number of an axis, short: 250k, 1.5M, 40 %."""
    if percent:
        return f"{_plain(value * 100)}%"
    for unit, letter in UNITS:
        if abs(value) >= unit:
            return f"{_plain(value / unit)}{letter}"
    return _plain(value)


def _plain(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
