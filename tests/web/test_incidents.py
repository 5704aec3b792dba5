"""Work that is stuck, on both databases: who sees it, and how it is helped on without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from engine.access import AUTH
from engine.web import set_password
from engine.workflow import Said, fire
from tests.applications import World
from tests.copies import Copies, Place
from tests.web.small import HASH, PASSWORD, YAML
from tests.web.without_script import Person

NOBODY = YAML.replace("who: role:lead, do: review, must: [secret]", "who: role:judge, do: review").replace(
    "  guest:", "  judge: {label: {en: Judge, zh: 评审}}\n      guest:"
)
"""The shop, in which nobody is there to decide."""


def a_stuck_order(world: World) -> None:
    """Bea has sent an order; Leo is the admin of the approval, Gus sees nothing, Ada is an administrator."""
    for name, role in (("bea", "buyer"), ("leo", "lead"), ("gus", "guest"), ("ada", "admin")):
        number = world.person(name, roles=[role])
        world.app.run(AUTH, lambda uow, number=number: set_password(uow, number, HASH))  # type: ignore[misc]
    product = world.save("bea", "product", name="Bolt", price="2.50")["id"]
    world.save("bea", "order", subject="Bolts", lines=[{"product": product, "qty": 2}])
    world.app.run(world.actor("bea"), lambda uow: fire(uow, "order", 1, "send", Said()))


@pytest.fixture(scope="module")
def stuck_orders() -> Iterator[Copies]:
    with Copies(NOBODY, a_stuck_order) as copies:
        yield copies


@pytest.fixture
def world(stuck_orders: Copies, place: Place) -> Iterator[World]:
    with stuck_orders.open(place) as world:
        yield world


def enter(flask: Flask, name: str, address: str, language: str = "en") -> Person:
    """Somebody signed in who opens a page."""
    person = Person(flask, language)
    person.sign_in(name, PASSWORD)
    person.open(address)
    return person


def test_the_admin_finds_it_in_the_inbox_and_on_the_record(world: World, flask: Flask) -> None:
    leo = enter(flask, "leo", "/inbox", "zh")
    assert "受阻" in leo.page.words
    assert "/records/order/1#incidents-1" in leo.page.links
    leo.open("/records/order/1")
    assert "“决定”受阻" in leo.page.words
    assert leo.form("/incidents/1").buttons == [("_resolution", "retry"), ("_resolution", "skip"), ("_resolution", "cancel")]
    assert "/records/order/1#incidents-1" in leo.open("/").links
    assert "/records/order/1#incidents-1" in enter(flask, "ada", "/inbox").page.links


def test_others_see_who_is_asked_but_no_button(world: World, flask: Flask) -> None:
    bea = enter(flask, "bea", "/records/order/1")
    assert "Leo asked to help" in bea.page.words
    assert not [form for form in bea.page.forms if "/incidents/" in form.action]
    bea.open("/inbox")
    assert "Stuck" not in bea.page.words


def test_it_is_tried_again_when_somebody_is_there(world: World, flask: Flask) -> None:
    leo = enter(flask, "leo", "/records/order/1")
    world.person("jill", roles=["judge"])
    leo.send("/incidents/1", ("_resolution", "retry"))
    assert "It is tried again." in leo.page.words
    assert "Stuck" not in leo.page.words
    assert "Jill" in leo.open("/records/order/1").words


def test_trying_in_vain_leaves_a_new_one(world: World, flask: Flask) -> None:
    leo = enter(flask, "leo", "/records/order/1")
    leo.send("/incidents/1", ("_resolution", "retry"))
    assert "/records/order/1#incidents-2" in leo.page.links


@pytest.mark.parametrize(("resolution", "said", "state"), [("skip", "skipped", "approved"), ("cancel", "cancelled", "waiting")])
def test_the_other_ways_need_a_reason(world: World, flask: Flask, resolution: str, said: str, state: str) -> None:
    leo = enter(flask, "leo", "/records/order/1")
    leo.send("/incidents/1", ("_resolution", resolution))
    assert "Please say why." in leo.page.words
    assert leo.address == "/records/order/1"
    leo.send("/incidents/1", ("_resolution", resolution), _comment="no judge left")
    assert said in leo.page.words
    assert world.find("leo", "order", f'state = "{state}"') == [1]
    assert "no judge left" in leo.open("/records/order/1").words


def test_what_is_resolved_already_is_said(world: World, flask: Flask) -> None:
    leo, ada = enter(flask, "leo", "/records/order/1"), enter(flask, "ada", "/records/order/1")
    ada.send("/incidents/1", ("_resolution", "skip"), _comment="goes without")
    leo.send("/incidents/1", ("_resolution", "cancel"), _comment="too late")
    assert "This incident is resolved already." in leo.page.words
    assert world.find("leo", "order", 'state = "approved"') == [1]


@pytest.mark.parametrize(
    ("name", "address", "status"), [("bea", "/incidents/1", 403), ("gus", "/incidents/1", 404), ("leo", "/incidents/9", 404)]
)
def test_nobody_else_resolves_it(world: World, flask: Flask, name: str, address: str, status: int) -> None:
    person = enter(flask, name, "/account")
    token = next(value for form in person.page.forms for field, value in form.fields if field == "csrf_token")
    sent = {"_resolution": "skip", "_comment": "me"}
    assert person.client.post(address, data=sent).status_code == 400, "without the token of a form"
    assert person.client.post(address, data={"csrf_token": token, **sent}).status_code == status
    assert person.client.post(address, data={"csrf_token": token, "_resolution": "x"}).status_code == 400
    assert world.find("leo", "order", 'state = "waiting"') == [1]
