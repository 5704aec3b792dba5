"""Who can see a record: the page for analysts, and what it keeps from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.applications import World, opened
from tests.web.small import at_pages, pages_of
from tests.web.without_script import Person

YAML = """
    app: shop
    languages: [en, zh]
    roles:
      buyer: {label: {en: Buyer, zh: 采购员}}
      clerk: {label: {en: Clerk, zh: 文员}}
      guest: {label: {en: Guest, zh: 访客}}
    ---
    entity: order
    title: subject
    fields:
      subject: {type: text, label: {en: Subject, zh: 主题}}
      owner: {type: user, label: {en: Owner, zh: 负责人}}
      grade: {type: text, label: {en: Grade, zh: 等级}}
      price: {type: decimal, digits: 2, label: {en: Price, zh: 价格}}
      account: {type: text, label: {en: Bank account, zh: 银行账号}}
      lines: {type: table, label: {en: Lines, zh: 明细}, fields: {cost: {type: integer, label: {en: Cost, zh: 成本}}}}
    access:
      buyer: {read: true, create: true, update: owner = user}
      clerk: {read: subject != null, hide: [price, lines.cost], mask: {account: last4}}
      guest: {read: 'grade = "A"'}
      analyst: {read: true, hide: [grade]}
"""

At = Callable[..., Person]


@pytest.fixture
def shop(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        for name, role in (("bea", "buyer"), ("cleo", "clerk"), ("gus", "guest"), ("ana", "analyst"), ("ada", "admin")):
            world.person(name, roles=[role], email=f"{name}@example.com")
        world.save("bea", "order", subject="Bolts", owner=world.people["cleo"], grade="A", price="3", account="6222001234")
        yield world


@pytest.fixture
def at(shop: World) -> At:
    return at_pages(pages_of(shop.app), shop)


def about(shop: World, reader: Person, name: str) -> str:
    return reader.open(f"/records/order/1/access?person={shop.people[name]}").words


def test_an_analyst_reads_what_a_person_may_and_why(shop: World, at: At) -> None:
    ana = at("ana")
    assert "/records/order/1/access" in ana.open("/records/order/1").links
    words = ana.open("/records/order/1/access").words
    assert "Cleo" in words
    assert "See the record" not in words
    cleo = about(shop, ana, "cleo")
    for said in (
        "The rule of clerk grants it where subject != null, as here.",
        "No rule of their roles",
        "Price pricenot visibleThe rule of clerk hides price.",
        "Lines · Cost lines.costnot visibleThe rule of clerk hides lines.cost.",
        "Bank account accounta part of itThe rule of clerk masks account.",
    ):
        assert said in " ".join(cleo.split()), said
    bea = about(shop, ana, "bea")
    assert "grants it only where owner = user, which is not so here" in bea
    assert "None: they see every field." in bea
    zh = about(shop, at("ana", "zh"), "cleo")
    assert "clerk 的规则隐藏 price" in zh


def test_what_is_closed_to_the_analyst_is_not_told_by_what_others_may(shop: World, at: At) -> None:
    told = about(shop, at("ana"), "gus")
    assert "depends on what is not visible to you" in told
    assert "not visible to you" in told
    assert "as here" not in told
    assert "Fields that are closed to them" not in told
    assert "as here" in about(shop, at("ada"), "gus"), "administrators know everything"


def test_only_analysts_who_see_the_record_find_the_page(shop: World, at: At) -> None:
    bea = at("bea")
    assert "/records/order/1/access" not in bea.open("/records/order/1").links
    for address in ("/records/order/1/access", "/records/order/1/access/people?q=a"):
        bea.open(address)
        assert bea.status == 404, address
    ana = at("ana")
    for address in ("/records/order/9/access", "/records/order/1/access?person=99"):
        ana.open(address)
        assert ana.status == 404, address


def test_people_are_found_by_name_and_closed_accounts_say_so(shop: World, at: At) -> None:
    ana = at("ana")
    found = ana.client.get("/records/order/1/access/people?q=cleo").get_json()
    assert [each["hint"] for each in found] == ["cleo@example.com"]
    shop.save("ada", "user", shop.people["gus"], active=False)
    assert "they can do nothing" in about(shop, ana, "gus")
