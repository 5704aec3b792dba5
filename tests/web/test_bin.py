"""The recycle bin: deleting, getting back, and what is only for administrators."""

from __future__ import annotations

from collections.abc import Callable

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


def test_what_was_deleted_is_restored_from_the_bin(at_browser: At, world: World) -> None:
    number = world.save("bea", "order", subject="Bolts")["id"]
    bea = at_browser("bea")
    bea.open(f"/records/order/{number}/delete")
    bea.send(f"/records/order/{number}/delete")
    bea.open("/bin")
    assert "Bolts" in bea.page.words
    bea.send("/restore")
    assert bea.status == 200
    assert world.find("bea", "order") == [number]
    bea.open("/bin")
    assert "Bolts" not in bea.page.words
    assert "restored the record" in bea.open(f"/records/order/{number}").words


def test_nobody_else_sees_it_and_only_administrators_purge(at_browser: At, world: World) -> None:
    number = world.save("bea", "order", subject="Bolts")["id"]
    world.delete("bea", "order", int(str(number)))
    leo, bea = at_browser("leo"), at_browser("bea")
    leo.open("/bin")
    assert "Bolts" not in leo.page.words
    bea.open("/bin")
    assert "Bolts" in bea.page.words
    assert "/purge" not in bea.page.text
