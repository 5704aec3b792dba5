"""Figures as words: numbers, shares, amounts and dates in the reader's language."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from babel.numbers import format_currency, format_decimal, format_percent

from engine.metadata import Measure
from engine.reports import Figure
from engine.web.display import Display

PLACES = 2
"""How many digits after the point a calculated number shows."""


def is_share(measure: Measure) -> bool:
    """Whether a figure is told as a part of something."""
    return bool(measure.kind == "percent" or measure.share or measure.change)


def figure_words(measure: Measure, figure: Figure, display: Display) -> str:
    """A figure as it is read; blank for nothing."""
    value = figure.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return display.words["yes" if value else "no"]
    if isinstance(value, timedelta):
        return display.duration(value, "hours")
    if isinstance(value, date):
        return display.moment(value)
    return _number(measure, value, figure.currency, display) if isinstance(value, Decimal) else str(value)


def _number(measure: Measure, value: Decimal, currency: str, display: Display) -> str:
    if is_share(measure):
        return str(format_percent(value, "#,##0.#%", locale=display.locale))
    if measure.kind == "money" and currency:
        return str(format_currency(value, currency, locale=display.locale))
    scale = 0 if measure.kind == "integer" else min(measure.scale or 0, PLACES) if measure.scale is not None else PLACES
    digits = "#,##0" + ("." + ("0" if measure.kind == "money" else "#") * scale if scale else "")
    return str(format_decimal(value, digits, locale=display.locale))


def as_number(value: object) -> Decimal | None:
    """A figure as something that can be drawn."""
    if isinstance(value, timedelta):
        return Decimal(value // timedelta(seconds=1)) / 3600
    return value if isinstance(value, Decimal) else None
