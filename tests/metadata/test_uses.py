"""What a plan says that names a thing: every kind of declaration, for every kind of thing."""

import pytest

from engine.loading import load_sources
from engine.metadata import uses
from tests.applications import sources

SHOP = """\
app: shop
roles: {buyer: {label: Buyer}, partner: {external: true}}
---
choices: risk
values: {low: {label: Low}, high: {label: High}}
---
entity: supplier
title: name
fields:
  name: {type: text, required: true}
  risk: {type: choice, of: risk, default: low}
  owner: {type: user}
checks: [{require: risk <> "high", field: name, say: No}]
access: {buyer: {read: risk = "low", update: true}, partner: {read: true}}
---
entity: order
fields:
  supplier: {type: link, to: supplier, where: 'supplier.risk = "low"', inverse: orders}
  amount: {type: integer}
access: {buyer: {read: true, create: true, update: true}}
---
lifecycle: order
for: order
states: {draft: {label: Draft}, sent: {label: Sent}}
actions:
  send: {from: draft, to: sent, who: role:buyer, when: {require: amount > 0, say: No}, start: checking}
  back: {from: sent, to: draft, who: system}
---
workflow: checking
for: order
starters: role:buyer
admin: role:buyer
steps: {look: {who: field:supplier.owner, do: review}}
ends: {good: {notify: {who: role:buyer, message: '{amount}'}}, rejected: {call: back}}
---
automation: watch
for: order
trigger: {changed: [amount]}
when: 'state = "sent"'
do: {notify: {who: role:buyer, message: Look}}
---
report: figures
from: order
where: state = "sent"
rows: [supplier.name]
values: {sum: SUM(rows.amount)}
access: [buyer]
---
dashboard: board
tiles: [{number: order, where: amount > 5, label: Large}]
---
list: sent
for: order
where: state = "sent"
columns: [amount]
---
public: apply
for: supplier
fields: [name]
set: {risk: high}
---
portal: partners
roles: [partner]
menu: [supplier]
"""
USED = {
    "field:order.amount": {"action send of order", "automation watch", "dashboard board", "form order", "list sent",
                           "report figures", "workflow checking"},
    "field:supplier.name": {'check of supplier: risk <> "high"', "form supplier", "list supplier", "public form apply",
                            "report figures", "title of supplier"},
    "field:supplier.owner": {"form supplier", "list supplier", "page supplier", "step look of workflow checking"},
    "choice:risk.low": {"access of buyer to supplier", "field order.supplier", "field supplier.risk"},
    "choice:risk.high": {'check of supplier: risk <> "high"'},
    "state:order.sent": {"action back of order", "action send of order", "automation watch", "list sent", "report figures"},
    "role:partner": {"access of partner to supplier", "portal partners"},
    "entity:supplier": {"field order.supplier", "form supplier", "list supplier", "page supplier", "public form apply"},
    "entity:order": {"automation watch", "dashboard board", "form order", "list order", "list sent", "page order", "report figures",
                     "step look of workflow checking", "workflow checking", "page supplier"},
}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    return {key: {str(place) for place in places} for key, places in uses(load_sources(sources(SHOP))).items()}


@pytest.mark.parametrize("key", USED)
def test_everything_that_names_a_thing_is_told(found: dict[str, set[str]], key: str) -> None:
    assert found[key] == USED[key]


def test_a_role_stands_where_it_may_do_something(found: dict[str, set[str]]) -> None:
    wanted = {"access of buyer to supplier", "access of buyer to order", "action send of order", "automation watch", "report figures"}
    assert wanted | {"workflow checking"} <= found["role:buyer"]
