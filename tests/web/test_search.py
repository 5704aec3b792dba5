"""Searching everything: the page, the box and the interface find what their reader may see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.applications import World
from tests.web.without_script import Person

At = Callable[..., Person]


@pytest.fixture
def number(world: World) -> int:
    row = world.save("bea", "order", subject="Bolts for 上海")
    world.save("leo", "order", int(str(row["id"])), secret="zebra")
    return int(str(row["id"]))


def test_records_and_places(at_browser: At, number: int) -> None:
    bea = at_browser("bea")
    for words in ("bolts", "O-0001", "shanghai"):
        bea.open(f"/search?q={words}")
        assert f'href="/records/order/{number}"' in bea.page.text, words
    bea.open("/search?q=order")
    assert 'href="/records/order"' in bea.page.text
    assert 'href="/records/order/new"' in bea.page.text


def test_the_box_gets_the_lines_alone(at_browser: At, number: int) -> None:
    bea = at_browser("bea")
    answer = bea.client.get("/search?q=bolts", headers={"HX-Request": "true"})
    assert f"/records/order/{number}" in answer.text
    assert "<html" not in answer.text


def test_what_may_not_be_read_is_not_found(at_browser: At, number: int) -> None:
    bea, leo, gus = at_browser("bea"), at_browser("leo"), at_browser("gus")
    bea.open("/search?q=zebra")
    assert f"/records/order/{number}" not in bea.page.text
    leo.open("/search?q=zebra")
    assert f"/records/order/{number}" in leo.page.text
    gus.open("/search?q=bolts")
    assert f"/records/order/{number}" not in gus.page.text


def test_a_lookup_finds_by_pinyin(at_browser: At, world: World) -> None:
    number = world.save("bea", "product", name="螺栓")["id"]
    answer = at_browser("bea").client.get("/records/order/lookup?path=lines.1.product&q=ls")
    assert [each["value"] for each in answer.get_json()] == [str(number)]
