"""A list as a calendar: the records of one month on their days."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

from babel.dates import format_skeleton, get_day_names

from engine.formula import Kind
from engine.metadata import Value
from engine.records import Query, Record, end_of
from engine.web.display import Display
from engine.web.views import Choice, Day, Month
from engine.web.visit import visit

from .looks import Looking, found, title_of

ENTRIES = 300
"""How many records of one month are shown."""
WEEKS = Calendar(firstweekday=0)


def month(looking: Looking) -> tuple[Month, bool]:
    """The month that the address names, else this one; and whether it holds more records than are shown."""
    display = visit().display(looking.view, {})
    first = _first(looking.asked.month) or looking.view.now.astimezone(looking.view.zone).date().replace(day=1)
    weeks = WEEKS.monthdatescalendar(first.year, first.month)
    page = found(looking, _within(looking, weeks[0][0], weeks[-1][-1]), looking.look.start, *filter(None, [looking.look.end]))
    by_day: dict[date, list[Choice]] = {}
    for record in page.records:
        for day in _days(looking, record, weeks[0][0], weeks[-1][-1]):
            entry = Choice(title_of(looking, record), value=f"/records/{looking.entity.name}/{record.id}")
            by_day.setdefault(day, []).append(entry)
    today = looking.view.now.astimezone(looking.view.zone).date()
    made = Month(
        label=str(format_skeleton("yMMMM", first, locale=display.locale)),
        days=tuple(get_day_names("abbreviated", locale=display.locale)[number] for number in range(7)),
        weeks=tuple(tuple(_day(display, day, by_day, (first, today)) for day in week) for week in weeks),
        before=_turned(looking, first - timedelta(days=1)),
        after=_turned(looking, first + timedelta(days=31)),
        now=looking.asked.turned(month="").link(),
    )
    return made, page.next is not None


def _first(text: str) -> date | None:
    """The first day of the month that an address names (`2026-03`)."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if MINYEAR < first.year < MAXYEAR else None


def _turned(looking: Looking, day: date) -> str:
    return looking.asked.turned(month=f"{day:%Y-%m}").link()


def _within(looking: Looking, first: date, last: date) -> Query:
    """The records that touch these days."""
    start, end = _written(looking, looking.look.start), _written(looking, looking.look.end)
    after, before = (f"DATE({day.year}, {day.month}, {day.day})" for day in (first, last))
    begun = f"{start} <= {before} AND "
    rule = f"{begun}({end} >= {after} OR ({end} = null AND {start} >= {after}))" if end else f"{begun}{start} >= {after}"
    return replace(looking.query, typed=(*looking.query.typed, rule), limit=ENTRIES)


def _written(looking: Looking, path: str) -> str:
    """The day of a field, in a formula."""
    if not path:
        return ""
    metadata = looking.view.metadata
    here, name = end_of(metadata, looking.entity, path)
    return f"DATEVALUE({path})" if metadata.catalog.members(here.name)[name].type.kind is Kind.DATETIME else path


def _days(looking: Looking, record: Record, first: date, last: date) -> Iterator[date]:
    """The days of the month on which a record stands."""
    begun = _day_of(record.values.get(looking.look.start), looking)
    if begun is None:
        return
    ended = _day_of(record.values.get(looking.look.end), looking) if looking.look.end else begun
    day = max(begun, first)
    while day <= min(ended or begun, last):
        yield day
        day += timedelta(days=1)


def _day_of(value: Value, looking: Looking) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(looking.view.zone).date()
    return value if isinstance(value, date) else None


def _day(display: Display, day: date, by_day: dict[date, list[Choice]], known: tuple[date, date]) -> Day:
    first, today = known
    label = str(format_skeleton("MMMEd", day, locale=display.locale))
    return Day(day.day, day.isoformat(), label, tuple(by_day.get(day, ())), day.month != first.month, day == today)
