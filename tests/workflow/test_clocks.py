"""Clocks of a lifecycle: they count working time while it runs, stand while somebody else is waited for, and say when it is too long.

clocks:
  resolution: {runs: [open, working], pauses: [waiting], limit: 'DURATION(hours, "hours")', timers: [{after: 50%, notify: role:lead}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine import storage
from engine.notices import notices
from engine.records import Query, activity, fetch, find, load
from engine.workflow import fire
from tests.applications import World, opened

YAML = """
app: service
languages: [en, zh]
timezone: Asia/Shanghai
calendar: office
roles: {agent: {}, lead: {}}
---
calendar: office
hours: {mon-fri: ['09:00-17:00']}
---
entity: ticket
title: name
fields:
  name: {type: text}
  hours: {type: integer, default: 8}
  late: {type: boolean, default: false}
  left: {type: duration, formula: 'DURATION(hours, "hours") - resolution_spent'}
access:
  agent: {read: true, create: true, update: true}
  lead: {read: true}
---
lifecycle: ticket
for: ticket
states: {new: {}, working: {}, waiting: {}, solved: {}}
actions:
  begin: {from: [new, waiting, solved], to: working, who: role:agent}
  ask: {from: working, to: waiting, who: role:agent}
  solve: {from: working, to: solved, who: role:agent}
  escalate: {from: any, who: system, set: {late: true}}
clocks:
  resolution:
    label: {en: Resolution, zh: 解决}
    runs: [new, working]
    pauses: [waiting]
    limit: 'DURATION(hours, "hours")'
    timers: [{after: 50%, notify: {who: role:lead, message: half}}, {after: 100%, do: escalate}]
  attempt: {runs: [working], limit: 'DURATION(2, "hours")', restart: true}
"""


@pytest.fixture
def tickets(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        world.person("al", roles=["agent"])
        world.person("lea", roles=["lead"])
        until(world, "2026-03-02 10:00")
        yield world


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def until(tickets: World, text: str) -> None:
    tickets.app.jobs.run_due(at(text))


def ticket(tickets: World, **values: object) -> int:
    return int(str(tickets.save("al", "ticket", name="printer", **values)["id"]))


def do(tickets: World, number: int, action: str) -> None:
    tickets.app.run(tickets.actor("al"), lambda uow: fire(uow, "ticket", number, action))


def clock(tickets: World, number: int, name: str = "resolution") -> tuple[object, object, object]:
    with tickets.look("system") as view:
        row = fetch(view, "ticket", number)
    return row[f"{name}_due"], row[f"{name}_spent"], row[f"{name}_breached"]


def late(tickets: World, number: int) -> object:
    with tickets.look("system") as view:
        return fetch(view, "ticket", number)["late"]


def halves(tickets: World) -> int:
    with tickets.look("lea") as view:
        return sum(notice.words == "half" for notice in notices(view).notices)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_it_runs_pauses_and_goes_on(tickets: World) -> None:
    number = ticket(tickets)
    assert clock(tickets, number) == (at("2026-03-03 10:00"), hours(0), False)
    until(tickets, "2026-03-02 13:00")
    do(tickets, number, "begin")
    assert clock(tickets, number)[0] == at("2026-03-03 10:00")
    do(tickets, number, "ask")
    assert clock(tickets, number) == (None, hours(3), False)
    until(tickets, "2026-03-05 16:30")
    assert halves(tickets) == 0
    do(tickets, number, "begin")
    assert clock(tickets, number) == (at("2026-03-06 13:30"), hours(3), False)
    until(tickets, "2026-03-06 13:29")
    assert (halves(tickets), late(tickets, number), clock(tickets, number)[2]) == (1, False, False)
    until(tickets, "2026-03-06 13:30")
    assert (halves(tickets), late(tickets, number), clock(tickets, number)[2]) == (1, True, True)


def test_what_was_told_is_not_told_again_after_a_pause(tickets: World) -> None:
    number = ticket(tickets)
    do(tickets, number, "begin")
    until(tickets, "2026-03-02 15:00")
    assert halves(tickets) == 1
    for _ in range(2):
        do(tickets, number, "ask")
        do(tickets, number, "begin")
        until(tickets, "2026-03-02 15:30")
    assert halves(tickets) == 1


def test_another_limit_counts_at_once(tickets: World) -> None:
    number = ticket(tickets)
    until(tickets, "2026-03-02 12:00")
    tickets.save("al", "ticket", number, hours=16)
    assert clock(tickets, number)[0] == at("2026-03-04 10:00")
    tickets.save("al", "ticket", number, hours=1)
    assert clock(tickets, number)[2] is True
    until(tickets, "2026-03-02 12:00")
    assert (halves(tickets), late(tickets, number)) == (1, True)
    tickets.save("al", "ticket", number, hours=100)
    assert clock(tickets, number)[2] is False


def test_a_clock_that_restarts_begins_anew(tickets: World) -> None:
    number = ticket(tickets)
    do(tickets, number, "begin")
    until(tickets, "2026-03-02 13:00")
    assert clock(tickets, number, "attempt") == (at("2026-03-02 12:00"), hours(0), True)
    do(tickets, number, "solve")
    assert clock(tickets, number, "attempt") == (None, hours(3), True)
    assert clock(tickets, number) == (None, hours(3), False)
    do(tickets, number, "begin")
    assert clock(tickets, number, "attempt") == (at("2026-03-02 15:00"), hours(0), False)
    assert clock(tickets, number) == (at("2026-03-03 10:00"), hours(3), False)


def test_its_fields_stand_in_lists_and_formulas_and_nobody_writes_them(tickets: World) -> None:
    number = ticket(tickets)
    version = ticket_version(tickets, number)
    until(tickets, "2026-03-03 11:00")
    with tickets.look("al") as view:
        found = find(view, Query("ticket", typed=("resolution_breached AND resolution_due < now()",))).records
        assert [record.id for record in found] == [number]
        assert found[0].values["left"] == hours(8)
    tickets.save("al", "ticket", number, name="scanner")
    assert ticket_version(tickets, number) == version + 2, "the action of the timer and the change are versions, the clock is none"
    with pytest.raises(Exception, match="resolution_due"):
        tickets.save("al", "ticket", number, resolution_due=at("2026-04-01 10:00"))


def test_its_fields_are_called_as_it_is_and_shown_while_they_say_something(tickets: World) -> None:
    fields = tickets.app.serving.current().metadata.entities["ticket"].fields
    assert fields["resolution_due"].label == {"en": "Resolution due", "zh": "解决期限"}
    assert fields["resolution_since"].label == {"en": "Resolution running since", "zh": "解决计时起点"}
    assert fields["attempt_breached"].label == {"en": "Attempt exceeded", "zh": "Attempt超时"}
    assert str(getattr(fields["attempt_breached"].show, "text", "")) == "attempt_breached"


def ticket_version(tickets: World, number: int) -> int:
    with tickets.look("system") as view:
        return int(str(fetch(view, "ticket", number)["version"]))


def test_the_activity_of_a_record_leaves_out_what_clocks_measured(tickets: World) -> None:
    number = ticket(tickets)
    do(tickets, number, "begin")
    with tickets.look("al") as view:
        happened = activity(view, view.metadata.entities["ticket"], load(view, "ticket", number))
        entity = view.metadata.identity.number("entity:ticket")
        entries = storage.entries(view.connection, entity or 0, number, 50)
    assert [one.action for one in happened] == ["update", "create"]
    assert happened[0].states == ("new", "working")
    assert any("resolution_since" in entry.changes for entry in entries), "the audit keeps them"
