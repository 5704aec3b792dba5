"""All that an action of a record may ask for and do, done with a row of a table; and what happens to rows by themselves.

Each part of an order is fetched by somebody: who is asked when and where from, may split it, and makes a parcel of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine import migration, records, workflow
from engine.errors import Invalid, Refusal
from engine.loading import load_sources
from engine.notices import notices
from engine.workflow import RowPlace, Said
from tests.applications import World, opened, sources

YAML = """
    app: stores
    languages: [en, zh]
    timezone: Asia/Shanghai
    calendar: office
    roles: {clerk: {}, boss: {}}
    ---
    calendar: office
    hours: {mon-fri: ['09:00-17:00']}
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text}
      done: {type: boolean, default: false}
      seen: {type: integer, default: 0}
      parts:
        type: table
        title: item
        label: {en: Parts, zh: 备件}
        fields:
          item: {type: text, required: true}
          qty: {type: integer, default: 1}
          source: {type: text}
          by: {type: user}
          parcel: {type: link, to: parcel}
          late: {type: boolean, default: false}
        lifecycle:
          states:
            wanted: {timers: [{after: 2 hours, do: hurry}]}
            fetched: {lock: true}
            dropped: {final: true}
          actions:
            fetch:
              from: wanted
              to: fetched
              who: role:clerk
              comment: optional
              ask: {source: required, weight: {type: decimal, digits: 1, required: true}}
              when: [{require: weight < 100, say: '{item}: too heavy'}]
              assign: {field: by, among: role:clerk, by: fewest_open}
              create: {entity: parcel, into: parcel, set: {what: '=item & " of " & order.subject', weight: =weight}}
              call: {action: finish, record: order, when: 'ALL(order.parts, state <> "wanted")'}
              notify: {who: role:boss, message: '{item} of {order.subject} comes from {source}'}
            split:
              from: wanted
              who: role:clerk
              ask: {more: {type: integer, required: true, min: 1}}
              when: {require: more < qty, say: 'At most {qty} are there'}
              set: {qty: =qty - more}
              create: {entity: order.parts, set: {item: =item, qty: =more}}
            drop: {from: wanted, to: dropped, who: [role:clerk, system], comment: required}
            hurry: {from: wanted, who: system, set: {late: true}, notify: 'formula:order.created_by'}
          clocks:
            waiting: {runs: [wanted], limit: 'DURATION(qty, "hours")', timers: [{after: 100%, notify: {who: role:boss, message: '{item} is due'}}]}
    access:
      clerk: {read: true, create: true, update: true, delete: true}
      boss: {read: true, hide: [parts.source]}
    ---
    lifecycle: order
    for: order
    states: {open: {}, closed: {final: true}}
    actions:
      finish: {from: open, to: closed, who: system, set: {done: true}}
    ---
    entity: parcel
    title: what
    fields: {what: {type: text}, weight: {type: decimal, digits: 1}}
    access: {clerk: {read: true, create: true}}
    ---
    automation: count_dropped
    for: order.parts
    trigger: {entered: dropped}
    do: {call: {action: note, record: order}}
"""
YAML = YAML.replace("finish: {from: open", "note: {from: any, who: system, set: {seen: '=seen + 1'}}\n      finish: {from: open")
PARTS = ({"item": "pump", "qty": 3}, {"item": "seal"})


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        for name, role in {"cle": "clerk", "cat": "clerk", "bo": "boss"}.items():
            world.person(name, roles=[role])
        world.save("cle", "order", subject="Plant", parts=[dict(part) for part in PARTS])
        yield world


def act(world: World, row: int, action: str, comment: str = "", **values: object) -> records.Row:
    place, said = RowPlace("order", 1, "parts", row), Said(values, comment)
    return dict(world.app.run(world.actor("cle"), lambda uow: workflow.fire_row(uow, place, action, said)))


def parts(world: World) -> list[dict[str, Any]]:
    with world.look("system") as view:
        return [dict(row) for row in records.rows_of(records.fetch(view, "order", 1), view.metadata.entities["order"].fields["parts"])]


def told(world: World, who: str) -> list[tuple[str, int, str]]:
    with world.look(who) as view:
        return [(notice.entity, notice.record, notice.words) for notice in notices(view).notices]


def test_what_is_asked_and_said_and_all_that_follows(world: World) -> None:
    act(world, 1, "fetch", "at the door", source="Wuxi", weight="2.5")
    [pump, seal] = parts(world)
    assert (pump["state"], pump["source"], pump["by"]) == ("fetched", "Wuxi", world.people["cle"])
    with world.look("cle") as view:
        parcel = records.fetch(view, "parcel", pump["parcel"])
        assert (parcel["what"], str(parcel["weight"])) == ("pump of Plant", "2.5")
        assert records.fetch(view, "order", 1)["state"] == "open"
        said = [one.body for one in records.activity(view, view.metadata.entities["order"], records.load(view, "order", 1)) if one.body]
    assert said == ["Parts 1: at the door"]
    assert told(world, "bo") == [("order", 1, "")], "who may not read a cell is not told of it"
    act(world, seal["id"], "fetch", source="Jinan", weight="1")
    assert parts(world)[1]["by"] == world.people["cat"], "who has fewer parts that are not done"
    with world.look("cle") as view:
        assert records.fetch(view, "order", 1)["state"] == "closed", "the last row closed its document"


def test_what_is_wrong_with_the_answers_stands_at_them(world: World) -> None:
    def wrong(row: int, action: str, comment: str = "", **values: object) -> object:
        with pytest.raises((Invalid, Refusal)) as found:
            act(world, row, action, comment, **values)
        refused = found.value
        return {p.path for p in refused.problems} if isinstance(refused, Invalid) else str(refused.message)

    assert [
        wrong(1, "fetch"), wrong(1, "fetch", source="x", weight="2", qty="3"), wrong(1, "fetch", source="x", weight="200"),
        wrong(1, "drop"), wrong(1, "split", more="3"), wrong(1, "split", more="two"),
    ] == [
        {"source", "weight"}, {"qty"}, "pump: too heavy", {"comment"}, "At most 3 are there", {"more"},
    ]  # fmt: skip
    assert [part["state"] for part in parts(world)] == ["wanted", "wanted"]


def test_a_row_makes_another_beside_it(world: World) -> None:
    after = act(world, 1, "split", more="2")
    assert [(part["item"], part["qty"], part["state"]) for part in parts(world)] == [
        ("pump", 1, "wanted"), ("seal", 1, "wanted"), ("pump", 2, "wanted"),
    ]  # fmt: skip
    assert after["version"] == 3, "what it set, and the row more"


def test_a_state_that_closes_a_row_keeps_it_as_it_is(world: World) -> None:
    act(world, 1, "fetch", source="Wuxi", weight="2.5")
    seal = parts(world)[1]["id"]
    for rows, path in (
        ([{"id": 1, "qty": 9}, {"id": seal}], "parts.1.qty"),
        ([{"id": seal}], "parts"),
    ):
        with pytest.raises(Invalid) as closed:
            world.save("cle", "order", 1, parts=rows)
        assert [problem.path for problem in closed.value.problems] == [path]
    world.save("cle", "order", 1, parts=[{"id": 1, "qty": 3}, {"id": seal, "qty": 2}, {"item": "nut"}])
    assert [part["qty"] for part in parts(world)] == [3, 2, 1], "what stays the same is no change"
    world.delete("cle", "order", 1)


def at(hour: int, day: int = 2) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def test_timers_and_clocks_of_rows(world: World) -> None:
    """It is nine on a Monday: seal is due at ten, both are late at eleven, pump is due at twelve."""
    assert [part["waiting_due"] for part in parts(world)] == [at(12), at(10)]
    world.app.jobs.run_due(at(10))
    assert told(world, "bo") == [("order", 1, "seal is due")]
    assert [(part["late"], part["waiting_breached"]) for part in parts(world)] == [(False, False), (False, True)]
    act(world, 1, "drop", "not needed")
    world.app.jobs.run_due(at(11))
    assert [part["late"] for part in parts(world)] == [False, True], "a row that went on is left alone"
    assert told(world, "cle") == [("order", 1, "")]
    assert (parts(world)[0]["waiting_due"], parts(world)[0]["waiting_spent"]) == (None, timedelta(hours=1))
    with world.look("cle") as view:
        assert records.fetch(view, "order", 1)["seen"] == 1, "an automation hears of rows"
    world.save("cle", "order", 1, parts=[{"id": 1}])
    world.app.jobs.run_due(at(17, 3))
    assert len(told(world, "bo")) == 1, "a row that is gone is late no more"


def test_measured_values_are_nobodys_to_write_and_no_new_version(world: World) -> None:
    with pytest.raises(Invalid, match="changed here"):
        world.save("cle", "order", 1, parts=[{"id": 1, "waiting_spent": 5}])
    version = records_version(world)
    world.app.jobs.run_due(at(10))
    assert records_version(world) == version


def records_version(world: World) -> object:
    with world.look("cle") as view:
        return records.fetch(view, "order", 1)["version"]


def test_timers_that_a_new_definition_brings_reach_the_rows_that_wait(world: World) -> None:
    """Counted from when a row came into its state: its first version says it, or the last change out of another."""
    world.app.jobs.run_due(at(12))
    assert [part["late"] for part in parts(world)] == [True, True]
    changed = sources(YAML.replace("{after: 2 hours, do: hurry}", "{after: 3 hours, notify: {who: role:boss, message: '{item} is slow'}}"))
    migration.apply(world.app.database, changed, load_sources(changed), "tests", world.clock.now())
    world.app.serving.reload()
    world.app.jobs.run_due(at(12))
    assert {words for _, _, words in told(world, "bo")} == {"seal is due", "pump is due", "pump is slow", "seal is slow"}
