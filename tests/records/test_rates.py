"""Amounts of other currencies, converted by the rate of their day; what is missing, corrected, and how it came about."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from engine import records
from engine.errors import Forbidden, Invalid
from engine.loading import check_sources
from engine.metadata import SortKey
from tests.applications import World, opened, sources

ORDERS = """
app: shop
label: Shop
currency: CNY
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}}
---
entity: buyer
title: name
fields:
  name: {type: text}
  spent: {type: money, currency: CNY, formula: 'SUM(orders, CONVERT(total, "CNY", day))'}
access: {clerk: {read: true, create: true}}
---
entity: order
title: '"Order " & id'
fields:
  currency: {type: choice, of: currency, default: USD, required: true}
  day: {type: date, required: true}
  buyer: {type: link, to: buyer, inverse: orders}
  total: {type: money, required: true}
  at_home: {type: money, currency: CNY, formula: 'CONVERT(total, "CNY", day)'}
  in_euro: {type: money, currency: EUR, formula: 'CONVERT(total, "EUR", day)'}
  rate: {type: link, to: rate, match: {currency: =currency}, as_of: =day, missing: blank, fill: {exchange: =rate.rate}}
  exchange: {type: decimal, digits: 8}
  frozen: {type: money, currency: CNY, formula: 'CONVERT(total, "CNY", exchange)'}
checks:
  - {require: at_home < 5000, say: Too much at home}
access: {clerk: {read: true, create: true, update: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(ORDERS, database_url) as world:
        world.person("cle", roles=["clerk"])
        world.person("ada", roles=["admin"])
        world.save("ada", "rate", currency="USD", rate="7.1", valid_from="2026-01-01")
        world.save("ada", "rate", currency="USD", rate="7.3", valid_from="2026-03-01")
        world.save("ada", "rate", currency="EUR", rate="8", valid_from="2026-01-01", valid_to="2026-02-28")
        yield world


def amounts(world: World, number: int) -> tuple[object, ...]:
    with world.look("cle") as view:
        found = records.load(view, "order", number).values
        return tuple(found[name] for name in ("at_home", "in_euro", "frozen"))


def test_the_rate_of_the_day_counts(world: World) -> None:
    world.save("cle", "order", total="100", day="2026-02-15")
    assert amounts(world, 1) == (Decimal("710.00"), Decimal("88.75"), Decimal("710.00"))
    world.save("cle", "order", 1, day="2026-03-15")
    assert amounts(world, 1) == (Decimal("730.00"), None, Decimal("730.00")), "nobody has entered what a euro was worth then"
    world.save("cle", "order", 1, currency="CNY")
    assert amounts(world, 1)[0] == Decimal("100.00")


def test_a_corrected_rate_moves_what_is_converted_by_its_day_and_not_what_was_copied(world: World) -> None:
    world.save("cle", "order", total="100", day="2026-02-15")
    world.save("ada", "rate", 1, rate="7")
    assert amounts(world, 1) == (Decimal("700.00"), Decimal("87.50"), Decimal("710.00"))


def test_a_check_reads_the_converted_amount(world: World) -> None:
    with pytest.raises(Invalid, match="Too much at home"):
        world.save("cle", "order", total="1000", day="2026-02-15")


def test_the_explanation_shows_the_rate(world: World) -> None:
    world.save("cle", "order", total="100", day="2026-02-15")
    with world.look("cle") as view:
        step = records.explain(view, view.metadata.entities["order"], 1, "at_home").step
        shown = [(part.text, part.value) for part in step.parts]
        assert ("USD → CNY", Decimal("7.1")) in shown, shown
        world_day = records.explain(view, view.metadata.entities["order"], 1, "in_euro").step
        assert world_day.value == Decimal("88.75")


def test_converted_amounts_are_filtered_sorted_and_summed_in_the_database(world: World) -> None:
    for total, day, currency in (
        ("100", "2026-02-15", "USD"),
        ("100", "2026-03-15", "USD"),
        ("90", "2026-02-15", "EUR"),
        ("650", "2026-02-15", "CNY"),
    ):
        world.save("cle", "order", total=total, day=day, currency=currency)
    assert world.find("cle", "order", "at_home > 700") == [3, 2, 1]
    assert world.find("cle", "order", 'CONVERT(total, "CNY", day) = 710') == [1]
    assert world.find("cle", "order", "in_euro = null") == [2], "no rate of the euro on that day"
    assert world.find("cle", "order", "frozen >= 720") == [3, 2]
    assert world.find("cle", "order", sort=(SortKey("at_home", descending=True),)) == [2, 3, 1, 4]
    with world.look("cle") as view:
        for number in (1, 2, 3, 4):
            one = records.load(view, "order", number).values["in_euro"]
            kept = world.find("cle", "order", f"id = {number}", "in_euro = null" if one is None else f"in_euro = {one}")
            assert kept == [number], "the database calculates what Python does"


def test_rows_of_several_currencies_are_summed(world: World) -> None:
    world.save("cle", "buyer", name="Zhang")
    world.save("cle", "buyer", name="Li")
    for total, currency in (("100", "USD"), ("10", "EUR"), ("5", "CNY")):
        world.save("cle", "order", total=total, day="2026-02-15", currency=currency, buyer=1)
    with world.look("cle") as view:
        assert records.load(view, "buyer", 1).values["spent"] == Decimal("795.00")
    assert world.find("cle", "buyer", sort=(SortKey("spent", descending=True),))[0] == 1


def test_a_stored_amount_cannot_follow_the_rates() -> None:
    text = ORDERS.replace("'CONVERT(total, \"CNY\", day)'}", "'CONVERT(total, \"CNY\", day)', keep: stored}")
    found = [issue for issue in check_sources(sources(text)).issues if issue.level == "error"]
    assert [(issue.code, issue.path) for issue in found] == [("FX702", "fields.at_home.keep")]
    assert "fill" in found[0].hint


def test_everybody_inside_reads_rates_and_only_administrators_write_them(world: World) -> None:
    assert world.find("cle", "rate") == [3, 2, 1]
    with pytest.raises(Forbidden, match="may not"):
        world.save("cle", "rate", currency="GBP", rate="9", valid_from="2026-01-01")
