"""Texts that stand in lists as they are spoken from now on, or no more: on an application with records, cut short anywhere."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine import migration, records
from engine.loading import load_sources
from engine.metadata import SortKey
from engine.records import Query
from engine.storage import spelled
from tests.applications import START, World, opened, sources

PERSON = """\
app: shop
roles: {{buyer: {{label: Buyer}}}}
---
entity: person
fields:
  name: {name}
  lines: {{type: table, fields: {{word: {name}}}}}
access: {{buyer: {{read: true}}}}
---
list: person
for: person
columns: [name]
sort: [name]
"""
CODE, PINYIN, NUMBER = (PERSON.format(name=f"{{type: {kind}}}") for kind in ("text", "text, sort: pinyin", "integer"))


@pytest.fixture
def world(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr("engine.storage.carrying.BATCH", 2)
    with opened(CODE, database_url) as found:
        for name in ("李四", "bo", "安", None):
            found.save("system", "person", name=name, lines=[{"word": name}])
        yield found


class Cut(Exception):
    """The apply is cut short here."""


def apply(world: World, definition: str, cut_after: int | None = None) -> list[str]:
    """The steps in words."""
    written, done = sources(definition), []

    def told(what: str) -> None:
        done.append(what)
        if cut_after == len(done):
            raise Cut

    found = migration.apply(world.app.database, written, load_sources(written), "Li Na", START, told=told)
    world.app.serving.reload()
    return sorted(str(step.message) for step in found.steps if step.kind == "sort")


def names(world: World, **asked: object) -> list[Any]:
    with world.look("system") as view:
        page = records.find(view, Query("person", sort=(SortKey("name"),), **asked))  # type: ignore[arg-type]
        return [record.values["name"] for record in page.records]


def test_the_order_comes_goes_and_comes_again(world: World) -> None:
    assert names(world) == ["bo", "安", "李四", None]
    told = [f"field person.{name}: the 3 texts stand in lists as spoken." for name in ("lines.word", "name")]
    assert apply(world, PINYIN) == told
    assert names(world) == ["安", "bo", "李四", None]
    assert apply(world, PINYIN) == []
    assert len(apply(world, CODE)) == 2
    world.save("system", "person", 1, name="a")
    world.save("system", "person", 2, name=None)
    assert names(world) == ["a", "安", None, None]
    assert apply(world, PINYIN) == [told[0], "field person.name: the 2 texts stand in lists as spoken."]
    assert names(world) == ["a", "安", None, None]


def test_lists_of_the_past_are_in_order_too(world: World) -> None:
    before = world.clock.now()
    world.clock.move_to(before.replace(year=before.year + 1))
    for number in (1, 2, 3):
        world.save("system", "person", number, name="x")
    apply(world, PINYIN)
    world.app.jobs.run_due(world.clock.now())
    assert names(world, at=before) == ["安", "bo", "李四", None]


def test_an_apply_that_is_cut_short_goes_on_while_people_work(world: World) -> None:
    cuts = 0
    with pytest.raises(Cut):
        apply(world, PINYIN, 1)
    while True:
        try:
            apply(world, PINYIN, 2 + cuts)
            break
        except Cut:
            cuts += 1
            world.save("system", "person", 1 + cuts % 4, name=("中", "b", None, "安全")[cuts % 4])
            world.save("system", "person", name="C")
    found = names(world)
    assert cuts > 2
    assert found == sorted(found, key=lambda name: (name is None, spelled(name)))


def test_another_type_and_another_order_at_once(world: World) -> None:
    apply(world, NUMBER.replace("{type: integer}", "{type: text, max: 99}"))
    for number in (1, 2, 3, 4):
        world.save("system", "person", number, name=str(number), lines=[])
    apply(world, NUMBER)
    assert names(world) == [1, 2, 3, 4]
    apply(world, PINYIN)
    assert names(world) == ["1", "2", "3", "4"]
