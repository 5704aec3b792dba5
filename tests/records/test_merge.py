"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, seller: {label: Seller}}
---
entity: supplier
number: {pattern: 'S-{0000}'}
title: name
fields:
  name: {type: text, required: true}
  tax: {type: text, unique: true}
  city: {type: text}
  parent_of: {type: link, to: supplier, inverse: children}
  contacts: {type: table, fields: {person: {type: text}}}
  spent: {type: integer, formula: SUM(orders.amount)}
access:
  buyer: {read: true, create: true, update: true, delete: true}
  clerk: {read: true, update: true}
  seller: {read: true, update: true, delete: true}
---
entity: order
fields:
  supplier: {type: link, to: supplier, inverse: orders}
  amount: {type: integer}
  lines: {type: table, fields: {maker: {type: link, to: supplier}}}
access:
  buyer: {read: true, create: true, update: true}
  seller: {read: amount < 50, hide: [lines.maker]}
"""

from collections.abc import Iterator

import pytest

from engine import records, storage
from engine.errors import Forbidden, Invalid, Invisible, Refusal
from engine.records import Row
from tests.applications import World, opened


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """Two suppliers; the second has two orders, a line, a child, a comment and a share."""
    with opened(str(__doc__), database_url) as found:
        for name in ("buyer", "clerk", "seller"):
            found.person(name, roles=[name])
        found.save("buyer", "supplier", name="One", city="Rome", contacts=[{"person": "Ann"}])
        found.save("buyer", "supplier", name="Two", tax="T2", city="Bonn", contacts=[{"person": "Bob"}])
        found.save("buyer", "supplier", name="Child", parent_of=2)
        found.save("buyer", "order", supplier=1, amount=1)
        found.save("buyer", "order", supplier=2, amount=10, lines=[{"maker": 2}, {"maker": 1}])
        found.save("buyer", "order", supplier=2, amount=100)
        found.app.run(found.actor("buyer"), lambda uow: records.remark(uow, "supplier", 2, "late again"))
        yield found


def merge(world: World, who: str = "buyer", kept: int = 1, gone: int = 2, *take: str) -> None:
    world.app.run(world.actor(who), lambda uow: records.merge(uow, "supplier", kept, gone, take))


def state(world: World) -> list[Row]:
    """What the system sees of everything, without what every write changes."""
    with world.look("system") as view:
        rows = [records.fetch(view, name, n) for name, last in (("supplier", 3), ("order", 3)) for n in range(1, last + 1)]
    noise = {"version", "updated_at", "updated_by"}
    return [
        {
            k: [{c: v for c, v in r.items() if c not in noise} for r in v] if isinstance(v, list) else v
            for k, v in row.items()
            if k not in noise
        }
        for row in rows
    ]


def followers(world: World, number: int) -> list[str]:
    with world.look("buyer") as view:
        return sorted(each.name for each in records.followers(view, view.metadata.entities["supplier"], number))


def supplier(world: World, number: int) -> Row:
    with world.look("buyer") as view:
        return records.fetch(view, "supplier", number)


def test_everything_leads_to_the_one_that_stays(world: World) -> None:
    with world.look("buyer") as view:
        found = records.preview_merge(view, "supplier", 1, 2)
        assert {field.name for field in found.fields} == {"name", "tax", "city", "contacts"}
        assert found.referring == {"order": 3, "supplier": 1}
    with world.look("seller") as view:
        assert records.preview_merge(view, "supplier", 1, 2).referring == {"order": 1, "supplier": 1}
    merge(world, "buyer", 1, 2, "tax", "contacts")
    kept = supplier(world, 1)
    assert (kept["name"], kept["tax"], kept["city"], kept["spent"]) == ("One", "T2", "Rome", 111)
    assert [row["person"] for row in kept["contacts"]] == ["Ann", "Bob"]  # type: ignore[attr-defined]
    with world.look("buyer") as view:
        assert [records.fetch(view, "order", n)["supplier"] for n in (1, 2, 3)] == [1, 1, 1]
        assert [row["maker"] for row in records.fetch(view, "order", 2)["lines"]] == [1, 1]  # type: ignore[attr-defined]
        assert records.fetch(view, "supplier", 3)["parent_of"] == 1
        number = view.metadata.identity.number("entity:supplier")
        assert number is not None
        assert [one.body for one in storage.comments_of(view.connection, number, 1)] == ["late again"]
        with pytest.raises(Invisible):
            records.fetch(view, "supplier", 2)


def test_a_merge_is_undone(world: World) -> None:
    for who in ("buyer", "clerk"):
        world.app.run(world.actor(who), lambda uow: records.follow(uow, "supplier", 2))
    world.app.run(world.actor("buyer"), lambda uow: records.follow(uow, "supplier", 1))
    before, following = state(world), [followers(world, number) for number in (1, 2)]
    merge(world, "buyer", 1, 2, "tax", "city", "contacts")
    assert [row["person"] for row in supplier(world, 1)["contacts"]] == ["Ann", "Bob"]  # type: ignore[attr-defined]
    assert followers(world, 1) == ["Buyer", "Clerk"]
    assert world.app.run(world.actor("buyer"), lambda uow: records.unmerge(uow, "supplier", 1)) == 2
    assert state(world) == before
    assert [followers(world, number) for number in (1, 2)] == following
    with pytest.raises(Refusal):
        world.app.run(world.actor("buyer"), lambda uow: records.unmerge(uow, "supplier", 1))


def test_what_was_changed_since_stays(world: World) -> None:
    merge(world, "buyer", 1, 2, "city")
    world.save("buyer", "supplier", 1, city="Paris")
    world.save("buyer", "order", 3, supplier=3)
    world.app.run(world.actor("buyer"), lambda uow: records.unmerge(uow, "supplier", 1))
    assert supplier(world, 1)["city"] == "Paris"
    with world.look("buyer") as view:
        assert [records.fetch(view, "order", n)["supplier"] for n in (1, 2, 3)] == [1, 2, 3]


def test_who_may(world: World) -> None:
    with pytest.raises(Forbidden):
        merge(world, "clerk")
    with pytest.raises(Invalid):
        merge(world, "buyer", 1, 1)
    with pytest.raises(Invalid):
        merge(world, "buyer", 1, 2, "number")
    with pytest.raises(Invisible):
        merge(world, "buyer", 1, 77)
    world.app.run(world.actor("system"), lambda uow: records.merge(uow, "supplier", 1, 2))
    with pytest.raises(Invisible):
        world.app.run(world.actor("buyer"), lambda uow: records.unmerge(uow, "supplier", 1))


def test_a_record_that_led_to_the_one_that_goes_does_not_lead_to_itself(world: World) -> None:
    merge(world, "buyer", 3, 2)
    assert supplier(world, 3)["parent_of"] is None


def test_a_merged_record_does_not_come_back_alone(world: World) -> None:
    """Restored from the bin it would have lost what led to it, and nothing could give that back."""
    merge(world, "buyer", 1, 2)
    lines = deleted(world)
    with pytest.raises(Refusal, match="merged into One"):
        restore(world, lines[0])
    merge(world, "buyer", world.save("buyer", "supplier", name="Four")["id"], 1)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="deleted as well"):
        restore(world, lines[0])
    world.app.run(world.actor("buyer"), lambda uow: records.unmerge(uow, "supplier", 4))
    world.app.run(world.actor("buyer"), lambda uow: records.unmerge(uow, "supplier", 1))
    with world.look("buyer") as view:
        assert [records.fetch(view, "order", n)["supplier"] for n in (1, 2, 3)] == [1, 2, 2]


def test_it_comes_back_alone_where_the_other_is_gone_for_ever(world: World) -> None:
    world.person("ada", roles=["admin"])
    merge(world, "buyer", 3, 2)
    for number in (2, 3):
        world.save("buyer", "order", number, supplier=1, lines=[])
    world.delete("buyer", "supplier", 3)
    lines = deleted(world)
    world.app.run(world.actor("ada"), lambda uow: records.purge(uow, lines[0]))
    assert restore(world, lines[1]) == 2


def test_nothing_can_be_taken_out_again_once_it_is_gone_for_ever(world: World) -> None:
    world.person("ada", roles=["admin"])
    merge(world, "buyer", 1, 2)
    assert can_unmerge(world) is True
    (line,) = deleted(world)
    world.app.run(world.actor("ada"), lambda uow: records.purge(uow, line))
    assert can_unmerge(world) is False


def can_unmerge(world: World) -> bool:
    with world.look("buyer") as view:
        return records.can_unmerge(view, view.metadata.entities["supplier"], 1)


def deleted(world: World) -> list[int]:
    with world.look("buyer") as view:
        return [line.number for line in records.deleted(view)]


def restore(world: World, number: int) -> int:
    return world.app.run(world.actor("buyer"), lambda uow: records.restore(uow, number))[1]
