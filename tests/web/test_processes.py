"""Pictures of workflows, how long their steps take, and what people were told: on pages, without script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from engine.notices import notices
from engine.records import follow, remark
from engine.workflow import Answer, decide, fire, inbox
from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


def an_order(world: World, *, approved: bool = False) -> int:
    """An order that Bea has sent, and that Leo has approved two hours later."""
    number = int(str(world.save("bea", "order", subject="Bolts", lines=[{"product": 1, "qty": 2}])["id"]))
    world.app.run(world.actor("bea"), lambda uow: fire(uow, "order", number, "send"))
    if approved:
        world.clock.move_to(world.clock.now() + timedelta(hours=2))
        with world.look("leo") as view:
            task = next(line.task.id for line in inbox(view) if line.task and line.instance.record_id == number)
        world.app.run(world.actor("leo"), lambda uow: decide(uow, task, Answer("approve", {"secret": "x"})))
    return number


def answer(person: Person, address: str) -> int:
    """The status with which a page answers."""
    person.open(address)
    return person.status


def test_the_picture_shows_the_way_and_who_is_next(at_browser: At, world: World) -> None:
    an_order(world)
    bea = at_browser("bea", "zh")
    assert "/processes/1" in bea.open("/records/order/1").links
    page = bea.open("/processes/1")
    assert "node now" in page.text
    assert "Leo" in page.words
    assert "edge taken" in page.text
    assert "node later" in page.text, "the end that is expected"
    assert answer(bea, "/processes/9") == 404
    assert answer(at_browser("gus"), "/processes/1") == 404, "who may not read the record sees nothing of it"


def test_analysts_see_how_long_steps_take(at_browser: At, world: World) -> None:
    an_order(world, approved=True)
    an_order(world)
    world.person("ada", roles=["admin"])
    ada = at_browser("ada")
    name = next(link for link in ada.open("/workflows").links if link.startswith("/workflows/"))
    words = ada.open(name).words
    assert "2 hours" in words
    assert "Running now" in words
    assert next(link for link in ada.page.links if link.startswith("/processes/")) == "/processes/2", "the other one is through"
    assert "node " in ada.page.text
    assert answer(ada, "/workflows/nothing") == 404
    bea = at_browser("bea")
    assert "/workflows" not in bea.open("/").links
    assert (answer(bea, "/workflows"), answer(bea, name)) == (404, 404)


def test_notices_are_counted_read_and_lead_to_the_record(at_browser: At, world: World) -> None:
    number = an_order(world)
    world.app.run(world.actor("leo"), lambda uow: follow(uow, "order", number, on=True))
    for words in ("first", "second", "third"):
        world.app.run(world.actor("bea"), lambda uow, words=words: remark(uow, "order", number, words))  # type: ignore[misc]
    leo = at_browser("leo", "zh")
    assert "通知3" in leo.open("/notices").words.replace(" ", "")
    wishes = next(link for link in leo.page.links if link.endswith("/edit"))
    assert "群聊提醒" in leo.open(wishes).words, "everybody says how they want to be told"
    with world.look("leo") as view:
        newest = notices(view).notices[0]
    leo.open(f"/notices/{newest.id}")
    assert leo.address == f"/records/order/{number}"
    assert leo.open("/notices").text.count('class="unread"') == 2
    leo.send("/notices")
    assert 'class="unread"' not in leo.page.text
    assert answer(leo, "/notices/999") == 404
    assert answer(at_browser("bea"), f"/notices/{newest.id}") == 404
    assert "暂无内容" in leo.open("/copies").words
