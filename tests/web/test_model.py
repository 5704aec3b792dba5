"""The model browser: every entity as it is defined, for analysts."""

from __future__ import annotations

from collections.abc import Callable

from tests.applications import World
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

At = Callable[..., Person]


def test_an_analyst_browses_the_model_and_nobody_else_does(world: World, at_browser: At) -> None:
    world.person("ada", roles=["analyst"])
    ada = Person(pages_of(world.app))
    come_in(ada, world.people["ada"])
    ada.open("/model")
    assert {"/model/order", "/model/product", "/model/user"} <= set(ada.page.links)
    ada.open("/model/order")
    words = " ".join(ada.page.words.split())
    for said in ("ROUND(qty * price, 2)", "lines.amount", "required", "Send for approval", "refused"):
        assert said in words or said in ada.page.text, said
    assert "/model/product" in ada.page.links, "what it leads to"
    assert "/workflows/approval" in ada.page.links
    assert "form order" in words, "where a field is used"
    assert "entity: order" in words, "the YAML behind it"
    assert "list: order" in words
    assert "entity: product" not in words
    assert "secret" in words, "what the buyer does not see"
    ada.open("/model/product")
    assert "order.lines.product" in ada.page.words, "what leads to it"
    ada.open("/model/nothing")
    assert ada.status == 404
    bea = at_browser("bea")
    bea.open("/model")
    assert bea.status == 404
    assert "/model" not in bea.open("/").links
