"""Computed fields across documents: kept right in the same transaction, whoever writes, and checks on them that always hold."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

import pytest

from engine import records, storage
from engine.errors import Refusal
from tests.applications import World, opened
from tests.racing import loser, race

STOCK = """
app: stock
label: Stock
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}}
---
entity: site
fields:
  name: {type: text}
  value: {type: decimal, digits: 2, formula: SUM(balances.value)}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
entity: balance
title: name
fields:
  name: {type: text}
  site: {type: link, to: site, inverse: balances}
  price: {type: decimal, digits: 2, default: 2}
  reserved: {type: decimal, digits: 3, blank: zero}
  on_hand: {type: decimal, digits: 3, formula: SUM(moves.qty)}
  issues: {type: integer, formula: 'COUNT(moves, qty < 0)'}
  available: {type: decimal, digits: 3, formula: on_hand - reserved}
  value: {type: decimal, digits: 2, formula: 'ROUND(on_hand * price, 2)'}
  site_name: {type: text, formula: site.name}
checks:
  - {require: on_hand >= 0, say: 'Not enough stock of {name}'}
  - {require: available >= 0, level: warn, say: '{name} is promised to others'}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
entity: move
fields:
  balance: {type: link, to: balance, inverse: moves, required: true}
  qty: {type: decimal, digits: 3, required: true}
  price: {type: decimal, digits: 2, formula: balance.price}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
entity: receipt
fields:
  lines:
    type: table
    fields:
      order_line: {type: link, to: order.lines, inverse: receipts}
      qty: {type: decimal, digits: 3}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
entity: order
title: name
fields:
  name: {type: text}
  lines:
    type: table
    title: what
    fields:
      what: {type: text}
      qty: {type: decimal, digits: 3}
      received: {type: decimal, digits: 3, formula: SUM(receipts.qty)}
      open_qty: {type: decimal, digits: 3, formula: qty - received}
    checks:
      - {require: received <= qty, say: 'More of {what} than was ordered'}
  open_qty: {type: decimal, digits: 3, formula: SUM(lines.open_qty)}
access: {clerk: {read: true, create: true, update: true, delete: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Two sites with one balance each."""
    with opened(STOCK, database_url) as world:
        world.person("cle", roles=["clerk"])
        for name in ("SH", "BJ"):
            world.save("cle", "site", name=name)
        world.save("cle", "balance", name="Bolt", site=1)
        world.save("cle", "balance", name="Nut", site=2)
        yield world


def row_ids(world: World, order: records.Row) -> list[object]:
    return [row["id"] for row in records.rows_of(order, world.metadata.entities["order"].fields["lines"])]


def value(world: World, entity: str, number: int, *names: str) -> tuple[object, ...]:
    with world.look("system") as view:
        row = records.fetch(view, entity, number)
    return tuple(row[name] for name in names)


def verified(world: World) -> bool:
    with world.look("system") as view:
        return not list(storage.verify(view.connection, world.ground.audit_key))


def test_rollups_follow_every_write_through_two_levels(world: World) -> None:
    first = world.save("cle", "move", balance=1, qty="10")
    assert value(world, "balance", 1, "on_hand", "issues", "available", "value") == (Decimal(10), Decimal(0), Decimal(10), Decimal(20))
    assert value(world, "site", 1, "value") == (Decimal(20),)
    world.save("cle", "move", int(str(first["id"])), qty="4")
    assert value(world, "site", 1, "value") == (Decimal(8),)
    world.save("cle", "move", balance=1, qty="-1.5")
    assert value(world, "balance", 1, "on_hand", "issues") == (Decimal("2.5"), Decimal(1))
    world.save("cle", "balance", 1, price="3", reserved="1")
    assert value(world, "balance", 1, "value", "available") == (Decimal("7.50"), Decimal("1.5"))
    assert value(world, "site", 1, "value") == (Decimal("7.50"),)
    world.delete("cle", "move", 2)
    assert value(world, "site", 1, "value") == (Decimal(12),)


def test_a_row_that_moves_changes_both_owners(world: World) -> None:
    world.save("cle", "move", balance=1, qty="10")
    world.save("cle", "move", 1, balance=2)
    assert (value(world, "balance", 1, "on_hand"), value(world, "balance", 2, "on_hand")) == ((Decimal(0),), (Decimal(10),))
    world.save("cle", "balance", 2, site=1)
    assert (value(world, "site", 1, "value"), value(world, "site", 2, "value")) == ((Decimal(20),), (Decimal(0),))


def test_live_values_follow_the_record_they_come_from(world: World) -> None:
    world.save("cle", "move", balance=1, qty="1")
    world.save("cle", "balance", 1, price="9")
    world.save("cle", "site", 1, name="Shanghai")
    assert value(world, "move", 1, "price") == (Decimal(9),)
    assert value(world, "balance", 1, "site_name") == ("Shanghai",)


def test_rows_of_one_document_are_summed_in_those_of_another(world: World) -> None:
    order = world.save("cle", "order", name="A", lines=[{"what": "bolts", "qty": 10}, {"what": "nuts", "qty": 5}])
    first, second = row_ids(world, order)
    world.save("cle", "receipt", lines=[{"order_line": first, "qty": 4}, {"order_line": second, "qty": 5}])
    assert value(world, "order", 1, "open_qty") == (Decimal(6),)
    world.save("cle", "receipt", 1, lines=[{"id": 1, "qty": 10}])
    assert value(world, "order", 1, "open_qty") == (Decimal(5),)
    with pytest.raises(Refusal, match="A: More of bolts than was ordered"):
        world.save("cle", "receipt", lines=[{"order_line": first, "qty": 1}])


def test_a_check_on_a_derived_number_refuses_the_whole_action(world: World) -> None:
    world.save("cle", "move", balance=1, qty="10")
    with pytest.raises(Refusal, match="Not enough stock of Bolt"):
        world.save("cle", "move", balance=1, qty="-11")
    assert world.find("cle", "move") == [1]


def test_derived_writes_are_no_new_version_but_in_history_and_audit(world: World) -> None:
    before = value(world, "balance", 1, "version", "updated_at")
    world.clock.move_to(world.clock.now().replace(hour=2))
    world.save("cle", "move", balance=1, qty="10")
    assert value(world, "balance", 1, "version", "updated_at") == before
    with world.ground.database.read() as connection:
        number = world.metadata.identity.number("entity:balance")
        assert number is not None
        told = storage.entries(connection, number, 1)[0]
        assert (told.cause, told.actor, set(told.changes)) == ("derived", None, {"on_hand", "available", "value"})
        assert len(storage.history(connection, world.ground.current().tables, "balance", 1)) == 1
        assert list(storage.verify(connection, world.ground.audit_key)) == []


def test_two_issues_at_once_never_take_more_than_there_is(world: World, effort: Callable[[int, int], int]) -> None:
    for number in range(1, effort(50, 1000) + 1):
        world.save("cle", "balance", name=f"B{number}", site=1)
        balance = number + 2
        world.save("cle", "move", balance=balance, qty="10")
        told = loser(*[partial(world.save, "cle", "move", balance=balance, qty="-6")] * 2)
        assert (type(told), str(told.message)) == (Refusal, f"B{number}: Not enough stock of B{number}")
        assert value(world, "balance", balance, "on_hand") == (Decimal(4),)
    assert verified(world)


def test_totals_are_right_whoever_moves_rows_between_owners(world: World, effort: Callable[[int, int], int]) -> None:
    """Two go one way and two the other, so that each needs what the other holds."""
    for number in range(1, 7):
        world.save("cle", "move", balance=1 + number // 3 % 2, qty=str(number))
    for turn in range(effort(50, 1000)):
        there = {number: 1 + (turn + number // 3) % 2 for number in range(1, 5)}
        assert race([partial(world.save, "cle", "move", number, balance=there[number]) for number in there]) == ["done"] * 4
        there |= {5: 2, 6: 1}
        on_hand = [sum(number for number in there if there[number] == balance) for balance in (1, 2)]
        assert [value(world, "balance", balance, "on_hand", "value") for balance in (1, 2)] == [(each, 2 * each) for each in on_hand]
        assert [value(world, "site", site, "value") for site in (1, 2)] == [(2 * each,) for each in on_hand]
    assert verified(world)


def test_a_live_value_is_never_missed_when_both_are_written_at_once(world: World, effort: Callable[[int, int], int]) -> None:
    balance = 1
    for turn in range(1, effort(50, 1000) + 1):
        if turn % 25 == 1:  # every move of a balance follows it, so a thousand on one would be half a million writes
            balance = int(str(world.save("cle", "balance", name=f"L{turn}", site=1)["id"]))
        ended = race(
            [partial(world.save, "cle", "balance", balance, price=str(turn)), partial(world.save, "cle", "move", balance=balance, qty="1")]
        )
        assert ended == ["done", "done"]
        assert value(world, "move", turn, "price") == (Decimal(turn),)
    assert verified(world)
