"""Bringing in a file with a browser that runs no script."""

from __future__ import annotations

from collections.abc import Callable

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]
TEXT = "主题,紧急程度,Lines: Product,Lines: Quantity\nBolts,low,Blt,2\nNuts,low,Bolt #1,1\n"


def upload(person: Person, name: str, text: str | bytes) -> None:
    person.open("/records/order")
    assert "/records/order/import" in person.page.links
    person.open("/records/order/import")
    person.upload("/import", name, text if isinstance(text, bytes) else text.encode())


def test_a_file_is_uploaded_checked_mended_and_imported(at_browser: At, world: World) -> None:
    bea = at_browser("bea")
    upload(bea, "orders.csv", TEXT)
    bea.send("/imports/1", ("_do", "check"))
    assert "Checking" in bea.page.words
    world.app.jobs.run_due()
    bea.open("/imports/1")
    assert "There is no Product called Blt" in bea.page.words
    assert bea.page.forbidden == []
    assert world.find("bea", "order") == []
    bea.send("/imports/1")
    world.app.jobs.run_due()
    bea.open("/imports/1")
    bea.send("/imports/1", ("_do", "run"))
    world.app.jobs.run_due()
    words = " ".join(bea.open("/imports/1").words.split())
    assert "2 imported" in words, words[:600]
    assert len(world.find("bea", "order")) == 2


def test_others_do_not_see_it(at_browser: At, world: World) -> None:
    upload(at_browser("bea"), "orders.csv", TEXT)
    leo = at_browser("leo")
    leo.open("/imports/1")
    assert leo.status == 404


def test_who_may_only_change_records_brings_in_none(at_browser: At) -> None:
    leo = at_browser("leo")
    assert "/records/order/import" not in leo.open("/records/order").links
    for address in ("/records/order/import", "/records/order/import/template"):
        leo.open(address)
        assert leo.status == 403, address


def test_a_bad_file_is_refused_in_words(at_browser: At) -> None:
    bea = at_browser("bea", "zh")
    upload(bea, "orders.xlsx", b"PK\x03\x04 no archive")
    assert bea.status == 422
    assert "此 XLSX 文件已损坏。" in bea.page.words
