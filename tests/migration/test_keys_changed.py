"""Links that are found by key: another key finds another record, another formula beside them finds nothing anew."""

from decimal import Decimal

import pytest

from engine import records
from tests.applications import START, World, opened

YAML = """\
app: shop
languages: [en]
roles: {buyer: {label: Buyer}}
---
choices: currency
values: {USD: {}, EUR: {}}
---
entity: quote
dated: [currency]
fields: {currency: {type: choice, of: currency, required: true}, rate: {type: decimal, digits: 2, required: true}}
access: {buyer: {read: true}}
---
entity: order
fields:
  paid_in: {type: choice, of: currency}
  billed_in: {type: choice, of: currency}
  day: {type: date}
  amount: {type: integer}
  rate: {type: link, to: quote, match: {currency: =paid_in}, as_of: =day, missing: blank, fill: {exchange: =rate.rate}}
  exchange: {type: decimal, digits: 2}
  value: {type: decimal, digits: 2, formula: amount * exchange}
  lines:
    type: table
    fields:
      rate: {type: link, to: quote, match: {currency: =order.paid_in}, as_of: =order.day, missing: blank}
      double: {type: decimal, digits: 2, formula: 'rate.rate * 2'}
access: {buyer: {read: true}}
"""


def apply(world: World, text: str) -> None:
    world.apply(text)
    world.app.jobs.run_due(START.replace(year=2027))


def held(world: World) -> tuple[object, ...]:
    with world.look("system") as view:
        row = records.fetch(view, "order", 1)
        (line,) = records.rows_of(row, view.metadata.entities["order"].fields["lines"])
        return row["rate"], row["exchange"], row["value"], line["rate"], line["double"]


def two(number: str) -> Decimal:
    return Decimal(number).quantize(Decimal("0.01"))


@pytest.mark.parametrize("more", [False, True])
def test_only_another_key_finds_another_record(database_url: str, more: bool) -> None:
    with opened(YAML, database_url) as world:
        for currency, rate in (("USD", "7"), ("EUR", "8")):
            world.save("system", "quote", currency=currency, rate=rate, valid_from="2026-01-01")
        world.save("system", "order", paid_in="USD", billed_in="EUR", day="2026-02-15", amount=10, lines=[{}])
        world.save("system", "quote", 1, rate="9", valid_to="2026-01-31")
        assert held(world) == (1, two("7"), two("70"), 1, two("18"))
        other = YAML.replace("amount * exchange", "amount * exchange + 1").replace("rate.rate * 2'", "rate.rate * 3'")
        if more:
            other = other.replace("  amount:", "  urgent: {type: boolean, required: true, default: false}\n  amount:")
        apply(world, other)
        assert held(world) == (1, two("7"), two("71"), 1, two("27"))
        apply(world, other.replace("currency: =paid_in", "currency: =billed_in"))
        assert held(world) == (2, two("8"), two("81"), 1, two("27"))
        apply(world, other.replace("currency: =paid_in", "currency: =billed_in").replace("=order.paid_in", "=order.billed_in"))
        assert held(world) == (2, two("8"), two("81"), 2, two("24"))


def test_a_part_of_the_key_that_is_filled_in_finds_what_was_missing(database_url: str) -> None:
    with opened(YAML, database_url) as world:
        world.save("system", "quote", currency="USD", rate="7", valid_from="2026-01-01")
        world.save("system", "order", day="2026-02-15", amount=10, lines=[{}])
        assert held(world) == (None, None, None, None, None)
        apply(
            world,
            YAML.replace("paid_in: {type: choice, of: currency}", "paid_in: {type: choice, of: currency, required: true, default: USD}"),
        )
        assert held(world) == (1, two("7"), two("70"), 1, two("14"))
