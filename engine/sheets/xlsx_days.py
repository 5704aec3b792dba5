"""Days and times in XLSX: numbers that only their format tells from others, counted from 1900 or from 1904."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from .cells import Cell

DAYS = frozenset((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)))
"""Formats of days and times that every spreadsheet knows, those of Chinese, Japanese and Korean ones among them."""
LENGTHS = frozenset((46,))
"""Formats of lengths of time."""
FIXED = re.compile(r'"[^"]*"|\\.|[_*].')
"""What a format shows as it stands."""
BRACKETS = re.compile(r"\[([^\]]*)\]")
LENGTH = re.compile(r"(h+|m+|s+)\Z", re.IGNORECASE)
PARTS = re.compile(r"[dmyhs]", re.IGNORECASE)
FIRST_1900 = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
FIRST_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
LEAP = 60
"""The day that 1900 did not have, but spreadsheets think it had."""
A_DAY = 86_400_000
"""Milliseconds, the finest that spreadsheets count."""


def kind_of(number: int, code: str | None) -> str:
    """What a format makes of a number: `day`, `length` of time, or blank for a number."""
    if code is None:
        return "day" if number in DAYS else "length" if number in LENGTHS else ""
    bare = FIXED.sub("", code).partition(";")[0]
    if any(LENGTH.match(inner) for inner in BRACKETS.findall(bare)):
        return "length"
    return "day" if PARTS.search(BRACKETS.sub("", bare)) else ""


def day_of(serial: float, *, since_1904: bool) -> Cell:
    """The day, or the day and time, that a number stands for; a time or a number that is no day is a text or a number."""
    if 0 <= serial < 1 and not (since_1904 and serial == 0):
        return str((FIRST_1904 + _rounded(serial)).time())
    first = FIRST_1904 if since_1904 else FIRST_1900
    early = timedelta(days=1) if not since_1904 and serial < LEAP else timedelta()
    try:
        found = first + _rounded(serial) + early
    except OverflowError:
        return Decimal(repr(serial))
    return date(found.year, found.month, found.day) if serial.is_integer() else found


def length_of(serial: float) -> Cell:
    """A length of time as text."""
    return str(_rounded(serial))


def _rounded(serial: float) -> timedelta:
    return timedelta(milliseconds=round(serial * A_DAY))
