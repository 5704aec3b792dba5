"""Decision tables and calendars in formulas: stored, computed when read, searched by, along links, on both databases."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.applications import World, opened

DEALS = """
app: deals
languages: [en, zh]
timezone: Asia/Shanghai
roles: {clerk: {}}
---
calendar: cn
hours: {mon-fri: '09:00-17:00'}
holidays: {country: CN}
---
decision: level
for: deal
gives: {type: choice, of: [lead, manager, board]}
rows:
  - {when: amount < 10000, then: lead}
  - {when: 'amount < 200000 AND risk <> "high"', then: manager}
otherwise: board
---
entity: deal
title: name
fields:
  name: {type: text}
  amount: {type: decimal, digits: 2}
  risk: {type: choice, of: [low, high]}
  started: {type: date}
  ended: {type: date}
  days: {type: integer, formula: 'NETWORKDAYS(started, ended, "cn")'}
  level: {type: text, formula: DECIDE(level)}
  parent_deal: {type: link, to: deal}
  under_manager: {type: boolean, formula: 'DECIDE(level, parent_deal) = "manager"'}
access:
  clerk: {read: true, create: true, update: true}
  admin: {read: true}
"""


@pytest.fixture
def deals(database_url: str) -> Iterator[World]:
    with opened(DEALS, database_url) as world:
        world.person("cleo", roles=["clerk"])
        yield world


def test_the_first_row_that_holds_decides(deals: World) -> None:
    levels = [
        deals.save("cleo", "deal", amount=amount, risk=risk)["level"]
        for amount, risk in (("9999.99", "high"), ("10000", "low"), ("10000", "high"), ("200000", "low"), (None, None))
    ]
    assert levels == ["lead", "manager", "board", "board", "board"]


def test_a_decision_about_another_record_follows_its_changes(deals: World) -> None:
    parent = int(str(deals.save("cleo", "deal", amount="5", risk="low")["id"]))
    child = deals.save("cleo", "deal", amount="5", parent_deal=parent)["id"]
    assert deals.find("cleo", "deal", "under_manager") == []
    deals.save("cleo", "deal", parent, amount="15000")
    assert deals.find("cleo", "deal", "under_manager") == [child]
    assert deals.find("cleo", "deal", 'DECIDE(level) = "manager"') == [parent]


def test_working_days_of_a_calendar_and_their_correction(deals: World) -> None:
    span = {"started": date(2026, 2, 9), "ended": date(2026, 2, 28)}
    assert deals.save("cleo", "deal", **span)["days"] == 11
    deals.save("system", "calendar_day", calendar="cn", day=date(2026, 2, 10), works=False, note="Inventory")
    assert deals.save("cleo", "deal", **span)["days"] == 10
