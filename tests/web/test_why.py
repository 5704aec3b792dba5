"""Why a value is what it is: the page, the box, and what they keep from those who may not know."""

from __future__ import annotations

from collections.abc import Callable

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


def an_order(world: World) -> None:
    lines = [{"product": 1, "qty": "3", "price": "2.50"}, {"product": 1, "qty": "1", "price": "1200"}]
    world.save("bea", "order", subject="Bolts", lines=lines)


def test_every_computed_value_of_a_record_leads_to_its_explanation(at_browser: At, world: World) -> None:
    an_order(world)
    page = at_browser("bea").open("/records/order/1")
    assert {link for link in page.links if "/why/" in link} == {
        "/records/order/1/why/total",
        "/records/order/1/why/lines.1.amount",
        "/records/order/1/why/lines.2.amount",
    }


def test_a_sum_tells_its_rows_which_lead_on(at_browser: At, world: World) -> None:
    an_order(world)
    bea = at_browser("bea")
    page = bea.open("/records/order/1/why/total")
    assert "SUM(lines.amount)" in page.words
    assert "1,207.50" in page.words
    assert "/records/order/1/why/lines.2.amount" in page.links
    page = bea.open("/records/order/1/why/lines.2.amount")
    assert "qty * price" in page.words
    assert "Quantity" in page.words


def test_the_box_is_the_same_without_the_frame(at_browser: At, world: World) -> None:
    an_order(world)
    bea = at_browser("bea", "zh")
    page = bea.open("/records/order/1/why/total", headers={"HX-Request": "true"})
    assert "<html" not in page.text
    assert "合计" in page.words
    assert "¥1,207.50" in page.words


def test_who_may_not_see_the_record_learns_nothing(at_browser: At, world: World) -> None:
    an_order(world)
    gus = at_browser("gus")
    gus.open("/records/order/1/why/total")
    assert gus.status == 404
    bea = at_browser("bea")
    for path, status in (("secret", 403), ("subject", 409), ("nothing", 404), ("lines.9.amount", 404)):
        bea.open(f"/records/order/1/why/{path}")
        assert bea.status == status, path
