"""Ticked rows of a list: one thing done with each of them, and the result of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


@pytest.fixture
def bea(at_browser: At, world: World) -> Person:
    for subject in ("Bolts", "Nuts", "Rivets"):
        world.save("bea", "order", subject=subject)
    world.save("bea", "order", 2, lines=[{"product": 1, "qty": 2}])
    return at_browser("bea")


def keys(world: World) -> list[str]:
    with world.look("bea") as view:
        rows = view.connection.exec_driver_sql('SELECT id, version FROM "order" ORDER BY id').all()
    return [f"{number}:{version}" for number, version in rows]


def buttons(person: Person) -> list[str]:
    return [value for name, value in person.form("/bulk").buttons if name == "do"]


def test_the_bar_offers_what_the_person_may_do(bea: Person, at_browser: At) -> None:
    bea.open("/records/order")
    assert buttons(bea) == ["edit", "send", "delete"]  # not rename, which asks; not approve, which is the system's
    leo = at_browser("leo")
    leo.open("/records/order")
    assert buttons(leo) == ["edit"]
    leo.open("/records/product")
    assert not [form for form in leo.page.forms if form.action.endswith("/bulk")]


def test_an_action_is_done_where_it_is_possible_and_says_why_not_elsewhere(bea: Person, world: World) -> None:
    bea.open("/records/order?sort=subject")
    bea.send("/bulk", ("do", "send"), id=keys(world))
    assert bea.status == 207
    assert "2 records were not changed." in bea.page.words
    assert bea.page.words.count("The order has no lines") == 2
    assert "1 record done." in bea.page.words
    assert "/records/order?sort=subject" in bea.page.links
    assert world.find("bea", "order", 'state = "waiting"') == [2]


def test_one_field_is_set_in_all_of_them(bea: Person, world: World) -> None:
    bea.open("/records/order?sort=subject")
    bea.send("/bulk", ("do", "edit"), id=keys(world)[:2])
    assert "Change 2 records" in bea.page.words
    assert "secret" not in bea.page.text, "it is hidden from her"
    bea.send("/bulk", None, field="urgency")
    assert bea.form("/bulk").names >= {"urgency", "id"}
    bea.send("/bulk", ("sure", "yes"), urgency="high")
    assert bea.page.words.count("Reason: ") == 2, "each is checked as if it were changed alone"
    bea.open("/records/order")
    bea.send("/bulk", ("do", "edit"), id=keys(world)[:2])
    bea.send("/bulk", ("sure", "yes"), subject="Screws")
    assert bea.address == "/records/order"
    assert "2 records done." in bea.page.words
    assert sorted(world.find("bea", "order", 'subject = "Screws"')) == [1, 2]


def test_deleting_asks_first_and_a_record_changed_in_the_meantime_stays(bea: Person, world: World) -> None:
    bea.open("/records/order")
    bea.send("/bulk", ("do", "delete"), id=keys(world))
    assert "Delete 3 records?" in bea.page.words
    assert "O-0001 Bolts" in bea.page.words
    world.save("leo", "order", 3, subject="Rivets, many")
    bea.send("/bulk", ("sure", "yes"))
    assert "Leo changed this record in the meantime." in bea.page.words
    assert world.find("bea", "order") == [3]


def test_what_cannot_be_meant_is_left_out(bea: Person, world: World) -> None:
    bea.open("/records/order")
    bea.send("/bulk", ("do", "send"))
    assert "Tick the records first." in bea.page.words
    bea.send("/bulk", ("do", "rename"), id="1:1")
    assert bea.status == 404
    bea.open("/records/order")
    bea.send("/bulk", ("do", "send"), id=["999:1", "x", "-1", "2:x"], _back="https://elsewhere.example/")
    assert "There is no such record, or you may not see it." in bea.page.words
    assert world.find("bea", "order", 'state = "waiting"') == [2]
    assert "https://elsewhere.example/" not in bea.page.text
