"""Pages of what is exact by itself: links found by key, periods, numbers without gaps, and values that are right in a moment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.applications import World
from tests.copies import Copies
from tests.web.small import come_in, pages_of
from tests.web.without_script import Person

TRADE = """
app: trade
label: {en: Trade, zh: 贸易}
languages: [en, zh]
currency: CNY
timezone: Asia/Shanghai
roles: {clerk: {label: {en: Clerk, zh: 文员}}}
---
entity: item
label: {en: Item, zh: 物料}
title: name
fields:
  name: {type: text, required: true, label: {en: Name, zh: 名称}}
  on_hand: {type: decimal, digits: 3, formula: SUM(moves.qty), keep: deferred, label: {en: On hand, zh: 现存量}}
access: {clerk: {read: true, create: true, update: true}}
---
entity: move
label: {en: Stock move, zh: 库存变动}
append_only: true
fields:
  item: {type: link, to: item, inverse: moves, required: true, label: {en: Item, zh: 物料}}
  qty: {type: decimal, digits: 3, required: true, label: {en: Quantity, zh: 数量}}
access: {clerk: {read: true, create: true}}
---
entity: invoice
label: {en: Invoice, zh: 发票}
number: {pattern: 'INV-{YYYY}-{0000}', gapless: true}
fields:
  currency: {type: choice, of: currency, default: USD, label: {en: Currency, zh: 币种}}
  day: {type: date, default: =today(), label: {en: Day, zh: 日期}}
  amount: {type: money, required: true, label: {en: Amount, zh: 金额}}
  rate: {type: link, to: rate, match: {currency: =currency}, as_of: =day, fill: {exchange: =rate.rate}, label: {en: Rate of the day, zh: 当日汇率}}
  exchange: {type: decimal, digits: 6, label: {en: Exchange, zh: 折算汇率}}
  at_home: {type: money, currency: CNY, formula: 'CONVERT(amount, "CNY", exchange)', label: {en: In yuan, zh: 折合人民币}}
access: {clerk: {read: true, create: true, update: true, delete: true}}
"""


def begun(world: World) -> None:
    world.person("cle", roles=["clerk"])
    world.save("system", "rate", currency="USD", rate="7.1", valid_from="2026-01-01")
    world.save("cle", "item", name="Bolt")


@pytest.fixture(scope="module")
def trades() -> Iterator[Copies]:
    with Copies(TRADE, begun) as copies:
        yield copies


@pytest.fixture
def world(trades: Copies, tmp_path: Path) -> Iterator[World]:
    with trades.open(tmp_path) as world:
        yield world


def somebody(world: World, language: str = "en") -> Person:
    person = Person(pages_of(world.app), language)
    come_in(person, world.people["cle"])
    return person


def test_the_form_shows_the_rate_it_found_and_asks_for_none(world: World) -> None:
    page = somebody(world).open("/records/invoice/new")
    assert "Rate of the day" in page.words
    names = {name for form in page.forms for name in form.names}
    assert "rate" not in names
    assert "exchange" in names


def test_an_invoice_has_its_number_and_amount(world: World) -> None:
    person = somebody(world)
    person.open("/records/invoice/new")
    page = person.send("/records/invoice/new", amount="100")
    assert "INV-2026-0001" in page.words
    assert "710.00" in page.words
    assert not [link for link in page.links if link.endswith("/delete")], "a number without gaps keeps its record"


def test_a_missing_rate_is_said_at_its_place(world: World) -> None:
    person = somebody(world)
    person.open("/records/invoice/new")
    page = person.send("/records/invoice/new", amount="100", currency="EUR")
    assert "There is no Exchange rate for EUR Euro on 2026-03-02" in page.words


def test_a_number_that_is_computed_anew_says_so(world: World) -> None:
    world.save("cle", "move", item=1, qty="5")
    assert "Being calculated anew just now: On hand" in somebody(world).open("/records/item/1").words
    assert "正在重新计算：现存量" in somebody(world, "zh").open("/records/item/1").words
    world.app.jobs.run_due()
    assert "Being calculated" not in somebody(world).open("/records/item/1").words


def test_an_entry_offers_neither_change_nor_deletion(world: World) -> None:
    world.save("cle", "move", item=1, qty="5")
    page = somebody(world).open("/records/move/1")
    assert not [link for link in page.links if link.endswith("/move/1/edit")]
    assert not [link for link in page.links if link.endswith("/delete")]
