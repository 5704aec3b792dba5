"""Computed fields that are right a moment later: many changes are one computation, nothing is forgotten, nobody waits."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial

import pytest

from engine import records, storage
from engine.loading import check_sources
from engine.unit_of_work import UnitOfWork
from tests.applications import World, opened, sources
from tests.racing import race

STOCK = """
app: stock
label: Stock
roles: {clerk: {label: Clerk}}
---
entity: site
fields:
  name: {type: text}
  value: {type: decimal, digits: 3, formula: SUM(items.on_hand)}
access: {clerk: {read: true, create: true, update: true}}
---
entity: item
title: name
fields:
  name: {type: text}
  site: {type: link, to: site, inverse: items}
  on_hand: {type: decimal, digits: 3, formula: SUM(moves.qty), keep: deferred}
  free: {type: decimal, digits: 3, formula: on_hand - 1}
checks:
  - {require: on_hand >= 0, level: warn, say: '{name} has gone below zero'}
access: {clerk: {read: true, create: true, update: true}}
---
entity: move
fields:
  item: {type: link, to: item, inverse: moves, required: true}
  qty: {type: decimal, digits: 3, required: true}
access: {clerk: {read: true, create: true, update: true, delete: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(STOCK, database_url) as world:
        world.person("cle", roles=["clerk"])
        world.save("cle", "site", name="Shanghai")
        world.save("cle", "item", name="Bolt", site=1)
        yield world


def value(world: World, entity: str, name: str) -> object:
    with world.look("system") as view:
        return records.fetch(view, entity, 1)[name]


def waits(world: World) -> bool:
    with world.look("system") as view:
        return bool(records.waiting_since(view, view.metadata.entities["item"], [1]))


def test_it_is_right_after_the_job_and_so_is_what_reads_it(world: World) -> None:
    world.save("cle", "move", item=1, qty="10")
    assert (value(world, "item", "on_hand"), value(world, "site", "value"), waits(world)) == (Decimal(0), Decimal(0), True)
    world.app.jobs.run_due()
    assert (value(world, "item", "on_hand"), value(world, "item", "free"), value(world, "site", "value")) == (10, 9, 10)
    assert not waits(world)
    assert value(world, "item", "version") == 1


def test_many_changes_are_one_computation(world: World) -> None:
    def ten(uow: UnitOfWork) -> None:
        for _ in range(10):
            records.save(uow, "move", None, {"item": 1, "qty": "1"})

    world.app.run(world.actor("cle"), ten)
    assert world.app.jobs.run_due() == 1
    for _ in range(5):
        world.save("cle", "move", item=1, qty="1")
    world.app.jobs.run_due()
    assert value(world, "item", "on_hand") == 15
    with world.look("system") as view:
        number = view.metadata.identity.number("entity:item")
        assert number is not None
        assert [entry.cause for entry in storage.entries(view.connection, number, 1)].count("derived") == 2


def test_a_check_that_refuses_may_not_read_it() -> None:
    text = STOCK.replace("level: warn, ", "")
    assert [issue.code for issue in check_sources(sources(text)).issues if issue.level == "error"] == ["S215"]


def test_nothing_is_forgotten_whoever_changes_while_it_is_computed(world: World, effort: Callable[[int, int], int]) -> None:
    turns = effort(10, 200)
    for _ in range(turns):
        ended = race(
            [
                partial(world.save, "cle", "move", item=1, qty="1"),
                world.app.jobs.run_due,
                partial(world.save, "cle", "move", item=1, qty="2"),
            ]
        )
        assert ended == ["done"] * 3
    world.app.jobs.run_due()
    assert value(world, "item", "on_hand") == 3 * turns
    assert not waits(world)


def test_a_record_that_comes_back_is_computed_too(database_url: str) -> None:
    """It was deleted before the job came to it."""
    text = """
        app: stock
        roles: {clerk: {label: Clerk}}
        ---
        entity: tag
        fields: {name: {type: text}}
        access: {clerk: {read: true, create: true, delete: true}}
        ---
        entity: item
        fields:
          tags: {type: links, to: tag}
          tagged: {type: integer, formula: COUNT(tags), keep: deferred}
        access: {clerk: {read: true, create: true, update: true, delete: true}}
    """
    with opened(text, database_url) as world:
        world.person("cle", roles=["clerk"])
        world.save("cle", "tag", name="Steel")
        world.save("cle", "item", tags=[1])
        world.app.jobs.run_due()
        assert value(world, "item", "tagged") == 1
        world.save("cle", "item", 1, tags=[])
        world.delete("cle", "item", 1)
        world.app.jobs.run_due()
        with world.look("cle") as view:
            line = next(each for each in records.deleted(view) if each.entity.name == "item")
        world.app.run(world.actor("cle"), lambda uow: records.restore(uow, line.number))
        world.app.jobs.run_due()
        assert value(world, "item", "tagged") == 0
