"""The playground: for analysts, on records that they may see, with mistakes at their place."""

from __future__ import annotations

from collections.abc import Callable

from engine.access import AUTH
from engine.web import set_password
from tests.applications import World
from tests.web.small import HASH
from tests.web.without_script import Person

At = Callable[..., Person]


def ana(world: World, at_browser: At, *more: str) -> Person:
    """An analyst who is a buyer too."""
    number = world.person("ana", roles=["analyst", *more], email="ana@example.com")
    world.app.run(AUTH, lambda uow: set_password(uow, number, HASH))
    world.save("bea", "order", subject="Bolts", discount="5%", lines=[{"product": 1, "qty": "3", "price": "2.50"}])
    return at_browser("ana")


def test_a_formula_is_calculated_and_taken_apart(at_browser: At, world: World) -> None:
    person = ana(world, at_browser, "buyer")
    page = person.open("/")
    assert "/playground" in page.links
    person.open("/playground?entity=order")
    page = person.send("/playground", text='SUM(lines.amount) * (1 - discount) & " " & subject')
    assert "7.125 Bolts" in page.words
    assert "1 - discount" in page.words
    assert "0.95" in page.words


def test_mistakes_stand_at_their_place(at_browser: At, world: World) -> None:
    person = ana(world, at_browser, "buyer")
    page = person.open("/playground", query_string={"entity": "order", "text": "totl + LEN(1)"})
    assert "FX201" in page.words
    assert "totl + LEN(1)\n^^^^" in page.text
    assert "FX302" in page.words
    page = person.open("/playground", query_string={"entity": "order", "text": "1e"})
    assert person.status == 200


def test_it_shows_only_what_the_person_may_see(at_browser: At, world: World) -> None:
    person = ana(world, at_browser, "buyer")
    number = world.find("bea", "order")[0]
    world.save("leo", "order", number, secret="hush")
    page = person.open("/playground", query_string={"entity": "order", "text": 'secret & "!"'})
    assert "hush" not in page.text
    assert "not visible to you" in page.words
    assert "<code>secret</code></td>" not in page.text
    person.open("/playground?entity=credential")
    assert person.status == 404
    person.open("/playground?entity=nothing&text=1")
    assert person.status == 404


def test_records_are_those_of_the_person(at_browser: At, world: World) -> None:
    page = ana(world, at_browser).open("/playground?entity=order&record=1&text=total")
    assert "Bolts" not in page.text


def test_it_is_closed_to_others(at_browser: At) -> None:
    bea = at_browser("bea")
    assert "/playground" not in bea.open("/").links
    bea.open("/playground")
    assert bea.status == 403
