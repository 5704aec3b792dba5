"""What a step hides from who has its task: nowhere to be read, guessed at or found, on that record and as long as the task is open.

steps:
  judge: {who: role:judge, do: review, hide: [price, lines.cost]}
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.records import Query, find, load, search
from engine.workflow import Answer, decide, fire, inbox
from tests.applications import World, opened

YAML = """
    app: offers
    roles: {clerk: {}, judge: {}}
    ---
    entity: offer
    title: name
    fields:
      name: {type: text}
      price: {type: integer}
      bidder: {type: text, search: true}
      lines: {type: table, fields: {what: {type: text}, cost: {type: integer}}}
    access: {clerk: {read: true, create: true, update: true}, judge: {read: true}}
    ---
    lifecycle: offer
    for: offer
    states: {draft: {}, judged: {}, done: {final: true}}
    actions:
      submit: {from: draft, to: judged, who: role:clerk, start: judging}
      finish: {from: judged, to: done, who: system}
    ---
    workflow: judging
    for: offer
    starters: role:clerk
    admin: role:clerk
    steps:
      judge: {who: role:judge, do: review, agree: any, hide: [price, bidder, lines.cost]}
      price: {who: role:judge, do: review, agree: any}
    ends: {good: {call: finish}, rejected: {call: finish}}
"""


@pytest.fixture
def offers(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        world.person("cleo", roles=["clerk"])
        world.person("jack", roles=["judge"])
        for name, price in (("open", 5), ("blind", 7)):
            world.save("cleo", "offer", name=name, price=price, bidder="Hive", lines=[{"what": "honey", "cost": price}])
        world.app.run(world.actor("cleo"), lambda uow: fire(uow, "offer", 2, "submit"))
        yield world


def seen(offers: World, who: str, number: int) -> tuple[object, object, object]:
    with offers.look(who) as view:
        values = load(view, "offer", number).values
    lines = values["lines"]
    assert isinstance(lines, list)
    return values.get("price"), values.get("bidder"), [row.get("cost") for row in lines]


def test_it_is_hidden_from_its_person_on_its_record_as_long_as_the_task_is_open(offers: World) -> None:
    assert seen(offers, "jack", 2) == (None, None, [None])
    assert seen(offers, "jack", 1) == (5, "Hive", [5])
    assert seen(offers, "cleo", 2) == (7, "Hive", [7])
    with offers.look("jack") as view:
        assert [record.values.get("price") for record in find(view, Query("offer")).records] == [None, 5]
        task = inbox(view)[0].task
    assert task is not None
    offers.app.run(offers.actor("jack"), lambda uow: decide(uow, task.id, Answer("approve")))
    assert seen(offers, "jack", 2) == (7, "Hive", [7])


def test_nobody_guesses_it_by_asking(offers: World) -> None:
    def names(where: str, who: str = "jack") -> list[object]:
        with offers.look(who) as view:
            return [record.values["name"] for record in find(view, Query("offer", typed=(where,))).records]

    assert names("price > 0", "cleo") == ["blind", "open"]
    assert names("price > 0") == names("NOT (price = null)") == ["open"]
    assert names('bidder = "Hive"') == ["open"]
    with offers.look("jack") as view:
        assert not search(view, "Hive")
        assert find(view, Query("offer", search="Hive")).records == []
