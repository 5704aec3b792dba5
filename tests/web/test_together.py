"""Several tasks at once: ticked in the inbox and approved, each alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.workflow import Answer, Said, decide, fire, inbox
from tests.applications import World
from tests.copies import Copies, Place
from tests.web.small import YAML, people_and_products
from tests.web.without_script import Person

ORDERS = 3


def three_orders(world: World) -> None:
    """Bea has sent three orders, and all of them wait for Leo."""
    people_and_products(world)
    for number in range(1, ORDERS + 1):
        world.save("bea", "order", subject=f"Bolts {number}", lines=[{"product": 1, "qty": 2}])
        world.app.run(world.actor("bea"), lambda uow, number=number: fire(uow, "order", number, "send", Said()))  # type: ignore[misc]


@pytest.fixture(scope="module")
def waiting() -> Iterator[Copies]:
    with Copies(YAML.replace("do: review, must: [secret]", "do: review, allow: [batch, return]"), three_orders) as copies:
        yield copies


@pytest.fixture
def world(waiting: Copies, place: Place) -> Iterator[World]:
    with waiting.open(place) as world:
        yield world


def test_ticked_tasks_are_approved_each_alone(world: World, at_browser: Callable[..., Person]) -> None:
    leo = at_browser("leo")
    leo.open("/inbox")
    with world.look("leo") as view:
        tasks = [waiting.task.id for waiting in inbox(view) if waiting.task]
    assert len(tasks) == ORDERS
    world.app.run(world.actor("leo"), lambda uow: decide(uow, tasks[0], Answer("approve")))
    leo.send("/inbox/approve", task=[str(number) for number in tasks])
    assert "2 tasks approved." in leo.page.words
    assert "1 task was not approved." in leo.page.words
    assert "This task is done or not yours." in leo.page.words
    assert len(world.find("leo", "order", 'state = "approved"')) == ORDERS
