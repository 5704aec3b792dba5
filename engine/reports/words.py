"""Numbers of reports as they are read."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent

from engine.metadata import Measure

UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
PLACES = 2
"""How many digits after the point a calculated number shows."""


def is_share(measure: Measure) -> bool:
    """Whether a figure is told as a part of something."""
    return bool(measure.kind == "percent" or measure.share or measure.change)


def amount_of(measure: Measure, value: timedelta) -> Decimal:
    """A length of time as a number of its unit."""
    return Decimal(value // timedelta(seconds=1)) / (UNITS[measure.unit] // timedelta(seconds=1))


def number_words(measure: Measure, value: Decimal, currency: str, locale: Locale) -> str:
    """A number as a share, an amount, or with as many digits as its measure has."""
    if is_share(measure):
        return str(format_percent(value, "#,##0.#%", locale=locale))
    if measure.kind == "money" and currency:
        return str(format_currency(value, currency, locale=locale))
    scale = 0 if measure.kind == "integer" else min(measure.scale or 0, PLACES) if measure.scale is not None else PLACES
    digits = "#,##0" + ("." + ("0" if measure.kind == "money" else "#") * scale if scale else "")
    return str(format_decimal(value, digits, locale=locale))
