"""
app: shop
timezone: Asia/Shanghai
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, guest: {label: Guest}}
---
entity: task
title: name
fields:
  name: {type: text, required: true}
  kind: {type: choice, of: [small, large]}
  note: {type: text}
  double: {type: integer, formula: LEN(name) + COUNT(parts), keep: virtual}
  parts: {type: table, fields: {name: {type: text}}}
access:
  buyer: {read: true, create: true, update: true, delete: true}
  clerk: {read: 'kind = "small"'}
  guest:
    - {read: 'kind = "small"'}
    - {read: 'kind = "large"', hide: [note]}
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine import records
from engine.errors import Invalid
from engine.metadata import SortKey
from engine.records import Query
from tests.applications import START, World, opened

HOUR = timedelta(hours=1)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """At 1 two tasks are made, at 2 both change, at 3 the second goes."""
    with opened(str(__doc__), database_url) as found:
        for name in ("buyer", "clerk", "guest"):
            found.person(name, roles=[name])
        found.clock.move_to(START + HOUR)
        found.save("buyer", "task", name="one", kind="small", note="a")
        found.save("buyer", "task", name="two", kind="large", note="b")
        found.clock.move_to(START + 2 * HOUR)
        found.save("buyer", "task", 1, name="ONE", kind="large")
        found.save("buyer", "task", 2, name="TWO", kind="small")
        found.clock.move_to(START + 3 * HOUR)
        found.delete("buyer", "task", 2)
        yield found


def names(world: World, who: str, hours: float, **query: object) -> list[object]:
    at: datetime = START + hours * HOUR
    with world.look(who) as view:
        wanted = Query("task", at=at, **query)  # type: ignore[arg-type]
        found = [record.values["name"] for record in records.find(view, wanted).records]
        assert records.count(view, wanted) == len(found)
        return found


def test_the_rows_of_an_instant(world: World) -> None:
    assert names(world, "buyer", 0.5) == []
    assert names(world, "buyer", 1.5) == ["two", "one"]
    assert names(world, "buyer", 2.5) == ["TWO", "ONE"]
    assert names(world, "buyer", 4) == ["ONE"]


def test_filters_order_and_pages(world: World) -> None:
    assert names(world, "buyer", 1.5, typed=('kind = "small"',)) == ["one"]
    assert names(world, "buyer", 1.5, search="tw") == ["two"]
    assert names(world, "buyer", 2.5, sort=(SortKey("name"),)) == ["ONE", "TWO"]
    with world.look("buyer") as view:
        first = records.find(view, Query("task", at=START + 2.5 * HOUR, limit=1))
        second = records.find(view, Query("task", at=START + 2.5 * HOUR, limit=1, after=first.next))
    assert [each.values["name"] for page in (first, second) for each in page.records] == ["TWO", "ONE"]


def test_only_what_may_be_seen_as_it_is_and_as_it_was(world: World) -> None:
    assert names(world, "clerk", 1.5) == [], "one was small, but is large; two is gone"
    assert names(world, "clerk", 2.5) == []
    world.save("buyer", "task", 1, kind="small")
    assert names(world, "clerk", 1.5) == ["one"]
    assert names(world, "clerk", 2.5) == [], "it was large then"


def test_what_is_hidden_in_some_records_is_shown_in_none(world: World) -> None:
    assert names(world, "guest", 1.5) == ["one"]
    with world.look("guest") as view:
        found = records.find(view, Query("task", at=START + 1.5 * HOUR)).records
        assert all("note" not in record.values and "double" not in record.values for record in found)
        with pytest.raises(Invalid):
            records.find(view, Query("task", at=START + HOUR, typed=('note = "a"',)))
        with pytest.raises(Invalid):
            records.find(view, Query("task", at=START + HOUR, sort=(SortKey("note"),)))
        with pytest.raises(Invalid):
            records.groups(view, Query("task", at=START + HOUR), None)
