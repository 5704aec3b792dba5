"""Two records become one on their page, and two again."""

from __future__ import annotations

from collections.abc import Callable

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


def test_two_orders_become_one_and_two_again(at_browser: At, world: World) -> None:
    for subject in ("Bolts", "Bolts M8"):
        world.save("bea", "order", subject=subject, lines=[{"product": 1, "qty": 1, "price": "2"}])
    world.save("bea", "order", subject="Later", replaces=2)
    bea = at_browser("bea")
    bea.open("/records/order/1")
    bea.open(next(link for link in bea.page.links if link.endswith("/order/1/merge")))
    bea.send("/merge", q="bolts")
    bea.open(next(link for link in bea.page.links if "with=2" in link))
    assert "Orders (1)" in bea.page.words
    bea.send("/merge", field=["subject", "lines"])
    assert "The records were merged." in bea.page.words
    assert "Bolts M8" in bea.page.words
    assert "4.00" in bea.page.words
    assert "merged another record into it" in bea.page.words
    bea.open("/records/order/2")
    assert bea.status == 404
    bea.open("/records/order/1/merge")
    bea.send("/unmerge")
    assert "The merge was undone." in bea.page.words
    assert world.find("bea", "order", 'subject = "Bolts M8"') == [2]


def test_who_may_not_delete_may_not_merge(at_browser: At, world: World) -> None:
    for subject in ("Bolts", "Bolts M8"):
        world.save("bea", "order", subject=subject)
    leo = at_browser("leo")
    leo.open("/records/order/1")
    assert not any(link.endswith("/merge") for link in leo.page.links)
    leo.open("/records/order/1/merge?with=2")
    assert "You may not delete this record." in leo.page.words
    for wrong in ("with=77", "with=x", "with=1", "with=" + "9" * 30):
        leo.open(f"/records/order/1/merge?{wrong}")
        assert leo.status in (200, 404)
    gus = at_browser("gus")
    gus.open("/records/order/1/merge?with=2")
    assert gus.status == 404
