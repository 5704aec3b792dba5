"""The page on which an administrator hands over the work of somebody who leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.workflow import Said, fire
from tests.applications import World
from tests.copies import Copies
from tests.web.small import YAML, people_and_products
from tests.web.without_script import Person


def an_order(world: World) -> None:
    """Bea has sent an order, which waits for Leo; Lena is a lead too but came later; Ada is an administrator."""
    people_and_products(world)
    world.save("bea", "order", subject="Bolts", lines=[{"product": 1, "qty": 2}])
    world.app.run(world.actor("bea"), lambda uow: fire(uow, "order", 1, "send", Said()))
    world.person("lena", roles=["lead"])
    world.person("ada", roles=["admin"])


@pytest.fixture(scope="module")
def waiting() -> Iterator[Copies]:
    with Copies(YAML, an_order) as copies:
        yield copies


@pytest.fixture
def world(waiting: Copies, tmp_path: Path) -> Iterator[World]:
    with waiting.open(tmp_path) as world:
        yield world


def test_open_tasks_go_to_somebody_else(world: World, at_browser: Callable[..., Person]) -> None:
    ada, leo = at_browser("ada"), world.people["leo"]
    ada.open(f"/records/user/{leo}")
    assert f"/handover/{leo}" in ada.page.links
    ada.open(f"/handover/{leo}")
    ada.send(f"/handover/{leo}", to=str(world.people["bea"]), _comment="")
    assert (ada.status, "Please say why." in ada.page.words) == (422, True)
    ada.open(f"/handover/{leo}")
    ada.send(f"/handover/{leo}", to=str(world.people["bea"]), _comment="Leo leaves")
    assert "1 task stays where it is." in ada.page.words  # who submitted has no part in the review
    ada.open(f"/handover/{leo}")
    ada.send(f"/handover/{leo}", to=str(world.people["lena"]), _comment="Leo leaves")
    assert "Everything is handed over." in ada.page.words
    assert "Nothing to hand over" in ada.open(f"/handover/{leo}").words
    assert "Bolts" in at_browser("lena").open("/inbox").words


def test_only_administrators_may(at_browser: Callable[..., Person], world: World) -> None:
    bea = at_browser("bea")
    bea.open(f"/handover/{world.people['leo']}")
    assert bea.status == 403
