"""
app: shop
timezone: Asia/Shanghai
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, guest: {label: Guest}}
---
entity: vendor
title: name
fields:
  name: {type: text, required: true}
  city: {type: choice, of: [rome, bonn]}
  secret: {type: integer}
access:
  buyer: {read: true, create: true}
  clerk: {read: 'city = "bonn"', hide: [secret]}
---
entity: order
title: name
fields:
  name: {type: text}
  kind: {type: choice, of: [small, large]}
  vendor: {type: link, to: vendor}
  due: {type: date}
  closed_at: {type: datetime}
  urgent: {type: boolean}
  currency: {type: text}
  amount: {type: money, currency: currency}
  weight: {type: decimal, digits: 3}
  double: {type: decimal, digits: 3, formula: weight * 2, discloses: true}
  trebled: {type: decimal, digits: 3, formula: weight * 3, keep: virtual, discloses: true}
  margin: {type: decimal, digits: 2}
access:
  buyer: {read: true, create: true, update: true}
  clerk:
    - {read: 'kind = "small"', hide: [margin]}
    - {read: 'kind = "large"', hide: [weight, margin]}
"""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from engine import records
from engine.errors import Invalid
from engine.metadata import GroupBy
from engine.records import Inside, Query
from tests.applications import World, opened

ROWS = (
    {"kind": "small", "vendor": 1, "due": "2026-01-31", "amount": "10.50", "currency": "CNY", "weight": "1.125", "margin": 7},
    {"kind": "large", "vendor": 2, "due": "2026-02-01", "amount": "20", "currency": "CNY", "weight": "99999999999999", "margin": 8},
    {"kind": "large", "vendor": 2, "due": "2026-02-28", "amount": "5", "currency": "EUR", "weight": "99999999999999", "margin": 9},
    {"kind": None, "vendor": None, "due": None, "amount": None, "currency": None, "weight": None},
    {"kind": "small", "vendor": 1, "due": "2026-04-01", "weight": "0.001", "urgent": True, "closed_at": "2026-03-01T20:00:00Z"},
)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(str(__doc__), database_url) as found:
        for name in ("buyer", "clerk", "guest"):
            found.person(name, roles=[name])
        found.save("buyer", "vendor", name="Zeta", city="rome", secret=1)
        found.save("buyer", "vendor", name="Alpha", city="bonn", secret=2)
        for row in ROWS:
            found.save("buyer", "order", **{"name": "x", **row})
        yield found


def grouped(world: World, who: str, by: str, *totals: str, **query: object) -> list[tuple[object, ...]]:
    with world.look(who) as view:
        found = records.groups(view, Query("order", **query), GroupBy.read(by) if by else None, totals)  # type: ignore[arg-type]
    return [(each.title or each.token, each.count, *each.sums.values()) for each in found.groups]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("kind", [("small", 2), ("large", 2), ("", 1)]),
        ("vendor", [("Alpha", 2), ("Zeta", 2), ("", 1)]),
        ("vendor.city", [("rome", 2), ("bonn", 2), ("", 1)]),
        ("due", [("2026-01-31", 1), ("2026-02-01", 1), ("2026-02-28", 1), ("2026-04-01", 1), ("", 1)]),
        ("due:month", [("2026-01-01", 1), ("2026-02-01", 2), ("2026-04-01", 1), ("", 1)]),
        ("due:quarter", [("2026-01-01", 3), ("2026-04-01", 1), ("", 1)]),
        ("due:year", [("2026-01-01", 4), ("", 1)]),
        ("due:week", [("2026-01-26", 2), ("2026-02-23", 1), ("2026-03-30", 1), ("", 1)]),
        ("closed_at", [("2026-03-02", 1), ("", 4)]),
        ("urgent", [("true", 1), ("", 4)]),
        ("created_by", [("Buyer", 5)]),
        ("weight", [("0.001", 1), ("1.125", 1), ("99999999999999.000", 2), ("", 1)]),
    ],
)
def test_groups_and_their_records(world: World, by: str, expected: list[tuple[str, int]]) -> None:
    assert grouped(world, "buyer", by) == expected
    with world.look("buyer") as view:
        for group in records.groups(view, Query("order"), GroupBy.read(by)).groups:
            assert len(world.find("buyer", "order", inside=Inside(GroupBy.read(by), group.token))) == group.count


def test_sums_are_exact_and_never_mix_currencies(world: World) -> None:
    assert grouped(world, "buyer", "kind", "weight", "amount") == [
        ("small", 2, Decimal("1.126"), Decimal("10.50")),
        ("large", 2, Decimal(199999999999998), None),
        ("", 1, None, None),
    ]
    assert grouped(world, "buyer", "", "weight", "double") == [("", 5, Decimal("199999999999999.126"), Decimal("399999999999998.252"))]
    assert grouped(world, "buyer", "", "trebled") == [("", 5, Decimal("599999999999997.378"))]
    assert grouped(world, "buyer", "", "amount", typed=('currency = "CNY"',)) == [("", 2, Decimal("30.50"))]


def test_what_is_hidden_in_some_rows_counts_as_blank_there(world: World) -> None:
    assert grouped(world, "clerk", "kind", "weight") == [("small", 2, Decimal("1.126")), ("large", 2, None)]
    assert grouped(world, "clerk", "weight") == [("0.001", 1), ("1.125", 1), ("", 2)]
    assert grouped(world, "clerk", "vendor.city") == [("bonn", 2), ("", 2)]
    assert grouped(world, "guest", "kind") == []


@pytest.mark.parametrize(
    "by", ["margin", "vendor.secret", "nothing", "name.x", "", "due:hour", "kind:month", "SUM(rows.margin)", "a" * 500]
)
def test_what_cannot_be_grouped_is_refused(world: World, by: str) -> None:
    with pytest.raises(Invalid):
        grouped(world, "clerk", by or "lines")
    with pytest.raises(Invalid):
        grouped(world, "clerk", "kind", by or "name")


@pytest.mark.parametrize("token", ["abc", "9" * 60, "1e999999"])
def test_a_key_that_is_none_is_refused_or_found_nowhere(world: World, token: str) -> None:
    for by in ("vendor", "due", "weight", "urgent"):
        try:
            assert world.find("buyer", "order", inside=Inside(GroupBy.read(by), token)) == []
        except Invalid:
            continue


def test_columns_behind_links(world: World) -> None:
    with world.look("clerk") as view:
        page = records.find(view, Query("order", paths=("vendor.city", "vendor.secret", "created_by.name")))
        assert [record.values.get("vendor.city") for record in page.records] == [None, "bonn", "bonn", None]
        assert all("vendor.secret" not in record.values for record in page.records)
