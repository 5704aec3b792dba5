"""What a group of records is called: a choice, a record, a period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.dates import format_skeleton

from engine.metadata import Value
from engine.web.display import Display
from engine.web.views import Cell, Choice
from engine.web.visit import visit
from engine.web.words import _

from .cells import Column


def key_cell(named: Column, step: str, value: Value, title: str | None, display: Display) -> Cell:
    """The value that records were put together by; `title` is what names it where it is a record."""
    field = named.field
    if value is None:
        return Cell("text", _("None"))
    if isinstance(value, date):
        return Cell("text", period_words(value, step, display))
    if named.lifecycle is not None and str(value) in named.lifecycle.states:
        state = named.lifecycle.states[str(value)]
        words = visit().words(state.label)
        return Cell("badge", words, choices=(Choice(words, state.color),))
    if isinstance(value, int) and not isinstance(value, (bool, Decimal)):
        return Cell("text", title) if title else Cell("secret", display.words["hidden_record"])
    return Cell("text", str(value)) if field is None else display.cell(field, value, {})


def period_words(value: date, step: str, display: Display, *, short: bool = False) -> str:
    """A period by its first day."""
    if step == "year":
        return str(value.year)
    if step == "quarter":
        return str(format_skeleton("yQQQ", value, locale=display.locale))
    if step == "month":
        return str(format_skeleton("yMMM" if short else "yMMMM", value, locale=display.locale))
    if step == "week" and not short:
        return _("Week of %(day)s", day=display.moment(value))
    return str(format_skeleton("MMMd", value, locale=display.locale)) if short else display.moment(value)
