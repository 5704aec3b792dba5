"""The outside systems an application talks to: who answers, how long an answer counts, and how often they may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from engine.frozen import frozen

from .people import Who

WEBHOOK = "webhook_in"
"""The provider of a connector that asks nothing: another system sends messages by it, signed with its secret."""
TIMED = "timed"
"""The option of such a connector by which a signature must tell when it was made."""

_LONGEST: Mapping[str, timedelta] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "month": timedelta(days=31),
}


@frozen
class Quota:
    """How many calls there may be in each minute, hour, day or month of the calendar."""

    most: int
    per: Literal["minute", "hour", "day", "month"]

    def begins(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the period of `now` began in a zone."""
        minute = now.astimezone(zone).replace(second=0, microsecond=0)
        if self.per == "minute":
            return minute
        hour = minute.replace(minute=0)
        if self.per == "hour":
            return hour
        day = hour.replace(hour=0)
        return day if self.per == "day" else day.replace(day=1)

    def next(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the period after that of `now` begins."""
        return self.begins(self.begins(now, zone) + _LONGEST[self.per], zone)


@frozen
class Connector:
    """A connector that the application uses; `secret` names an environment variable.

    An answer is used again for `cache`; `admin` are people who learn of calls that could not be made.
    """

    name: str
    provider: str
    secret: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    cache: timedelta | None = None
    quota: Quota | None = None
    admin: tuple[Who, ...] = ()

    @property
    def timed(self) -> bool:
        """Whether messages are let in only with a signature of the moment (`options: {timed: true}`)."""
        return self.provider == WEBHOOK and self.options.get(TIMED) is True
