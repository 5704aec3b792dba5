"""A record as it was, reached from its activity, and bringing back what was chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.applications import START, World
from tests.web.without_script import Person

At = Callable[..., Person]


def test_a_field_is_brought_back_from_the_activity(at_browser: At, world: World) -> None:
    number = int(str(world.save("bea", "order", subject="Bolts", discount="0.1")["id"]))
    world.clock.move_to(START + timedelta(hours=1))
    world.save("bea", "order", number, subject="Nuts", discount="0.2")
    bea = at_browser("bea")
    bea.open(f"/records/order/{number}")
    [before] = [link for link in bea.page.links if "/past?" in link]
    bea.open(before)
    assert {"Bolts", "Nuts", "10%", "20%"} <= set(bea.page.words.split())
    bea.send("/past", field=["subject"])
    assert world.find("bea", "order", 'subject = "Bolts"', "discount = 0.2") == [number]
    bea.open(before)
    bea.send("/past")
    assert "Please choose what shall be brought back." in bea.page.words


def test_what_is_wrong_in_the_address_leads_nowhere(at_browser: At, world: World) -> None:
    number = int(str(world.save("bea", "order", subject="Bolts")["id"]))
    for at in ("", "yesterday", "1999-01-01T00:00:00Z"):
        assert at_browser("bea").client.get(f"/records/order/{number}/past?at={at}").status_code == 404
