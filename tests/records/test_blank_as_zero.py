"""`blank: zero`: a number that always stands there, whatever is sent, copied or computed."""

from decimal import Decimal

import pytest

from tests.applications import opened

YAML = """
    app: desk
    languages: [en]
    roles: {agent: {}}
    ---
    entity: product
    fields:
      name: {type: text}
      price: {type: decimal, digits: 2}
    access:
      agent: {read: true, create: true}
    ---
    entity: ticket
    subtypes: {repair: {fields: {parts: {type: integer, blank: zero}}}, advice: {label: Advice}}
    fields:
      hours: {type: decimal, digits: 2, blank: zero}
      tries: {type: integer, blank: zero}
      spent: {type: decimal, digits: 2, formula: hours * 80 + tries * 1}
      product: {type: link, to: product, fill: {price: =product.price}}
      price: {type: decimal, digits: 2, blank: zero}
      twice: {type: decimal, digits: 2, formula: price * 2}
      half: {type: integer, blank: zero, formula: 'IF(hours > 100, tries)'}
      lines:
        type: table
        fields:
          qty: {type: integer, blank: zero}
          double: {type: integer, formula: qty * 2}
    access:
      agent: {read: true, create: true, update: true}
"""


@pytest.mark.parametrize("blank", [None, ""])
def test_nothing_that_is_sent_makes_it_blank(database_url: str, blank: object) -> None:
    with opened(YAML, database_url) as world:
        world.person("ann", roles=["agent"])
        product = world.save("ann", "product", name="Oil")["id"]
        made = world.save("ann", "ticket", subtype="repair", hours=blank, lines=[{"qty": blank}, {}])
        assert [made[name] for name in ("hours", "tries", "parts", "spent", "price", "half")] == [0] * 6
        number = int(str(made["id"]))
        world.save("ann", "ticket", number, hours="1.5", tries=2, parts=3)
        assert world.save("ann", "ticket", number, hours=blank)["spent"] == Decimal(2)
        changed = world.save("ann", "ticket", number, tries=blank, product=product)
        assert [changed[name] for name in ("hours", "tries", "spent", "price", "twice")] == [0] * 5
        assert [row["double"] for row in changed["lines"]] == [0, 0]  # type: ignore[attr-defined]
        assert world.find("ann", "ticket", "hours = 0 AND spent = 0 AND half = 0") == [number]


def test_it_is_zero_in_records_of_another_kind(database_url: str) -> None:
    with opened(YAML, database_url) as world:
        world.person("ann", roles=["agent"])
        made = world.save("ann", "ticket", subtype="advice", hours=2, tries=5, parts=None)
        assert (made["parts"], made["spent"]) == (0, 165)
        assert world.save("ann", "ticket", int(str(made["id"])), hours=3)["spent"] == 245
