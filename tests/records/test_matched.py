"""Links that are found by key: when they are looked for, what happens where there is nothing, and two who want the same."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

import pytest

from engine import records
from engine.access import SYSTEM
from engine.errors import Invalid, Refusal
from engine.metadata import Field
from engine.unit_of_work import View
from tests.applications import World, opened
from tests.racing import race

STOCK = """
app: stock
label: Stock
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}}
---
choices: currency
values: {USD: {}, EUR: {}}
---
entity: product
title: name
fields: {name: {type: text, required: true}, home: {type: link, to: site}}
access: {clerk: {read: true, create: true, update: true}}
---
entity: site
title: name
fields: {name: {type: text}}
access: {clerk: {read: true, create: true, update: true}}
---
entity: stock_balance
label: Stock balance
title: product.name & " at " & site.name
unique: [[product, site]]
fields:
  product: {type: link, to: product, required: true}
  site: {type: link, to: site, required: true}
  on_hand: {type: decimal, digits: 3, formula: SUM(moves.qty)}
  wanted: {type: decimal, digits: 3, default: 5}
checks:
  - {require: on_hand >= 0, say: 'Not enough stock of {product.name} at {site.name}'}
access: {clerk: {read: true, update: true}}
---
entity: stock_move
append_only: true
fields:
  product: {type: link, to: product, required: true}
  site: {type: link, to: site, required: true}
  balance: {type: link, to: stock_balance, inverse: moves, match: {product: =product, site: =site}, missing: create}
  qty: {type: decimal, digits: 3, required: true}
access: {clerk: {read: true, create: true}}
---
entity: exchange_rate
label: Exchange rate
dated: [currency]
fields: {currency: {type: choice, of: currency, required: true}, rate: {type: decimal, digits: 4, required: true}}
access: {clerk: {read: true, create: true, update: true}}
---
entity: order
title: '"Order " & id'
fields:
  currency: {type: choice, of: currency}
  order_date: {type: date, default: =today()}
  amount: {type: decimal, digits: 2}
  rate: {type: link, to: exchange_rate, match: {currency: =currency}, as_of: =order_date, fill: {exchange: =rate.rate}}
  exchange: {type: decimal, digits: 4}
  value: {type: decimal, digits: 2, formula: 'ROUND(amount * exchange, 2)'}
  site: {type: link, to: site}
  site_name: {type: text, formula: site.name}
  spare: {type: link, to: stock_balance, match: {product: =spare_of, site: =site}, missing: blank}
  spare_of: {type: link, to: product}
  lines:
    type: table
    fields:
      product: {type: link, to: product}
      home: {type: link, to: stock_balance, match: {product: =product, site: =product.home}, missing: blank, inverse: order_lines}
      there: {type: decimal, digits: 3, formula: home.on_hand}
access: {clerk: {read: true, create: true, update: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(STOCK, database_url) as world:
        world.person("cle", roles=["clerk"])
        world.save("cle", "site", name="Shanghai")
        world.save("cle", "site", name="Ningbo")
        world.save("cle", "product", name="Bolt", home=1)
        world.save("cle", "exchange_rate", currency="USD", rate="7.1", valid_from="2026-01-01")
        world.save("cle", "exchange_rate", currency="USD", rate="7.2", valid_from="2026-03-01")
        yield world


def row(world: World, entity: str, number: int) -> records.Row:
    with world.look("system") as view:
        return records.fetch(view, entity, number)


def test_the_record_that_holds_on_the_day_is_found_and_its_values_copied(world: World) -> None:
    world.save("cle", "order", currency="USD", amount="100", order_date="2026-02-15")
    assert (row(world, "order", 1)["rate"], row(world, "order", 1)["value"]) == (1, Decimal("710.00"))
    world.save("cle", "order", 1, order_date="2026-03-15")
    assert (row(world, "order", 1)["rate"], row(world, "order", 1)["value"]) == (2, Decimal("720.00"))


def test_what_was_copied_stays_when_the_record_there_changes(world: World) -> None:
    world.save("cle", "order", currency="USD", amount="100", order_date="2026-02-15")
    world.save("cle", "exchange_rate", 1, rate="6", valid_to="2026-01-31")
    world.save("cle", "order", 1, amount="200")
    assert (row(world, "order", 1)["rate"], row(world, "order", 1)["value"]) == (1, Decimal("1420.00"))


def test_it_stays_when_something_else_elsewhere_changes(world: World) -> None:
    """A record that is computed again is not looked up again: a rate that was closed since would be gone, and one made since found."""
    world.save("cle", "order", currency="USD", amount="100", order_date="2026-02-15", site=1, spare_of=1)
    world.save("cle", "exchange_rate", 1, rate="6", valid_to="2026-01-31")
    world.save("cle", "stock_move", product=1, site=1, qty="1")
    world.save("cle", "site", 1, name="Pudong")
    now = row(world, "order", 1)
    assert (now["site_name"], now["rate"], now["value"], now["spare"]) == ("Pudong", 1, Decimal("710.00"), None)
    with world.look("system") as view:
        assert list(records.drifts(view, world.metadata.entities["order"], [1])) == []
    world.app.run(SYSTEM, lambda uow: records.recompute(uow, "order", 1))
    assert row(world, "order", 1) == now
    world.save("cle", "order", 1, amount="100")
    assert row(world, "order", 1)["spare"] == 1, "who saves a record has looked for what was missing"


def test_a_value_that_is_typed_counts_more_than_the_copied_one(world: World) -> None:
    world.save("cle", "order", currency="USD", amount="100", order_date="2026-02-15", exchange="8")
    assert row(world, "order", 1)["value"] == Decimal("800.00")


def test_nothing_to_find_is_a_problem_that_names_key_and_day(world: World) -> None:
    for values, words in (
        ({"currency": "EUR", "order_date": "2026-02-15"}, "There is no Exchange rate for Eur on 2026-02-15."),
        ({"currency": "USD", "order_date": "2025-12-31"}, "There is no Exchange rate for Usd on 2025-12-31."),
    ):
        with pytest.raises(Invalid) as raised:
            world.save("cle", "order", **values)
        assert [(p.path, p.code, str(p.message)) for p in raised.value.problems] == [("rate", "no_match", words)]
    world.save("cle", "order", currency=None)
    assert row(world, "order", 1)["rate"] is None, "a key that is not complete finds nothing, and nothing is wrong with that"


def test_nobody_enters_the_link(world: World) -> None:
    with pytest.raises(Invalid) as raised:
        world.save("cle", "order", currency="USD", rate=1)
    assert [p.code for p in raised.value.problems] == ["computed"]


def test_a_record_is_made_with_key_and_defaults_and_sums_up(world: World) -> None:
    world.save("cle", "stock_move", product=1, site=1, qty="10")
    world.save("cle", "stock_move", product=1, site=2, qty="3")
    world.save("cle", "stock_move", product=1, site=1, qty="-4")
    made = row(world, "stock_balance", 1)
    assert (made["product"], made["site"], made["on_hand"], made["wanted"]) == (1, 1, Decimal(6), Decimal(5))
    with pytest.raises(Refusal, match="Not enough stock of Bolt at Shanghai"):
        world.save("cle", "stock_move", product=1, site=1, qty="-7")
    assert world.find("cle", "stock_balance") == [2, 1]


def test_in_rows_it_is_found_again_when_a_value_elsewhere_changes(world: World) -> None:
    world.save("cle", "order", lines=[{"product": 1}])
    assert [line["home"] for line in records.rows_of(row(world, "order", 1), lines(world))] == [None]
    world.save("cle", "stock_move", product=1, site=2, qty="3")
    world.save("cle", "product", 1, home=2)
    found = records.rows_of(row(world, "order", 1), lines(world))[0]
    assert (found["home"], found["there"]) == (1, Decimal(3))


def lines(world: World) -> Field:
    return world.metadata.entities["order"].fields["lines"]


def test_a_form_shows_what_would_be_found_and_makes_nothing(world: World) -> None:
    def tried(view: View, entity: str, **values: object) -> records.Row:
        kind = view.metadata.entities[entity]
        return records.preview(view, kind, None, values, records.writable(view, kind, None)).new

    with world.look("cle") as view:
        assert tried(view, "order", currency="USD", order_date="2026-03-02")["exchange"] == Decimal("7.2")
        assert tried(view, "stock_move", product=1, site=1, qty="1")["balance"] is None
    assert world.find("cle", "stock_balance") == []


def test_two_who_want_the_same_record_get_one(world: World, effort: Callable[[int, int], int]) -> None:
    for turn in range(effort(10, 300)):
        product = world.save("cle", "product", name=f"P{turn}")["id"]
        ended = race([partial(world.save, "cle", "stock_move", product=product, site=1, qty="1")] * 3)
        assert ended == ["done"] * 3
        assert [row(world, "stock_balance", n)["on_hand"] for n in world.find("cle", "stock_balance", f"product.id = {product}")] == [
            Decimal(3)
        ]
