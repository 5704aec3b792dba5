"""Effects of actions and ends, and automations: what follows from what, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.errors import Forbidden, Refusal
from engine.records import Query, fetch, find
from engine.storage import audit
from engine.workflow import Said, fire
from tests.applications import World, opened

SHOP = """
app: shop
languages: [en, zh]
timezone: Asia/Shanghai
roles: {seller: {}, buyer: {}}
---
entity: lead
title: company_name
fields:
  company_name: {type: text, required: true}
  customer: {type: link, to: customer}
  owner: {type: user}
  region: {type: text}
  amount: {type: decimal, digits: 2}
  wants:
    type: table
    fields: {product: {type: text}, qty: {type: integer, default: 1}}
access:
  seller: {read: true, create: true, update: true}
---
lifecycle: lead
for: lead
states: {pool: {}, owned: {}, converted: {final: true}}
actions:
  distribute:
    from: pool
    to: owned
    who: [system, role:seller]
    assign: {field: owner, among: role:seller, by: fewest_open, where: 'region = null OR candidate.department.name = region'}
  double:
    who: role:seller
    create: {entity: lead.wants, from: wants, where: qty > 0, set: {product: '=product & " again"', qty: =qty * 2}}
  hire:
    who: role:seller
    create: {entity: user, set: {name: =company_name, login: =LOWER(company_name), roles: [buyer]}}
  convert:
    from: [pool, owned]
    to: converted
    who: role:seller
    ask: [amount]
    create:
      - {entity: customer, when: customer = null, set: {name: =company_name}, into: customer}
      - {entity: opportunity, set: {customer: =customer, amount: =amount}}
      - {entity: sample, from: wants, where: qty > 0, set: {product: =product, qty: =qty, customer: =parent.customer}, unless_open: [product, customer]}
    call: {action: please, record: customer}
    notify: {who: field:owner, message: {en: '{company_name} was won', zh: '赢得 {company_name}'}}
---
entity: customer
title: name
fields:
  name: {type: text}
  visits: {type: integer, default: 0}
  good: {type: boolean}
  opportunities_count: {type: integer, formula: COUNT(deals)}
---
lifecycle: customer
for: customer
states: {new: {}, pleased: {}}
actions:
  please: {from: any, to: pleased, who: system, set: {visits: =visits + 1}}
---
entity: opportunity
fields:
  customer: {type: link, to: customer, inverse: deals}
  amount: {type: decimal, digits: 2}
---
entity: sample
fields:
  product: {type: text}
  qty: {type: integer}
  customer: {type: link, to: customer}
---
automation: great
for: opportunity
trigger: created
when: amount > 1000
do:
  - set: {amount: =amount + 1}
  - call: {action: please, record: customer}
---
automation: praise
for: customer
trigger: {changed: [visits]}
when: old.visits < visits AND visits > 1
do: {set: {good: true}}
---
automation: nightly
trigger: {every: day at 02:00}
from: {entity: lead, where: 'state = "pool"'}
do: {call: distribute}
"""


@pytest.fixture
def shop(database_url: str) -> Iterator[World]:
    with opened(SHOP, database_url) as world:
        for name in ("sally", "sam"):
            world.person(name, roles=["seller"])
        yield world


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def lead(shop: World, **values: object) -> int:
    return int(str(shop.save("sally", "lead", **{"company_name": "Ant", **values})["id"]))


def do(shop: World, action: str, number: int, **values: object) -> None:
    shop.app.run(shop.actor("sally"), lambda uow: fire(uow, "lead", number, action, Said(values)))


def all_of(shop: World, entity: str) -> list[dict[str, object]]:
    with shop.look("system") as view:
        return [fetch(view, entity, record.id) for record in reversed(find(view, Query(entity)).records)]


def test_an_action_makes_records_fires_actions_and_tells(shop: World) -> None:
    wants = [{"product": "bolt", "qty": 3}, {"product": "nut", "qty": 0}, {"product": "bolt", "qty": 5}]
    number = lead(shop, wants=wants)
    do(shop, "convert", number, amount="500")
    (customer,) = all_of(shop, "customer")
    assert (customer["name"], customer["state"], customer["visits"], customer["opportunities_count"]) == ("Ant", "pleased", 1, 1)
    assert all_of(shop, "lead")[0]["customer"] == customer["id"]
    assert [(sample["product"], sample["qty"]) for sample in all_of(shop, "sample")] == [("bolt", 3)]


def test_an_action_adds_rows_to_its_own_record(shop: World) -> None:
    number = lead(shop, wants=[{"product": "bolt", "qty": 3}, {"product": "nut", "qty": 0}])
    do(shop, "double", number)
    (row,) = all_of(shop, "lead")
    wants = [(want["product"], want["qty"], want["row_no"]) for want in row["wants"]]  # type: ignore[attr-defined]  # rows
    assert wants == [("bolt", 3, 1), ("nut", 0, 2), ("bolt again", 6, 3)]


def test_what_an_effect_sets_nobody_needs_the_right_to(shop: World) -> None:
    with pytest.raises(Forbidden):
        shop.save("sally", "user", name="Eve", login="eve", roles=["buyer"])
    do(shop, "hire", lead(shop))
    assert [row["roles"] for row in all_of(shop, "user") if row["login"] == "ant"] == [("buyer",)]


def test_automations_follow_in_the_same_transaction(shop: World) -> None:
    number = lead(shop)
    do(shop, "convert", number, amount="2000")
    (customer,), (opportunity,) = all_of(shop, "customer"), all_of(shop, "opportunity")
    assert opportunity["amount"] == 2001
    assert (customer["visits"], customer["good"]) == (2, True)
    with shop.look("system") as view:
        number = view.metadata.identity.number("entity:customer") or 0
        causes = [entry.cause for entry in audit.entries(view.connection, number, int(str(customer["id"])))]
    assert "automation:great" in causes
    assert "automation:praise" in causes


def test_what_is_refused_in_an_effect_refuses_all(shop: World) -> None:
    shop.app.run(shop.actor("system"), lambda uow: None)
    number = lead(shop)
    do(shop, "convert", number, amount="5")
    with pytest.raises(Refusal):
        do(shop, "convert", number, amount="5")
    assert len(all_of(shop, "opportunity")) == 1


def test_who_has_the_fewest_open_records_is_chosen(shop: World) -> None:
    for _ in range(3):
        do(shop, "distribute", lead(shop))
    owners = [row["owner"] for row in all_of(shop, "lead")]
    assert owners == [shop.people["sally"], shop.people["sam"], shop.people["sally"]]
    with pytest.raises(Refusal, match="Nobody can be chosen"):
        do(shop, "distribute", lead(shop, region="north"))


def test_a_schedule_runs_over_its_rows_and_tells_what_was_refused(shop: World) -> None:
    good, bad = lead(shop), lead(shop, region="north")
    shop.app.jobs.run_due(at("2026-03-03 01:59"))
    assert {row["state"] for row in all_of(shop, "lead")} == {"pool"}
    shop.app.jobs.run_due(at("2026-03-03 02:00"))
    states = {row["id"]: row["state"] for row in all_of(shop, "lead")}
    assert states == {good: "owned", bad: "pool"}
    shop.app.jobs.run_due(at("2026-03-04 01:00"))
    late = lead(shop)
    shop.app.jobs.run_due(at("2026-03-04 02:00"))
    assert {row["id"]: row["state"] for row in all_of(shop, "lead")}[late] == "owned"


def test_a_circle_that_does_not_end_refuses_everything(database_url: str) -> None:
    text = """
    app: loop
    languages: [en]
    ---
    entity: counter
    fields: {n: {type: integer}}
    ---
    automation: more
    for: counter
    trigger: {changed: [n]}
    repeat: 3
    do: {set: {n: =n + 1}}
    """
    with opened(text, database_url) as world:
        number = int(str(world.save("system", "counter", n=0)["id"]))
        with pytest.raises(Refusal, match="again and again"):
            world.save("system", "counter", number, n=1)
