"""Calendars: hours of the week, holidays of a country or by hand, make-up days; and lengths of time in words (`2 workdays`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import WHOLE_DAY, Calendar, Country, Hours, Span, countries
from engine.metadata import declared as d

from .application import zone_named
from .bench import Bench, listed

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?", re.ASCII)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(([01]\d|2[0-4]):([0-5]\d))", re.ASCII)
_SPAN = re.compile(r"([1-9]\d{0,4}) (minute|hour|day|workday)s?", re.ASCII)
_LONGEST = 366


def calendars(bench: Bench, zone: ZoneInfo) -> dict[str, Calendar]:
    """All calendars by name."""
    return {name: _calendar(bench, source, zone) for name, source in bench.declarations.calendars.items()}


def calendar_named(bench: Bench, name: str | None, place: Place) -> str:
    """A calendar that is named somewhere; empty where none is, or N301."""
    if name is not None and name not in bench.declarations.calendars:
        bench.findings.unknown("calendar", name, bench.declarations.calendars, place)
    return name or ""


def span(bench: Bench, text: str, place: Place) -> Span | None:
    """A length of time; W404 for what is none."""
    found = _SPAN.fullmatch(text)
    if found is None:
        hint = "write such as 2 workdays, 90 minutes, 12 hours, 3 days"
        bench.findings.add("W404", Sentence('"{text}" is not a length of time.', text=text), place, hint=hint)
        return None
    return Span(int(found[1]), f"{found[2]}s")  # type: ignore[arg-type] # the units are those of the pattern


def _calendar(bench: Bench, source: Sourced[d.Calendar], zone: ZoneInfo) -> Calendar:
    declared, place = source.declared, source.place
    hours = {day: opened for key, opened in _week(bench, declared, place) for day in key} or dict.fromkeys(range(5), WHOLE_DAY)
    own = zone_named(bench, declared.timezone, place.at("timezone")) if declared.timezone else zone
    days = dict.fromkeys(_days(bench, declared.make_up, place, "make_up"), True)
    if isinstance(declared.holidays, d.Holidays):
        public = _country(bench, declared.holidays.country, place.at("holidays", "country"))
        return Calendar(declared.calendar, own, hours, public, days) if public else Calendar(declared.calendar, own, hours, days=days)
    days |= dict.fromkeys(_days(bench, listed(declared.holidays), place, "holidays"), False)
    return Calendar(declared.calendar, own, hours, days=days)


def _week(bench: Bench, declared: d.Calendar, place: Place) -> Iterator[tuple[range, Hours]]:
    for key, written in declared.hours.items():
        first, _, last = key.partition("-")
        if first not in WEEK or (last or first) not in WEEK or WEEK.index(first) > WEEK.index(last or first):
            bench.findings.add(
                "S207", Sentence('"{key}" names no days.', key=key), place.at("hours", key), hint="such as mon-fri, or sat", key=True
            )
            continue
        opened = tuple(_opening(bench, text, place.at("hours").item(key, index)) for index, text in enumerate(listed(written)))
        yield range(WEEK.index(first), WEEK.index(last or first) + 1), tuple(one for one in opened if one)


def _opening(bench: Bench, text: str, place: Place) -> tuple[time, time] | None:
    found = _HOURS.fullmatch(text)
    start, end = (found[0][:5], found[3]) if found else ("", "")
    if found is None or start >= end or end > "24:00":
        bench.findings.add("S207", Sentence('"{text}" are no hours of a day.', text=text), place, hint="such as '09:00-12:00'")
        return None
    return time.fromisoformat(start), time(0) if end == "24:00" else time.fromisoformat(end)


def _days(bench: Bench, written: tuple[str, ...], place: Place, key: str) -> Iterator[date]:
    for index, text in enumerate(written):
        found = _RANGE.fullmatch(text)
        try:
            first, last = (date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1])) if found else (date.max, date.min)
        except ValueError:
            first, last = date.max, date.min
        if last < first or (last - first).days > _LONGEST:
            hint = "such as '2026-06-19', or '2026-05-01..2026-05-05'"
            bench.findings.add("S207", Sentence('"{text}" is no day and no range of days.', text=text), place.item(key, index), hint=hint)
            continue
        yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def _country(bench: Bench, code: str, place: Place) -> Country | None:
    known = countries()
    if code not in known:
        bench.findings.unknown("country with holidays", code, known, place)
        return None
    return Country(code)
