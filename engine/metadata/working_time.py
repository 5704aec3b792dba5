"""Calendars: which days and hours are worked, and how far a deadline of working time lies away. Pure arithmetic on instants."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from engine.frozen import frozen

Unit = Literal["minutes", "hours", "days", "workdays"]
Hours = tuple[tuple[time, time], ...]
"""The openings of a day, in order; an end at 00:00 is the midnight that follows."""
WHOLE_DAY: Hours = ((time(0), time(0)),)
FURTHEST = 3660
"""How many days are walked to find a deadline: ten years."""


@frozen
class Span:
    """A length of time as it is written: `2 workdays`."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


@frozen
class PublicYear:
    """What a country decreed for a year: days off, and weekend days that are worked instead."""

    off: frozenset[date]
    worked: frozenset[date]


@frozen
class NoHolidays:
    """What holds where no country is named."""

    def __call__(self, year: int) -> PublicYear:
        """Nothing is decreed."""
        return PublicYear(frozenset(), frozenset())


@frozen(slots=False)
class Calendar:
    """A calendar of an application. `days` are single days that are worked (True) or not, whatever else is said."""

    name: str
    zone: ZoneInfo
    hours: Mapping[int, Hours] = field(default_factory=lambda: dict.fromkeys(range(5), WHOLE_DAY))
    public: Callable[[int], PublicYear] = NoHolidays()
    days: Mapping[date, bool] = field(default_factory=dict)
    plain: bool = False

    def with_days(self, days: Mapping[date, bool]) -> Calendar:
        """The same calendar, corrected by what administrators entered."""
        return replace(self, days={**self.days, **days})

    def works(self, day: date) -> bool:
        """Whether `day` is a working day, holidays and make-up days considered."""
        if day in self.days:
            return self.days[day]
        decreed = self.public(day.year)
        if day in decreed.worked:
            return True
        return day.weekday() in self.hours and day not in decreed.off

    def opening(self, at: datetime) -> datetime:
        """`at` itself in working time, else the next opening."""
        for start, end in self._openings(at):
            if at < end:
                return max(at, start)
        return at

    def after(self, at: datetime, span: Span) -> datetime:
        """The instant that lies `span` after `at`: workdays and hours are working time, days and minutes are not (WORKFLOW 5.3).

        A calendar that nobody declared (`plain`) knows the days of the week, and no hours.
        """
        if span.unit == "minutes":
            return at + timedelta(minutes=span.amount)
        if span.unit == "hours":
            return at + timedelta(hours=span.amount) if self.plain else self.plus(at, timedelta(hours=span.amount))
        if span.unit == "days":
            return self._local(at.astimezone(self.zone).replace(tzinfo=None) + timedelta(days=span.amount))
        return self._workdays(self.opening(at), span.amount)

    def plus(self, at: datetime, length: timedelta) -> datetime:
        """The earliest instant by which `length` of working time has passed since `at` (18:00, not the next morning)."""
        left = length
        for start, end in self._openings(at):
            begin = max(at, start)
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, timedelta(0))
        return at + length

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`."""
        spent = timedelta(0)
        for opens, closes in self._openings(start):
            if opens >= end:
                break
            spent += max(min(closes, end) - max(opens, start), timedelta(0))
        return spent

    def _workdays(self, at: datetime, amount: int) -> datetime:
        local = at.astimezone(self.zone).replace(tzinfo=None)
        day, left = local.date(), amount
        for _ in range(FURTHEST):
            if left == 0:
                break
            day += timedelta(days=1)
            left -= self.works(day)
        return self._local(datetime.combine(day, local.time()))

    def _openings(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The openings from the day of `at` on."""
        day = at.astimezone(self.zone).date()
        for _ in range(FURTHEST):
            if self.works(day):
                for start, end in self.hours.get(day.weekday()) or next(iter(self.hours.values())):
                    closing = day if end > start else day + timedelta(days=1)
                    yield self._local(datetime.combine(day, start)), self._local(datetime.combine(closing, end))
            day += timedelta(days=1)

    def _local(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.zone).astimezone(UTC)


def plain_calendar(zone: ZoneInfo) -> Calendar:
    """The calendar of an application that declares none: Monday to Friday."""
    return Calendar("", zone, plain=True)
