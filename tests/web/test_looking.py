"""An administrator looks at the pages as somebody else: sees what they see, changes nothing, and leaves a trace."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import storage
from engine.access import AUTH
from engine.web import set_password
from tests.applications import World
from tests.web.small import HASH
from tests.web.without_script import Person

At = Callable[..., Person]


@pytest.fixture
def ada(world: World, at_browser: At) -> Person:
    number = world.person("ada", roles=["admin"], email="ada@example.com")
    world.app.run(AUTH, lambda uow: set_password(uow, number, HASH))
    world.save("bea", "order", subject="Bolts")
    world.save("leo", "order", 1, secret="hush")
    return at_browser("ada")


def look_as_bea(ada: Person, world: World) -> str:
    address = f"/records/user/{world.people['bea']}"
    ada.open(address)
    ada.send(f"/look-as/{world.people['bea']}")
    return address


def test_the_pages_are_those_of_the_person_until_one_stops(ada: Person, world: World) -> None:
    assert "hush" in ada.open("/records/order/1").words
    address = look_as_bea(ada, world)
    assert "You see what Bea sees" in ada.page.words
    page = ada.open("/records/order/1")
    assert "Bolts" in page.words
    assert "hush" not in page.words
    ada.send("/look-as/end")
    assert ada.address == address
    assert "You see what" not in ada.page.words
    assert "hush" in ada.open("/records/order/1").words


def test_nothing_can_be_changed_meanwhile(ada: Person, world: World) -> None:
    look_as_bea(ada, world)
    ada.open("/records/order/1/edit")
    ada.send("/edit", subject="Nuts")
    assert ada.status == 403
    ada.open("/records/order/1")
    ada.send("/comments", comment="It was me")
    assert ada.status == 403
    with world.look("bea") as view:
        assert storage.entries(view.connection, world.metadata.identity.number("entity:order") or 0, 1)[0].action == "update"
    assert world.find("bea", "order", 'subject = "Bolts"') == [1]


def test_it_stands_in_the_audit_of_the_person(ada: Person, world: World) -> None:
    look_as_bea(ada, world)
    ada.send("/look-as/end")
    with world.look("ada") as view:
        found = storage.entries(view.connection, world.metadata.identity.number("entity:user") or 0, world.people["bea"])
    assert [(one.actor_name, one.action) for one in found[:2]] == [("Ada", "look_as_end"), ("Ada", "look_as")]
    assert "began to look as this person" in ada.page.words


def test_only_administrators_may(at_browser: At, ada: Person, world: World) -> None:
    leo = at_browser("leo")
    page = leo.open(f"/records/user/{world.people['bea']}")
    assert not any(form.action.startswith("/look-as") for form in page.forms)
    token = dict(page.forms[0].fields)["csrf_token"]
    answer = leo.client.post(f"/look-as/{world.people['bea']}", data={"csrf_token": token})
    assert answer.status_code == 403
    look_as_bea(ada, world)
    token = dict(ada.page.forms[0].fields)["csrf_token"]
    assert ada.client.post(f"/look-as/{world.people['leo']}", data={"csrf_token": token}).status_code == 403, "not from one to the next"


def test_it_ends_with_the_account_or_the_role(ada: Person, world: World) -> None:
    look_as_bea(ada, world)
    world.save("system", "user", world.people["bea"], active=False)
    assert "You see what" not in ada.open("/").words
    ada.open(f"/records/user/{world.people['bea']}")
    ada.send(f"/look-as/{world.people['bea']}")
    assert ada.status == 409
