"""Records that hold for a time: one of each key on a day, whoever saves at the same moment."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import pytest

from engine import storage
from engine.errors import Invalid
from tests.applications import World, opened
from tests.racing import loser

PRICES = """
app: shop
label: Shop
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}}
---
entity: price
dated: [product, kind]
fields:
  product: {type: text, required: true}
  kind: {type: choice, of: [list, net], default: list}
  amount: {type: decimal}
access: {clerk: {read: true, create: true, update: true, delete: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(PRICES, database_url) as world:
        world.person("cle", roles=["clerk"])
        yield world


def price(world: World, begins: str, ends: str | None = None, number: int | None = None, product: str = "bolt") -> int:
    return int(str(world.save("cle", "price", number, product=product, valid_from=begins, valid_to=ends, amount="1")["id"]))


def on(world: World, day: str, product: str = "bolt") -> int | None:
    with world.look("system") as view:
        key = {"product": product, "kind": "list"}
        found = storage.find_on(view.connection, view.tables, "price", key, date.fromisoformat(day))
        return None if found is None else int(found["id"])


def test_an_open_one_ends_the_day_before_the_next_begins(world: World) -> None:
    price(world, "2026-01-01")
    price(world, "2026-03-01")
    price(world, "2026-02-01", product="nut")
    assert [on(world, day) for day in ("2025-12-31", "2026-01-01", "2026-02-28", "2026-03-01", "2030-01-01")] == [None, 1, 1, 2, 2]


def test_after_an_end_there_may_be_nothing(world: World) -> None:
    price(world, "2026-01-01", "2026-01-31")
    price(world, "2026-03-01")
    assert [on(world, day) for day in ("2026-01-31", "2026-02-01", "2026-03-01")] == [1, None, 2]


@pytest.mark.parametrize(
    ("begins", "ends", "path"),
    [
        ("2026-02-10", None, "valid_from"),
        ("2026-02-28", "2026-03-31", "valid_from"),
        ("2026-01-01", "2026-02-01", "valid_to"),
        ("2026-01-01", "2026-12-31", "valid_to"),
        ("2026-02-01", None, "valid_from"),
        ("2026-03-10", "2026-03-09", "valid_to"),
    ],
)
def test_days_that_overlap_are_refused(world: World, begins: str, ends: str | None, path: str) -> None:
    price(world, "2026-02-01", "2026-02-28")
    with pytest.raises(Invalid) as raised:
        price(world, begins, ends)
    assert path in [problem.path for problem in raised.value.problems]
    assert on(world, "2026-02-10") == 1


def test_its_own_days_may_be_changed_but_not_over_others(world: World) -> None:
    price(world, "2026-02-01", "2026-02-28")
    price(world, "2026-04-01")
    price(world, "2026-02-01", "2026-03-31", number=1)
    with pytest.raises(Invalid, match="begins on 2026-04-01"):
        price(world, "2026-02-01", "2026-04-01", number=1)


def test_a_day_never_has_two_whoever_saves_at_once(world: World, effort: Callable[[int, int], int]) -> None:
    """Two periods that cross, for a new product each time: one is saved, the other is told."""
    for turn in range(effort(10, 300)):
        name = f"p{turn}"
        told = loser(partial(price, world, "2026-01-01", "2026-03-31", product=name), partial(price, world, "2026-02-01", product=name))
        assert isinstance(told, Invalid)
        assert {problem.path for problem in told.problems} <= {"valid_from", "valid_to"}
        assert len(world.find("cle", "price", f'product = "{name}"')) == 1
