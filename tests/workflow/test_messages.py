"""Messages from other systems: kept before they are answered, each with its effect once, on both databases (LANGUAGE 5.5, pattern 24)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from engine.access import SYSTEM
from engine.errors import Forbidden, Invalid, Invisible
from engine.records import Query, fetch, find
from engine.workflow import INBOUND, Received, Said, fire, is_signed, receive
from tests.applications import World, opened

PLANT = """
app: plant
languages: [en, zh]
roles: {planner: {}, watcher: {}}
connectors:
  mes: {provider: webhook_in, secret: MES_KEY, admin: role:watcher}
---
entity: work_order
title: mes_no
fields:
  mes_no: {type: text, required: true, unique: true}
  good: {type: decimal, digits: 3, default: 0}
  note: {type: text}
  done_on: {type: date}
checks:
  - {require: good < 1000, say: {en: Nobody makes so many, zh: 数量过大}}
access:
  planner: {read: true, create: true, update: true}
---
lifecycle: work_order
for: work_order
states: {open: {}, done: {}}
actions:
  finish: {from: open, to: done, who: system}
  look_again: {from: done, to: open, who: role:planner}
---
automation: completed
for: work_order
trigger: {message: mes.completed, fields: {event_id: text, order: text, good: decimal, day: date}, key: event_id}
match: {mes_no: =message.order}
do:
  - {set: {good: =good + message.good, done_on: =message.day}}
  - {when: message.good >= 10, call: finish}
---
automation: seen
for: work_order
trigger: {message: mes.completed, fields: {event_id: text, order: text, good: decimal, day: date}, key: event_id}
match: {mes_no: =message.order}
missing: blank
do: {set: {note: =message.event_id}}
---
automation: announced
for: work_order
trigger: {message: mes.announced, fields: {id: integer, order: {type: text, required: true}}, key: id}
match: {mes_no: =message.order}
missing: create
do: {set: {note: announced}}
"""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def plant(database_url: str) -> Iterator[World]:
    with opened(PLANT, database_url) as world:
        for name, role in (("paula", "planner"), ("wanda", "watcher"), ("anna", "admin")):
            world.person(name, roles=[role])
        yield world


def order(plant: World, number: str = "M1", **values: object) -> int:
    return int(str(plant.save("paula", "work_order", mes_no=number, **values)["id"]))


def send(plant: World, key: str, order: str = "M1", good: object = "12.5", **more: object) -> Received:
    said = {"event_id": key, "order": order, "good": good, **more}
    return plant.app.run(SYSTEM, lambda uow: receive(uow, "mes.completed", said))


def row(plant: World, number: int) -> Mapping[str, object]:
    with plant.look("system") as view:
        return fetch(view, "work_order", number)


def messages(plant: World, automation: str = "completed") -> list[Mapping[str, object]]:
    with plant.look("system") as view:
        found = [fetch(view, INBOUND, record.id) for record in reversed(find(view, Query(INBOUND)).records)]
    return [each for each in found if each["automation"] == automation]


def test_a_message_has_its_effect_once(plant: World) -> None:
    number = order(plant)
    first = send(plant, "e1", day="2026-03-02")
    assert (first.again, send(plant, "e1", good="99").again) == (False, True), "sent again it is known"
    plant.app.jobs.run_due()
    after = row(plant, number)
    assert (str(after["good"]), after["state"], str(after["done_on"]), after["note"]) == ("12.500", "done", "2026-03-02", "e1")
    assert send(plant, "e1").at == first.at
    plant.app.jobs.run_due()
    assert str(row(plant, number)["good"]) == "12.500"
    assert [(each["state"], each["outcome"]) for each in messages(plant)] == [("done", f"work_order/{number}")]


def test_it_waits_for_its_record(plant: World) -> None:
    send(plant, "early", "M7")
    plant.app.jobs.run_due()
    assert [each["state"] for each in messages(plant)] == ["waiting"]
    number = order(plant, "M7")
    plant.app.jobs.run_due()
    assert str(row(plant, number)["good"]) == "12.500", "the making of the record gave it its turn"
    renamed = order(plant, "M8")
    send(plant, "later", "M9")
    plant.app.jobs.run_due()
    plant.save("paula", "work_order", renamed, mes_no="M9")
    plant.app.jobs.run_due()
    assert row(plant, renamed)["state"] == "done"


def test_what_waits_too_long_is_told_and_still_waits(plant: World) -> None:
    send(plant, "lost", "M5")
    plant.app.jobs.run_due(plant.clock.now() + 16 * MINUTE)
    (stuck,) = messages(plant)
    assert (stuck["state"], stuck["outcome"]) == ("stuck", "There is no Work order for M5.")
    assert plant.find("wanda", INBOUND) == [stuck["id"]], "who looks after the connector sees it"
    assert plant.find("paula", INBOUND) == []
    number = order(plant, "M5")
    plant.app.jobs.run_due()
    assert (row(plant, number)["state"], messages(plant)[0]["state"]) == ("done", "done")


def test_a_rule_says_no_and_somebody_helps(plant: World) -> None:
    number = order(plant, good=995)
    send(plant, "much")
    plant.app.jobs.run_due()
    (stuck,) = messages(plant)
    assert (stuck["state"], stuck["outcome"], str(row(plant, number)["good"])) == ("stuck", "Nobody makes so many", "995.000")
    with pytest.raises(Invisible):
        plant.app.run(plant.actor("paula"), lambda uow: fire(uow, INBOUND, int(str(stuck["id"])), "retry"))
    plant.save("paula", "work_order", number, good=1)
    plant.app.run(plant.actor("wanda"), lambda uow: fire(uow, INBOUND, int(str(stuck["id"])), "retry"))
    plant.app.jobs.run_due()
    assert str(row(plant, number)["good"]) == "13.500"
    send(plant, "again", good=999)
    plant.app.jobs.run_due()
    left = int(str(messages(plant)[1]["id"]))
    with pytest.raises(Invalid):
        plant.app.run(plant.actor("wanda"), lambda uow: fire(uow, INBOUND, left, "skip"))
    plant.app.run(plant.actor("wanda"), lambda uow: fire(uow, INBOUND, left, "skip", Said(comment="counted twice")))
    assert [each["state"] for each in messages(plant)] == ["done", "skipped"]


def test_nobody_but_the_engine_writes_messages(plant: World) -> None:
    said = {"name": "mes.completed", "key": "x", "automation": "completed", "content": "{}"}
    with pytest.raises(Forbidden):
        plant.save("anna", INBOUND, **said)
    send(plant, "e1")
    (number,) = [each["id"] for each in messages(plant)]
    with pytest.raises(Forbidden):
        plant.save("anna", INBOUND, int(str(number)), key="y")
    with pytest.raises(Forbidden):
        plant.delete("anna", INBOUND, int(str(number)))


@pytest.mark.parametrize("wrong", [{"good": "many"}, {"good": True}, {"order": 5}, {"event_id": None}, {"surplus": 1}, {"day": "today"}])
def test_what_does_not_fit_is_refused(plant: World, wrong: dict[str, object]) -> None:
    (name,) = wrong
    said = {"event_id": "e", "order": "M1", "good": 1, **wrong}
    with pytest.raises(Invalid) as refused:
        plant.app.run(SYSTEM, lambda uow: receive(uow, "mes.completed", said))
    assert [problem.path for problem in refused.value.problems] == [name]
    assert messages(plant) == []


def test_a_record_is_made_where_that_is_said(plant: World) -> None:
    plant.app.run(SYSTEM, lambda uow: receive(uow, "mes.announced", {"id": 7, "order": "M3"}))
    plant.app.jobs.run_due()
    (number,) = plant.find("paula", "work_order")
    assert (row(plant, number)["mes_no"], row(plant, number)["note"]) == ("M3", "announced")
    with pytest.raises(Invisible):
        plant.app.run(SYSTEM, lambda uow: receive(uow, "mes.unheard", {"id": 7}))


def test_a_message_and_its_record_at_once(plant: World) -> None:
    """Whichever comes first, the message has its effect once: it finds the record, or the record finds it."""
    for turn in range(4):
        begin = Barrier(3)

        def told(turn: int = turn, begin: Barrier = begin) -> None:
            begin.wait()
            send(plant, f"t{turn}", f"R{turn}")
            plant.app.jobs.run_due()

        def made(turn: int = turn, begin: Barrier = begin) -> None:
            begin.wait()
            order(plant, f"R{turn}")

        threads = [Thread(target=each) for each in (told, told, made)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        plant.app.jobs.run_due(plant.clock.now() + MINUTE)
    found = [row(plant, number) for number in plant.find("paula", "work_order")]
    assert [str(each["good"]) for each in found] == ["12.500"] * 4
    assert [each["state"] for each in messages(plant)] == ["done"] * 4


@pytest.mark.parametrize("dies", ["kept", "acting"])
def test_whoever_dies_the_message_has_its_effect_once(plant: World, database_url: str, dies: str) -> None:
    """Killed once it is kept, or in the middle of its effect: the job is there, and another worker does it."""
    number = order(plant)
    command = [sys.executable, "-m", "tests.workflow.telling", database_url, dies]
    assert subprocess.run(command, check=False, timeout=300).returncode == -signal.SIGKILL
    assert (str(row(plant, number)["good"]), messages(plant)[0]["state"]) == ("0.000", "waiting")
    plant.app.jobs.run_due(plant.clock.now() + 5 * MINUTE)
    assert (str(row(plant, number)["good"]), messages(plant)[0]["state"]) == ("12.500", "done")
    assert send(plant, "e1").again


def test_signatures() -> None:
    """The well-known example of an HMAC with SHA-256."""
    right = "sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    assert is_signed("key", b"The quick brown fox jumps over the lazy dog", right)
    assert not is_signed("key", b"The quick brown fox", right)
    assert not is_signed("", b"", "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
