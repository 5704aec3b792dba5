"""The calendars of an application, as administrators corrected them: single days as records of `calendar_day`."""

from __future__ import annotations

from datetime import date

from engine.metadata import Calendar
from engine.unit_of_work import View

DAYS = "calendar_day"


def calendar_of(view: View, name: str) -> Calendar:
    """The calendar of that name (blank: that of the application), with its corrections; read once for a view."""
    if name not in view.calendars:
        declared = view.metadata.calendar_named(name)
        view.calendars[name] = declared if declared.plain else declared.with_days(_corrections(view, declared.name))
    return view.calendars[name]


def _corrections(view: View, name: str) -> dict[date, bool]:
    days = view.tables.table(DAYS)
    query = days.select().with_only_columns(days.c["day"], days.c["works"]).where(days.c["calendar"] == name)
    return {row.day: row.works for row in view.connection.execute(query)}
