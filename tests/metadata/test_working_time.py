"""Deadlines of working time: opening hours, holidays, make-up days, and a day on which the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.loading import load_sources
from engine.metadata import Calendar, Span, plain_calendar
from tests.applications import sources

OFFICE = """
app: office
timezone: Asia/Shanghai
calendar: cn
---
calendar: cn
hours: {mon-fri: ['09:00-12:00', '13:30-18:00']}
holidays: {country: CN}
---
entity: thing
fields: {name: {type: text}}
"""


@pytest.fixture(scope="module")
def office() -> Calendar:
    return load_sources(sources(OFFICE)).calendar_named("")


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        ("2026-02-09 10:00", Span(1, "workdays"), "2026-02-10 10:00"),
        ("2026-02-13 10:00", Span(1, "workdays"), "2026-02-14 10:00"),  # a Saturday that is worked for Spring Festival
        ("2026-02-13 20:00", Span(1, "workdays"), "2026-02-24 09:00"),  # from the next opening, Saturday, over the holidays
        ("2026-02-10 12:30", Span(1, "workdays"), "2026-02-11 13:30"),  # at lunch
        ("2026-02-10 17:00", Span(2, "hours"), "2026-02-11 10:00"),
        ("2026-02-10 17:00", Span(1, "hours"), "2026-02-10 18:00"),  # the earliest instant, not the next morning
        ("2026-02-10 11:30", Span(1, "hours"), "2026-02-10 14:00"),
        ("2026-02-14 17:30", Span(1, "hours"), "2026-02-24 09:30"),
        ("2026-02-10 17:00", Span(90, "minutes"), "2026-02-10 18:30"),  # minutes pass by night too
        ("2026-02-10 17:00", Span(30, "days"), "2026-03-12 17:00"),
        ("2026-02-10 17:00", Span(24, "hours"), "2026-02-14 09:30"),  # is not one workday
        ("2027-03-05 10:00", Span(1, "workdays"), "2027-03-08 10:00"),  # a year nothing was decreed for yet
    ],
)
def test_after(office: Calendar, start: str, span: Span, due: str) -> None:
    assert office.after(at(start), span) == at(due)


def test_working_time_between_two_instants(office: Calendar) -> None:
    assert office.between(at("2026-02-14 17:00"), at("2026-02-24 10:00")) == timedelta(hours=2)
    assert office.between(at("2026-02-15 17:00"), at("2026-02-16 10:00")) == timedelta(0)


def test_days_keep_the_time_of_day_when_the_clocks_change() -> None:
    berlin = plain_calendar(ZoneInfo("Europe/Berlin"))
    assert berlin.after(at("2026-03-28 10:00", "Europe/Berlin"), Span(1, "days")) == at("2026-03-29 10:00", "Europe/Berlin")
    assert berlin.after(at("2026-03-28 10:00", "Europe/Berlin"), Span(24, "hours")) == at("2026-03-29 11:00", "Europe/Berlin")


def test_a_single_day_is_corrected(office: Calendar) -> None:
    corrected = office.with_days({at("2026-02-11 09:00").date(): False})
    assert corrected.after(at("2026-02-10 10:00"), Span(1, "workdays")) == at("2026-02-12 10:00")


def test_round_the_clock() -> None:
    always = Calendar("always", ZoneInfo("UTC"), dict.fromkeys(range(7), ((time(0), time(0)),)))
    start = datetime(2026, 1, 1, 23, tzinfo=UTC)
    assert always.plus(start, timedelta(hours=30)) == start + timedelta(hours=30)
