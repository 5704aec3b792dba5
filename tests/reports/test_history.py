"""How long records stay in their states, and by whom: what anybody would count who had watched them with a clock.

app: desk
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Forbidden
from engine.records import find
from engine.reports import Outcome, compute, drilled, explain_report, given_by
from engine.workflow import fire
from tests.applications import START, World, opened

DESK = """
    app: desk
    label: Desk
    timezone: Asia/Shanghai
    roles: {all: {label: All}, north: {label: North}, blind: {label: Blind}, part: {label: Part}}
    ---
    entity: ticket
    title: subject
    fields: {subject: {type: text}, region: {type: choice, of: [north, south]}, secret: {type: boolean}}
    access:
      all: {read: true, update: true, create: true, delete: true}
      north: {read: 'region = "north"'}
      blind: {read: true, hide: [state]}
      part: [{read: 'region = "north"'}, {read: 'region = "south"', hide: [state]}]
    ---
    lifecycle: ticket
    for: ticket
    states: {open: {label: {en: Open}}, busy: {label: {en: In work}}, done: {label: {en: Done}, final: true}}
    actions:
      take: {label: Take, from: open, to: busy, who: role:all}
      back: {label: Back, from: busy, to: open, who: role:all}
      close: {label: Close, from: busy, to: done, who: role:all}
    ---
    report: waits
    from: ticket.history
    parameters: {least: {type: integer}, person: {type: user}}
    where: (least = null OR spent >= DURATION(least, "hours")) AND (person = null OR by = person)
    rows: [state]
    columns: [ticket.region]
    totals: [rows, columns]
    values:
      stays: COUNT(rows)
      going_on: COUNT(rows, left_at = null)
      mean: AVERAGE(rows.spent)
      longest: MAX(rows.spent)
      records: COUNTDISTINCT(rows.ticket.id)
      first: MIN(rows.entered_at)
    drill: [subject, region]
    ---
    report: by_whom
    from: ticket.history
    rows: [by, {field: entered_at, by: month}]
    values: {stays: COUNT(rows), days: {formula: SUM(rows.spent), unit: days}}
"""
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def desk(shared_database_url: str) -> Iterator[World]:
    """Three tickets: one that went back and forth, one that waits, one that is gone; the fourth was brought in as it is."""
    with opened(DESK, shared_database_url) as world:
        for name in ("all", "north", "blind", "part"):
            world.person(name, roles=[name])
        world.person("bo", roles=["all"])
        moved = _made(world, "moved", "north")
        for hours, who, action in ((1, "all", "take"), (2, "bo", "back"), (4, "all", "take"), (8, "bo", "close")):
            world.clock.move_to(world.clock.now() + hours * HOUR)
            _fire(world, who, moved, action)
        waits = _made(world, "waits", "south")
        world.clock.move_to(world.clock.now() + HOUR)
        world.save("bo", "ticket", waits, subject="still waits")  # a version more, and no stay
        gone = _made(world, "gone", "north")
        world.clock.move_to(world.clock.now() + HOUR)
        world.delete("all", "ticket", gone)
        yield world


def _made(world: World, subject: str, region: str) -> int:
    return int(str(world.save("all", "ticket", subject=subject, region=region)["id"]))


def _fire(world: World, who: str, number: int, action: str) -> None:
    world.app.run(world.actor(who), lambda uow: fire(uow, "ticket", number, action))


def _told(world: World, who: str, report: str, **texts: object) -> Outcome:
    with world.look(who) as view:
        found = view.metadata.reports[report]
        return compute(view, found, given_by(view, found.parameters, texts))


def _lines(outcome: Outcome) -> dict[Any, tuple[Any, ...]]:
    return {line.keys[0]: tuple(figure.value for figure in line.total) for line in outcome.lines}


def test_stays_are_told_with_their_length(desk: World) -> None:
    lines = _lines(_told(desk, "all", "waits"))
    one = Decimal(1)
    assert lines["open"][:5] == (3 * one, one, (1 + 4 + 2) * HOUR / 3, 4 * HOUR, 2 * one)
    assert lines["busy"][:5] == (2 * one, 0, 5 * HOUR, 8 * HOUR, one)
    assert lines["done"][:5] == (one, one, 2 * HOUR, 2 * HOUR, one)
    assert lines["open"][5] == START


def test_only_of_what_the_reader_sees(desk: World) -> None:
    assert _lines(_told(desk, "north", "waits"))["open"][0] == 2
    assert _lines(_told(desk, "part", "waits"))["open"][0] == 2
    assert None not in _lines(_told(desk, "part", "waits"))
    with pytest.raises(Forbidden):
        _told(desk, "blind", "waits")


def test_conditions_periods_people_and_the_records_behind(desk: World) -> None:
    assert _lines(_told(desk, "all", "waits", least="4"))["open"][0] == 1
    assert list(_lines(_told(desk, "all", "waits", person=desk.people["bo"]))) == ["open", "done"]
    months = _told(desk, "all", "by_whom")
    assert [(line.keys[0], line.total[0].value) for line in months.lines] == [(desk.people["all"], 4), (desk.people["bo"], 2)]
    with desk.look("all") as view:
        report = view.metadata.reports["waits"]
        query = drilled(view, report, report.sources[0], given_by(view, report.parameters, {}), {0: "busy"})
        assert [record.values["subject"] for record in find(view, query).records] == ["moved"]
        assert "lag" in explain_report(view, report, given_by(view, report.parameters, {}))[0].sql


def test_nothing_is_written_for_it(desk: World) -> None:
    with desk.look("all") as view:
        assert "ticket.history" not in {entity.name for entity in view.metadata.stored}
        assert all(entity != "ticket.history" for entity, _ in view.metadata.inverse["user"])
