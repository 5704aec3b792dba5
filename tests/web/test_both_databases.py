"""The same pages on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.copies import Copies, Place
from tests.web.small import PASSWORD, pages_of
from tests.web.without_script import Person


def test_an_order_from_the_first_form_to_the_approval(shops: Copies, place: Place) -> None:
    with shops.open(place) as world:
        flask = pages_of(world.app)
        bea, leo = Person(flask), Person(flask, "zh")
        bea.sign_in("bea", PASSWORD)
        bea.open("/records/order/new")
        bea.send("/new", ("_add", "lines"))
        bea.send("/new", ("_then", "send"), subject="Bolts", discount="5", lines__1__product="1", lines__1__qty="3")
        assert "Waiting" in bea.page.words
        assert "7.50" in bea.page.words
        bea.open("/records/order?c=discount:from:5&c=state:is:waiting&q=bolt&sort=-total")
        assert "1 record" in bea.page.words
        leo.sign_in("leo", PASSWORD)
        leo.open("/inbox")
        leo.send("/inbox/", ("_decision", "approve"), secret="42")
        assert "没有待办事项" in leo.page.words
        assert world.find("leo", "order", 'state = "approved" AND total = 7.5') == [1]
