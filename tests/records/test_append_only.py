"""Ledgers: what was entered stays, for everybody; a correction is a new entry, and sums over entries are kept."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from engine import records
from engine.errors import Forbidden, Refusal
from engine.unit_of_work import UnitOfWork
from tests.applications import World, opened

LEDGER = """
app: books
label: Books
timezone: Asia/Shanghai
roles: {clerk: {label: Clerk}}
---
entity: account
title: name
fields:
  name: {type: text}
  balance: {type: decimal, formula: SUM(entries.amount)}
access: {clerk: {read: true, create: true, update: true, delete: true}}
---
entity: entry
append_only: true
title: account_name
fields:
  account: {type: link, to: account, inverse: entries, required: true}
  amount: {type: decimal, required: true}
  account_name: {type: text, formula: account.name}
access: {clerk: {read: true, create: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(LEDGER, database_url) as world:
        world.person("cle", roles=["clerk"])
        world.person("ada", roles=["admin"])
        world.save("cle", "account", name="Cash")
        world.save("cle", "entry", account=1, amount="10")
        yield world


def value(world: World, entity: str, number: int, name: str) -> object:
    with world.look("system") as view:
        return records.fetch(view, entity, number)[name]


@pytest.mark.parametrize("who", ["cle", "ada", "system"])
def test_nobody_changes_or_deletes_an_entry(world: World, who: str) -> None:
    with pytest.raises((Refusal, Forbidden)):
        world.save(who, "entry", 1, amount="20")
    with pytest.raises((Refusal, Forbidden)):
        world.delete(who, "entry", 1)
    with pytest.raises(Refusal, match="Entry: what was entered stays as it is"):
        world.app.run(world.actor(who), effect)
    assert (value(world, "entry", 1, "amount"), value(world, "entry", 1, "version")) == (Decimal(10), 1)


def effect(uow: UnitOfWork) -> None:
    records.change(uow, "entry", records.fetch(uow, "entry", 1, lock=True), {"amount": Decimal(20)})


def test_a_correction_is_a_new_entry(world: World) -> None:
    world.save("cle", "entry", account=1, amount="-10")
    world.save("cle", "entry", account=1, amount="20")
    assert value(world, "account", 1, "balance") == Decimal(20)
    with pytest.raises(Refusal):
        world.delete("cle", "account", 1)


def test_what_is_computed_is_kept_right_all_the_same(world: World) -> None:
    world.save("cle", "account", 1, name="Petty cash")
    assert value(world, "entry", 1, "account_name") == "Petty cash"
