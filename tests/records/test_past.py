"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, reader: {label: Reader}}
---
entity: order
number: {pattern: 'O-{0000}', at: create}
fields:
  note: {type: text}
  secret: {type: text}
  region: {type: text}
  qty: {type: integer, max: 10}
  lines: {type: table, fields: {n: {type: integer}, price: {type: integer}, twice: {type: integer, formula: n * 2}}}
  total: {type: integer, formula: SUM(lines.twice)}
access:
  buyer: {read: true, create: true, update: true}
  clerk: {read: 'region = "south"', update: true, edit: [note], hide: [secret, lines.price]}
  reader: {read: true}
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from engine import records
from engine.errors import Conflict, Forbidden, Invalid, Invisible
from tests.applications import START, World, opened


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(str(__doc__), database_url) as found:
        for name, role in (("bea", "buyer"), ("cleo", "clerk"), ("rex", "reader")):
            found.person(name, roles=[role])
        yield found


@pytest.fixture
def number(world: World) -> int:
    """An order that was changed an hour after it was made, and again an hour later."""
    lines = [{"n": 1, "price": 5}, {"n": 2, "price": 6}]
    row = world.save("bea", "order", note="first", secret="x", region="south", qty=1, lines=lines)
    number, kept = int(str(row["id"])), row["lines"][1]["id"]  # type: ignore[index]
    world.clock.move_to(START + timedelta(hours=1))
    world.save("bea", "order", number, note="second", secret="y", lines=[{"id": kept, "n": 7}, {"n": 3}])
    world.clock.move_to(START + timedelta(hours=2))
    world.save("bea", "order", number, note="third")
    return number


def past(world: World, who: str, number: int, minutes: int) -> records.Past:
    with world.look(who) as view:
        return records.past(view, "order", number, START + timedelta(minutes=minutes))


def bring_back(world: World, who: str, number: int, *names: str, version: int | None = None) -> records.Row:
    at: datetime = START + timedelta(minutes=1)
    return world.app.run(world.actor(who), lambda uow: records.bring_back(uow, "order", number, records.Wanted(at, names, version)))


def test_a_record_as_it_was(world: World, number: int) -> None:
    for minutes, note, cells, total in (
        (0, "first", [1, 2], 6),
        (59, "first", [1, 2], 6),
        (60, "second", [7, 3], 20),
        (999, "third", [7, 3], 20),
    ):
        then = past(world, "bea", number, minutes).record.values
        assert (then["note"], [row["n"] for row in then["lines"]], then["total"]) == (note, cells, total)  # type: ignore[attr-defined]
    with pytest.raises(Invisible):
        past(world, "bea", number, -1)


def test_what_differs_and_what_may_be_brought_back(world: World, number: int) -> None:
    kept = {each.field.name: each for each in past(world, "bea", number, 1).kept}
    assert {name: each.open for name, each in kept.items()} == {"note": True, "secret": True, "lines": True, "total": False}
    assert (kept["note"].then, kept["note"].now) == ("first", "third")
    assert {each.field.name: each.open for each in past(world, "cleo", number, 1).kept} == {"note": True, "lines": False, "total": False}
    assert not any(each.open for each in past(world, "rex", number, 1).kept)


def test_one_field_or_all_come_back_by_a_save(world: World, number: int) -> None:
    row = bring_back(world, "bea", number, "note")
    assert (row["note"], row["secret"], row["total"]) == ("first", "y", 20)
    row = bring_back(world, "bea", number, "secret", "lines")
    lines = row["lines"]
    assert (row["secret"], row["total"], [(line["n"], line["price"]) for line in lines]) == ("x", 6, [(1, 5), (2, 6)])  # type: ignore[attr-defined]
    assert past(world, "bea", number, 1).kept == ()


def test_the_save_asks_what_every_save_asks(world: World, number: int) -> None:
    with pytest.raises(Conflict):
        bring_back(world, "bea", number, "note", version=1)
    for who, names in (("cleo", ["lines"]), ("cleo", ["secret"]), ("bea", ["total"]), ("bea", ["qty"]), ("bea", [])):
        with pytest.raises(Invalid):
            bring_back(world, who, number, *names)
    with pytest.raises((Invalid, Forbidden)):
        bring_back(world, "rex", number, "note")


def test_what_one_may_not_see_now_or_might_not_then_is_not_shown(world: World, number: int) -> None:
    then = past(world, "cleo", number, 1).record
    assert "secret" not in then.values
    assert "price" not in then.values["lines"][0]  # type: ignore[index]
    world.clock.move_to(START + timedelta(hours=3))
    world.save("bea", "order", number, region="north")
    with pytest.raises(Invisible):
        past(world, "cleo", number, 1)
    other = int(str(world.save("bea", "order", note="far", region="north")["id"]))
    world.clock.move_to(START + timedelta(hours=4))
    world.save("bea", "order", other, region="south")
    with pytest.raises(Invisible):
        past(world, "cleo", other, 181)
