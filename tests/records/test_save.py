"""Saving records: every problem at once, what is copied and computed, versions, numbers, history and audit."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from engine import records, storage
from engine.errors import Conflict, Forbidden, Invalid, Invisible, Refusal
from engine.unit_of_work import run
from tests.applications import World, opened

ORDERS = """
app: orders
label: Orders
languages: [en, zh]
currency: CNY
timezone: Asia/Shanghai
roles:
  buyer: {label: Buyer}
  lead: {label: Lead, includes: [buyer], may_grant: [buyer]}
  clerk: {label: Clerk}
---
extend: user
access:
  lead: {read: true, update: true}
---
entity: product
label: Product
title: name
fields:
  name: {type: text, required: true}
  price: {type: money}
  active: {type: boolean, default: true}
access:
  buyer: {read: active}
  lead: {read: true, create: true, update: true, delete: true}
---
entity: purchase_order
label: Order
number: {pattern: 'PO-{YYYY}{MM}-{0000}', at: create}
title: number
fields:
  buyer: {type: user, default: =user}
  placed_on: {type: date, default: =today(), max: =today()}
  note: {type: long_text}
  secret: {type: text}
  lines:
    type: table
    min: 1
    fields:
      product: {type: link, to: product, required: true, where: product.price > 0, fill: {price: =product.price}}
      qty: {type: decimal, digits: 3, required: true, min: 0}
      price: {type: money}
      amount: {type: money, formula: 'ROUND(qty * price, 2)'}
    checks:
      - {require: 'qty < 1000', field: qty, say: {en: 'Not {qty} pieces of {product.name}', zh: '{product.name} 不能订 {qty}'}}
    unique: [[product]]
  total: {type: money, formula: SUM(lines.amount)}
checks:
  - {require: 'total <= 5000', say: {en: The total is above the limit, zh: 超出限额}}
  - {require: 'total <= 1000', level: warn, say: {en: That is a lot, zh: 金额较大}}
access:
  buyer: {read: buyer = user, create: buyer = user, update: buyer = user, delete: buyer = user, hide: [secret]}
  lead: {read: true, update: true, delete: true}
  clerk: {read: true, update: true, edit: [lines.qty]}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """People and products of a small purchasing department."""
    with opened(ORDERS, database_url) as world:
        world.person("bea", roles=["buyer"])
        world.person("bob", roles=["buyer"])
        world.person("lea", roles=["lead"])
        world.save("lea", "product", name="Bolt", price="0.25")
        world.save("lea", "product", name="Nut", price="0.1")
        world.save("lea", "product", name="Old", price="1", active=False)
        world.save("lea", "product", name="Free", price="0")
        yield world


def order(world: World, *lines: dict[str, object], who: str = "bea") -> records.Row:
    return world.save(who, "purchase_order", lines=list(lines) or [{"product": 1, "qty": "10"}])


def lines(world: World, made: records.Row) -> list[records.Row]:
    return records.rows_of(made, world.metadata.entities["purchase_order"].fields["lines"])


def problems(error: Invalid) -> dict[str, str]:
    return {problem.path: problem.code for problem in error.problems}


def test_values_are_filled_copied_and_computed_exactly(world: World) -> None:
    made = order(world, {"product": 1, "qty": "10.125"}, {"product": 2, "qty": "3", "price": "1.00"})
    assert made["number"] == "PO-202603-0001"
    assert str(made["placed_on"]) == "2026-03-02"
    assert [(row["price"], row["amount"]) for row in lines(world, made)] == [
        (Decimal("0.25"), Decimal("2.53")),
        (Decimal("1.00"), Decimal("3.00")),
    ]
    assert made["total"] == Decimal("5.53")
    with world.look("bea") as view:
        assert records.load(view, "purchase_order", 1).values["total"] == Decimal("5.53")


def test_all_problems_come_at_once(world: World) -> None:
    with pytest.raises(Invalid) as raised:
        world.save(
            "bea",
            "purchase_order",
            placed_on="2026-03-03",
            totl=3,
            total=4,
            secret="x",
            lines=[{"product": 3, "qty": "1"}, {"qty": "-1"}, {"product": 4, "qty": "x"}, {"product": 1, "qty": "1.2345"}],
        )
    assert problems(raised.value) == {
        "placed_on": "value",
        "totl": "unknown_field",
        "total": "computed",
        "secret": "not_editable",
        "lines.1.product": "no_such_record",
        "lines.2.product": "required",
        "lines.2.qty": "value",
        "lines.3.qty": "type",
        "lines.3.product": "where",
        "lines.4.qty": "type",
    }


def test_a_computed_number_with_more_digits_than_a_column_is_a_problem_at_its_field(world: World) -> None:
    with pytest.raises(Invalid) as raised:
        order(world, {"product": 1, "qty": "999", "price": "9999999999999999"})
    assert problems(raised.value) == {"lines.1.amount": "FX605"}


def test_checks_speak_with_values_in_the_readers_language(world: World) -> None:
    with pytest.raises(Invalid) as raised:
        order(world, {"product": 1, "qty": "1000"})
    assert [p.message.render("zh") for p in raised.value.problems if p.path == "lines.1.qty"] == ["Bolt 不能订 1,000.000"]


def test_a_warning_lets_pass_and_is_told(world: World) -> None:
    def work(uow: object) -> list[str]:
        records.save(uow, "purchase_order", None, {"lines": [{"product": 1, "qty": 999, "price": 2}]})  # type: ignore[arg-type]
        return [str(message) for message in uow.warnings]  # type: ignore[attr-defined]

    assert run(world.ground, world.actor("bea"), work) == ["That is a lot"]


def test_a_stale_version_is_a_conflict_that_names_who(world: World) -> None:
    made = order(world)
    world.save("lea", "purchase_order", 1, note="first")
    with pytest.raises(Conflict, match="Lea changed this record"):
        run(
            world.ground,
            world.actor("bea"),
            lambda uow: records.save(uow, "purchase_order", 1, {"note": "second"}, int(str(made["version"]))),
        )


def test_rows_keep_their_ids_and_changes_are_merged(world: World) -> None:
    made = order(world, {"product": 1, "qty": "1"}, {"product": 2, "qty": "2"})
    first, second = (row["id"] for row in lines(world, made))
    changed = world.save("bea", "purchase_order", 1, lines=[{"id": second, "qty": "5"}, {"product": 1, "qty": "7"}])
    assert [(row["id"], row["qty"]) for row in lines(world, changed)] == [(second, Decimal(5)), (3, Decimal(7))]
    patched = world.save("bea", "purchase_order", 1, lines=records.RowChanges([{"id": second, "_delete": True}, {"id": 3, "qty": "8"}]))
    assert [(row["id"], row["qty"]) for row in lines(world, patched)] == [(3, Decimal(8))]
    with pytest.raises(Invalid) as raised:
        world.save("bea", "purchase_order", 1, lines=[{"id": first, "qty": "5"}])
    assert problems(raised.value)["lines.1.id"] == "unknown_row"


def test_rights_are_asked_of_the_old_and_the_new_row(world: World) -> None:
    order(world)
    with pytest.raises(Invisible):
        world.save("bob", "purchase_order", 1, note="mine now")
    with pytest.raises(Forbidden):
        world.save("bea", "purchase_order", 1, buyer=world.people["bob"])
    with pytest.raises(Forbidden):
        world.save("bea", "purchase_order", buyer=world.people["bob"], lines=[{"product": 1, "qty": 1}])
    with pytest.raises(Forbidden):
        world.save("bea", "product", name="Mine")


def test_hidden_fields_are_absent_and_cannot_be_asked_for(world: World) -> None:
    order(world)
    world.save("lea", "purchase_order", 1, secret="red")
    with world.look("bea") as view:
        assert "secret" not in records.load(view, "purchase_order", 1).values
    for typed in ('secret = "red"', "ISBLANK(secret)"):
        with pytest.raises(Invalid, match="secret"):
            world.find("bea", "purchase_order", typed)
    assert world.find("lea", "purchase_order", 'secret = "red"') == [1]


def test_what_is_referred_to_stays(world: World) -> None:
    order(world)
    with pytest.raises(Refusal, match="still refers"):
        world.delete("lea", "product", 1)
    world.delete("bea", "purchase_order", 1)
    world.delete("lea", "product", 1)
    assert world.find("lea", "product") == [4, 3, 2]


def test_unique_values_are_problems_at_their_field(world: World) -> None:
    with pytest.raises(Invalid) as raised:
        order(world, {"product": 1, "qty": "1"}, {"product": 1, "qty": "2"})
    assert "not_unique" in problems(raised.value).values()


def test_every_write_is_in_the_history_and_in_a_chain_that_verifies(world: World) -> None:
    order(world)
    world.save("bea", "purchase_order", 1, note="first")
    world.save("lea", "purchase_order", 1, note="second")
    world.delete("bea", "purchase_order", 1)
    with world.ground.database.read() as connection:
        tables = world.ground.current().tables
        assert [row["note"] for row in storage.history(connection, tables, "purchase_order", 1)] == ["second", "first", None]
        number = world.metadata.identity.number("entity:purchase_order")
        assert number is not None
        told = [(e.action, e.actor_name, set(e.changes)) for e in storage.entries(connection, number, 1)]
        assert told[0] == ("delete", "Bea", set())
        assert told[1] == ("update", "Lea", {"note"})
        assert told[3][0] == "create"
        assert list(storage.verify(connection, world.ground.audit_key)) == []
        assert len(list(storage.verify(connection, b"another key"))) > 0


def test_roles_are_given_only_by_those_who_may(world: World) -> None:
    bob = world.people["bob"]
    with pytest.raises(Invalid) as raised:
        world.save("lea", "user", bob, roles=["buyer", "lead"])
    assert problems(raised.value) == {"roles": "may_not_grant"}
    world.save("lea", "user", bob, roles=[])
    world.save("lea", "user", bob, roles=["buyer"])
    with pytest.raises(Forbidden):
        world.save("bea", "user", bob, roles=["lead"])


def test_blank_zero_and_false_are_different_values(world: World) -> None:
    world.save("lea", "product", 1, price=None, active=None)
    changed = world.save("lea", "product", 1, price="0", active=False)
    assert (changed["price"], changed["active"], changed["version"]) == (Decimal("0.00"), False, 3)
    with world.look("lea") as view:
        assert records.load(view, "product", 1).values["price"] == Decimal("0.00")


def test_a_right_to_one_cell_is_none_to_add_or_remove_rows(world: World) -> None:
    world.person("cleo", roles=["clerk"])
    made = order(world, {"product": 1, "qty": "1"}, {"product": 2, "qty": "2"})
    first, second = (row["id"] for row in lines(world, made))
    world.save("cleo", "purchase_order", 1, lines=[{"id": first, "qty": "5"}, {"id": second}])
    for attempt in ([{"id": first}], [{"id": first}, {"id": second}, {"qty": "1"}], records.RowChanges([{"id": first, "_delete": True}])):
        with pytest.raises(Invalid) as raised:
            world.save("cleo", "purchase_order", 1, lines=attempt)
        assert problems(raised.value)["lines"] == "not_editable"
    world.save("cleo", "purchase_order", 1, lines=records.RowChanges([{"id": second, "qty": "3"}]))
    with world.look("cleo") as view:
        assert [row["qty"] for row in lines(world, dict(records.load(view, "purchase_order", 1).values))] == [Decimal(5), Decimal(3)]
