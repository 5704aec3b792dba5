"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}}
---
entity: supplier
title: name
fields:
  name: {type: text, required: true}
  city: {type: text}
  code: {type: text}
  size: {type: integer}
  owner: {type: link, to: supplier}
duplicates:
  - {match: [code], then: block}
  - {match: [size, city], then: warn}
  - {similar: {name: 0.85}, then: merge}
access:
  buyer: {read: true, create: true, update: true, delete: true}
  clerk: {read: 'city = "Bonn"', create: true, update: true}
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import records
from engine.errors import Invalid
from engine.records import Twin
from tests.applications import World, opened


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(str(__doc__), database_url) as found:
        for name in ("buyer", "clerk"):
            found.person(name, roles=[name])
        yield found


def warnings(world: World, who: str, number: int | None = None, /, **values: object) -> list[str]:
    def work(uow: object) -> list[str]:
        records.save(uow, "supplier", number, {"name": "x", **values})  # type: ignore[arg-type]
        return [message.render() for message in uow.warnings]  # type: ignore[attr-defined]

    return world.app.run(world.actor(who), work)


@pytest.mark.parametrize("other", ["ab-12", "AB 12", " Ab.12!", "ÁB-12"])
def test_what_is_equal_but_for_case_and_punctuation_is_blocked(world: World, other: str) -> None:
    world.save("buyer", "supplier", name="One", code="AB-12")
    with pytest.raises(Invalid) as refused:
        world.save("buyer", "supplier", name="Two", code=other)
    assert [(p.path, p.code, p.message.render()) for p in refused.value.problems] == [("code", "duplicate", "There is one already: One.")]
    world.save("buyer", "supplier", name="Two", code="AB-13")


def test_values_of_several_fields(world: World) -> None:
    world.save("buyer", "supplier", name="One", size=3, city="Köln")
    assert warnings(world, "buyer", size=3, city="koln") == ["This may be one that is there already: One."]
    assert warnings(world, "buyer", name="y", size=4, city="Köln") == []
    assert warnings(world, "buyer", name="z", size=3) == [], "blank values are like nothing"


@pytest.mark.parametrize(
    ("name", "other", "like"),
    [
        ("Northwind Bearings GmbH", "Northwind Bearing GmbH", True),
        ("Northwind Bearings GmbH", "Bearings Northwind GmbH", True),
        ("Northwind", "Nortwhind", False),
        ("苏州恒力精密铸造有限公司", "苏州恒力精密铸造公司", True),
        ("苏州恒力精密铸造有限公司", "杭州西湖紧固件有限公司", False),
        ("Acme", "Acmee", True),
        ("Acme", "Apex", False),
    ],
)
def test_names_that_are_alike(world: World, name: str, other: str, like: bool) -> None:
    for number in range(3):
        world.save("buyer", "supplier", name=f"公司 {number} 有限公司 GmbH")
    world.save("buyer", "supplier", name=name)
    assert warnings(world, "buyer", name=other) == ([f"This may be one that is there already: {name}."] if like else [])


def test_a_common_word_hides_no_candidate(world: World) -> None:
    first = int(str(world.save("buyer", "supplier", name="Zephyr Trading Company")["id"]))
    for number in range(130):
        world.save("system", "supplier", name=f"{number:04}{number * 7919:06} Trading Company")
    world.save("buyer", "supplier", name="Zephyr Trading Compan")
    with world.look("buyer") as view:
        assert [twin.id for twin in records.duplicates_of(view, "supplier", first + 131)] == [first]


def test_whoever_may_not_see_it_learns_only_that_it_is_there(world: World) -> None:
    world.save("buyer", "supplier", name="Secret One", code="7", city="Rome", size=1)
    assert warnings(world, "clerk", name="Secret One", city="Bonn") == ["There is a record like this already, which you may not see."]
    with world.look("clerk") as view:
        assert records.duplicates_of(view, "supplier", 2) == [Twin(1, None, False)]


def test_a_change_of_something_else_is_not_asked_about(world: World) -> None:
    world.save("buyer", "supplier", name="Same Name")
    number = int(str(world.save("buyer", "supplier", name="Same Name", code="1")["id"]))
    assert warnings(world, "buyer", number, name="Same Name", city="Bonn") == []
    assert warnings(world, "buyer", number, name="Same Names") == ["This may be one that is there already: Same Name."]


def test_two_who_save_the_same_at_once_do_not_both(world: World) -> None:
    def work(number: int) -> bool:
        try:
            world.save("buyer", "supplier", name=f"N{number}", code="77")
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(8))) == 1
