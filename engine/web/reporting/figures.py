"""Figures as words: numbers, shares, amounts and dates in the reader's language."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from engine.metadata import Measure
from engine.reports import Figure, amount_of, number_words
from engine.web.display import Display


def figure_words(measure: Measure, figure: Figure, display: Display) -> str:
    """A figure as it is read; blank for nothing."""
    value = figure.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return display.words["yes" if value else "no"]
    if isinstance(value, timedelta):
        return display.duration(value, measure.unit)
    if isinstance(value, date):
        return display.moment(value)
    return number_words(measure, value, figure.currency, display.locale) if isinstance(value, Decimal) else str(value)


def as_number(measure: Measure, value: object) -> Decimal | None:
    """A figure as something that can be drawn."""
    if isinstance(value, timedelta):
        return amount_of(measure, value)
    return value if isinstance(value, Decimal) else None
