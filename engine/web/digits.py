"""Numbers as a language writes them. What stands around the digits is asked of Babel once; the digits are Python's own.

Babel reads its pattern again for every number, which costs more than the rest of a cell; the outcome is the same
(tests/web/test_display.py).
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, format_decimal, get_decimal_symbol, get_group_symbol

from engine.frozen import frozen


@frozen
class Frame:
    """What stands before and after a number; `digits` are those behind the point (None: as many as the number has)."""

    plus: tuple[str, str]
    minus: tuple[str, str]
    digits: int | None
    group: str
    point: str

    def write(self, value: Decimal) -> str:
        """The number with what stands around it."""
        before, after = self.minus if value.is_signed() else self.plus
        plain = f"{abs(value):,f}" if self.digits is None else f"{abs(value):,.{self.digits}f}"
        if (self.group, self.point) != (",", "."):
            plain = plain.translate({ord(","): self.group, ord("."): self.point})
        return f"{before}{plain}{after}"


def money(value: Decimal, currency: str, locale: Locale) -> str:
    """An amount in a currency."""
    return _of_currency(currency, str(locale)).write(value)


def number(value: Decimal, locale: Locale, digits: int | None = None) -> str:
    """A number with `digits` behind the point, or with those that it has."""
    return _plain(str(locale), digits).write(value.normalize() if digits is None else value)


@lru_cache
def _of_currency(currency: str, name: str) -> Frame:
    locale = Locale.parse(name)
    one = format_currency(1, currency, locale=locale)
    return _frame(one, format_currency(-1, currency, locale=locale), one.partition("1")[2].count("0"), locale)


@lru_cache
def _plain(name: str, digits: int | None) -> Frame:
    locale = Locale.parse(name)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return _frame(format_decimal(1, pattern, locale=locale), format_decimal(-1, pattern, locale=locale), digits, locale)


def _frame(plus: str, minus: str, digits: int | None, locale: Locale) -> Frame:
    return Frame(_around(plus), _around(minus), digits, get_group_symbol(locale), get_decimal_symbol(locale))


def _around(written: str) -> tuple[str, str]:
    """What stands before and after the number one."""
    before, _one, rest = written.partition("1")
    return before, rest.lstrip("0.,")
