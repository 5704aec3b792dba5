"""An archive that is declared later, taken away and declared again: nothing is lost, and the plan says what comes back."""

from __future__ import annotations

from datetime import timedelta

from engine import migration, records
from engine.access import SYSTEM
from engine.loading import load_sources
from engine.records import plan_upkeep
from tests.applications import START, World, opened, sources

PLAIN = """\
app: shop
roles: {buyer: {label: Buyer}}
---
entity: order
title: name
fields: {name: {type: text}, day: {type: date}}
access: {buyer: {read: true, update: true, delete: true}}
---
list: order
columns: [name]
sort: name
"""
KEPT = PLAIN.replace("title: name\n", "title: name\nretention: {after: 30 days, since: day, do: archive}\n")


def apply(world: World, text: str) -> list[str]:
    written = sources(text)
    found = migration.apply(world.app.database, written, load_sources(written), "Li Na", START)
    world.app.serving.reload()
    return [str(step.message) for step in found.steps]


def test_it_comes_goes_and_comes_again(database_url: str) -> None:
    with opened(PLAIN, database_url) as world:
        old, young = (int(str(world.save("system", "order", name=name, day=day)["id"])) for name, day in (("A", "2025-01-01"), ("B", None)))
        told = apply(world, KEPT)
        assert "order is indexed by name, id, as far as it is not archived." in told
        assert any("order.archived_at" in words for words in told)
        world.clock.move_to(world.clock.now() + timedelta(days=1))
        world.app.run(SYSTEM, plan_upkeep)
        world.app.jobs.run_due(world.clock.now() + timedelta(minutes=5))
        assert world.find("system", "order") == [young]
        told = apply(world, PLAIN)
        assert "Gone: field order.archived_at. 1 archived record stands in the lists again; nothing of them is lost." in told
        assert sorted(world.find("system", "order")) == [old, young]
        world.save("system", "order", old, name="A again")
        apply(world, KEPT)
        assert world.find("system", "order") == [young], "declared again it knows what was archived"
        with world.look("system") as view:
            assert records.fetch(view, "order", old)["name"] == "A again"
        assert apply(world, KEPT) == []
