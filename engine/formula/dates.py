"""Dates, datetimes and durations (FORMULA 2.6): strict reading, clamping month steps, canonical texts; None beyond years 1-9999."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATETIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_UTC = ZoneInfo("UTC")
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}
MONTHS = {"months": 1, "quarters": 3, "years": 12}


def read_date(text: str) -> date | None:
    """A date from yyyy-mm-dd, else None."""
    match = _DATE.fullmatch(text)
    return make_date(*map(int, match.groups())) if match else None


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_datetime(text: str, zone: ZoneInfo | None = None) -> datetime | None:
    """A UTC instant from yyyy-mm-dd hh:mm[:ss[.ffffff]][Z or offset], in `zone` without offset; a bare date is its midnight."""
    day = read_date(text)
    if day is not None:
        return instant(midnight(day), zone or _UTC)
    match = _DATETIME.fullmatch(text)
    if match is None:
        return None
    year, month, day_, hour, minute, second, fraction, offset = match.groups()
    try:
        clock = time(int(hour), int(minute), int(second or 0), int((fraction or "").ljust(6, "0")))
        at = datetime.combine(date(int(year), int(month), int(day_)), clock)
        if offset is None:
            return instant(at, zone or _UTC)
        return at.replace(tzinfo=datetime.fromisoformat(f"2000-01-01T00:00:00{offset}").tzinfo).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def midnight(day: date) -> datetime:
    """The beginning of a day, without zone."""
    return datetime.combine(day, time.min)


def instant(local: datetime, zone: ZoneInfo) -> datetime | None:
    """The UTC instant of a local time; None beyond the calendar."""
    try:
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def local(value: datetime, zone: ZoneInfo) -> datetime:
    """An instant as the clock on the wall shows it."""
    try:
        return value.astimezone(zone)
    except (ValueError, OverflowError):
        return value


def plus_days(day: date, days: int) -> date | None:
    """The date `days` later, or None beyond the calendar."""
    try:
        return date.fromordinal(day.toordinal() + days)
    except (ValueError, OverflowError):
        return None


def plus_months(day: date, months: int) -> date | None:
    """The same day `months` later, clamped to the end of the month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def plus(value: datetime, length: timedelta) -> datetime | None:
    """The instant a duration later, or None beyond the calendar."""
    try:
        return value + length
    except OverflowError:
        return None


def microseconds(length: timedelta) -> int:
    """The exact length."""
    return (length.days * 86400 + length.seconds) * 1_000_000 + length.microseconds


def duration(micros: Decimal | int) -> timedelta | None:
    """A duration from microseconds, rounded half-up to whole ones; None beyond what a calendar can hold."""
    whole = int(micros.to_integral_value("ROUND_HALF_UP")) if isinstance(micros, Decimal) else micros
    return timedelta(microseconds=whole) if abs(whole) < 10_000 * 366 * 86400 * 1_000_000 else None


def shown_date(day: date) -> str:
    """yyyy-mm-dd."""
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def shown_datetime(value: datetime, zone: ZoneInfo) -> str:
    """yyyy-mm-dd hh:mm:ss in the zone."""
    at = local(value, zone)
    return f"{shown_date(at)} {at.hour:02}:{at.minute:02}:{at.second:02}"
