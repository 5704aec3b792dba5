"""Sharing one record on its page, without script."""

from __future__ import annotations

from collections.abc import Callable

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


def test_a_lead_shares_an_order_with_a_guest_and_takes_it_back(at_browser: At, world: World) -> None:
    world.save("bea", "order", subject="Bolts")
    gus, leo = at_browser("gus"), at_browser("leo", "zh")
    gus.open("/records/order/1")
    assert gus.status == 404
    assert "/records/order/1/share" in leo.open("/records/order/1").links
    leo.open("/records/order/1/share")
    page = leo.send("/share", who=f"person-{world.people['gus']}", may="change", until="2026-04-01")
    assert "Gus" in page.words
    assert "至 2026年4月1日" in page.words
    assert "Bolts" in gus.open("/records/order/1").words
    assert world.save("gus", "order", 1, subject="Nuts")["subject"] == "Nuts"
    shown = leo.open("/records/order/1").words
    assert "共享了此记录" in shown
    assert "共享给" in shown
    leo.open("/records/order/1/share")
    leo.send("/unshare")
    gus.open("/records/order/1")
    assert gus.status == 404


def test_what_does_not_fit_is_said_where_it_was_typed(at_browser: At, world: World) -> None:
    world.save("bea", "order", subject="Bolts")
    leo = at_browser("leo")
    leo.open("/records/order/1/share")
    for typed, words in (
        ({"who": ""}, "choose a person or a role"),
        ({"who": "role-guest", "until": "2020-01-01"}, "still to come"),
        ({"who": "role-guest", "until": "soon"}, "no such day"),
        ({"who": "person-99"}, "choose a record"),
    ):
        page = leo.send("/share", **typed)
        assert (leo.status, words in page.words) == (422, True), typed


def test_only_who_may_share_finds_the_page(at_browser: At, world: World) -> None:
    world.save("bea", "order", subject="Bolts")
    bea = at_browser("bea")
    assert "/records/order/1/share" not in bea.open("/records/order/1").links
    bea.open("/records/order/1/share")
    assert bea.status == 403
