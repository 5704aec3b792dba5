"""Times and lengths of time, as scenarios write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.metadata import Calendar, Span

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?\Z")
LENGTH = re.compile(r"(\d+(?:\.\d+)?) (second|minute|hour|day|week)s?\Z")
WORKDAYS = re.compile(r"(\d{1,4}) workdays?\Z")
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def moment(text: object, zone: ZoneInfo) -> datetime:
    """`YYYY-MM-DD hh:mm[:ss]` in the zone of the application, as an instant. Raises ValueError for anything else."""
    if not isinstance(text, str) or not MOMENT.match(text):
        raise ValueError('write a time as "YYYY-MM-DD hh:mm", quoted')
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def later(now: datetime, text: object, calendar: Calendar) -> datetime:
    """The time after a wait: a length of time, or `2 workdays` of the application. Raises ValueError for anything else."""
    found = WORKDAYS.match(text) if isinstance(text, str) else None
    return calendar.after(now, Span(int(found[1]), "workdays")) if found else now + length(text)


def length(text: object) -> timedelta:
    """`3 minutes`, `2 hours`, `1 day`. Raises ValueError for anything else."""
    found = LENGTH.match(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("write a length of time such as `3 minutes`, `2 hours`, `1 day` or `2 workdays`")
    return timedelta(seconds=float(found[1]) * SECONDS[found[2]])
