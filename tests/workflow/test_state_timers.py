"""Timers of states: a lead that nobody cares for goes back, a tender closes at its time, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine import migration
from engine.loading import load_sources
from engine.records import fetch
from engine.workflow import fire
from tests.applications import World, opened, sources

LEADS = """
app: leads
languages: [en, zh]
timezone: Asia/Shanghai
calendar: office
roles: {seller: {}}
---
calendar: office
hours: {mon-fri: ['09:00-17:00']}
---
entity: lead
title: name
fields:
  name: {type: text}
  closes_at: {type: datetime}
  touched_on: {type: date}
  reminders: {type: integer, default: 0}
access:
  seller: {read: true, create: true, update: true}
---
lifecycle: lead
for: lead
states:
  pool: {timers: [{after: field:closes_at, do: close}]}
  owned:
    timers:
      - {after: 15 days, since: touched_on, do: recycle}
      - {after: 1 day, do: remind, every: 1 day, times: 2}
  tried: {timers: [{after: 2 workdays, do: close}, {after: field:closes_at, notify: role:seller}]}
  closed: {final: true}
actions:
  try: {from: pool, to: tried, who: role:seller}
  claim: {from: pool, to: owned, who: role:seller, set: {touched_on: =today()}}
  recycle: {from: owned, to: pool, who: system, when: {require: name <> "kept"}}
  remind: {from: owned, who: system, set: {reminders: =reminders + 1}}
  close: {from: [pool, owned, tried], to: closed, who: system}
"""


@pytest.fixture
def leads(database_url: str) -> Iterator[World]:
    with opened(LEADS, database_url) as world:
        world.person("sally", roles=["seller"])
        world.person("ada", roles=["admin"])
        yield world


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def lead(leads: World, **values: object) -> int:
    return int(str(leads.save("sally", "lead", **values)["id"]))


def state(leads: World, number: int) -> object:
    with leads.look("system") as view:
        return fetch(view, "lead", number)["state"]


def claim(leads: World, number: int) -> None:
    leads.app.run(leads.actor("sally"), lambda uow: fire(uow, "lead", number, "claim"))


def test_a_deadline_in_a_field_is_read_again_when_it_changes(leads: World) -> None:
    number = lead(leads, name="a", closes_at=at("2026-03-05 12:00"))
    leads.save("sally", "lead", number, closes_at=at("2026-03-04 12:00"))
    leads.app.jobs.run_due(at("2026-03-04 11:59"))
    assert state(leads, number) == "pool"
    leads.app.jobs.run_due(at("2026-03-04 12:00"))
    assert state(leads, number) == "closed"


def test_a_timer_counts_from_a_field_and_ends_with_its_state(leads: World) -> None:
    number = lead(leads, name="a", closes_at=at("2026-04-01 12:00"))
    claim(leads, number)
    leads.app.jobs.run_due(at("2026-03-10 09:00"))
    with leads.look("system") as view:
        assert fetch(view, "lead", number)["reminders"] == 2
    leads.save("sally", "lead", number, touched_on=at("2026-03-08 12:00").date())
    leads.app.jobs.run_due(at("2026-03-22 12:00"))
    assert state(leads, number) == "owned"
    leads.app.jobs.run_due(at("2026-03-23 00:00"))
    assert state(leads, number) == "pool"
    claim(leads, number)
    leads.app.jobs.run_due(at("2026-04-02 00:00"))
    assert state(leads, number) == "owned"


def test_what_a_guard_refuses_is_told_and_the_record_stays(leads: World) -> None:
    kept, other = lead(leads, name="kept"), lead(leads, name="other")
    for number in (kept, other):
        claim(leads, number)
    leads.app.jobs.run_due(at("2026-03-17 00:00"))
    assert (state(leads, kept), state(leads, other)) == ("owned", "pool")


def tried(leads: World) -> int:
    """A lead in the state `tried` since Monday, 2 March: two workdays later it is closed."""
    number = lead(leads, name="a")
    leads.app.run(leads.actor("sally"), lambda uow: fire(uow, "lead", number, "try"))
    return number


def test_a_day_that_is_not_worked_after_all_moves_what_waits(leads: World) -> None:
    number = tried(leads)
    day = leads.save("system", "calendar_day", calendar="office", day=at("2026-03-03 12:00").date(), works=False)["id"]
    leads.app.jobs.run_due(at("2026-03-04 23:00"))
    assert state(leads, number) == "tried"
    leads.save("system", "calendar_day", int(str(day)), works=True)
    leads.app.jobs.run_due(at("2026-03-04 23:01"))
    assert state(leads, number) == "closed"


def test_a_field_of_one_timer_does_not_begin_another_anew(leads: World) -> None:
    number = tried(leads)
    leads.app.jobs.run_due(at("2026-03-03 08:00"))
    leads.save("sally", "lead", number, closes_at=at("2026-03-20 12:00"))
    leads.app.jobs.run_due(at("2026-03-04 23:00"))
    assert state(leads, number) == "closed"


def test_timers_of_a_new_definition_reach_what_is_in_the_state(leads: World) -> None:
    """They are counted from the entry, whatever the state is called by now; what fired under the old definition does not fire anew."""
    number, fresh = lead(leads, name="a"), lead(leads, name="b")
    claim(leads, number)
    leads.app.jobs.run_due(at("2026-03-05 10:00"))
    leads.clock.move_to(at("2026-03-05 10:00"))
    claim(leads, fresh)
    text = LEADS.replace("  owned:\n", "  held:\n    was: owned\n").replace("to: owned", "to: held").replace("from: owned", "from: held")
    text = text.replace("[pool, owned, tried]", "[pool, held, tried]")
    text = text.replace("- {after: 1 day, do: remind", "- {after: 3 days, do: close}\n      - {after: 1 day, do: remind")
    written = sources(text)
    found = migration.apply(leads.app.database, written, load_sources(written), "Li Na", leads.clock.now())
    (step,) = [step for step in found.steps if step.kind == "timers"]
    assert (step.rows, step.lock) == (2, "later")
    leads.app.serving.reload()
    leads.app.jobs.run_due(at("2026-03-05 10:01"))
    assert (state(leads, number), state(leads, fresh)) == ("closed", "held")
    with leads.look("system") as view:
        assert [fetch(view, "lead", each)["reminders"] for each in (number, fresh)] == [2, 0]
    leads.app.jobs.run_due(at("2026-03-08 09:59"))
    assert state(leads, fresh) == "held"
    leads.app.jobs.run_due(at("2026-03-08 10:01"))
    assert state(leads, fresh) == "closed"
    with leads.look("system") as view:
        assert fetch(view, "lead", fresh)["reminders"] == 2
