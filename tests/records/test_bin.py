"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}}
---
entity: supplier
title: name
fields:
  name: {type: text, required: true, unique: true}
  orders_total: {type: integer, formula: 'SUM(orders.total)', keep: stored}
access:
  buyer: {read: true, create: true, update: true, delete: 'name <> "kept"'}
  clerk: {read: true, create: true, delete: true}
---
entity: order
title: '"Order " & id'
fields:
  supplier: {type: link, to: supplier, inverse: orders, on_delete: cascade}
  note: {type: text}
  lines: {type: table, fields: {n: {type: integer}}}
  total: {type: integer, formula: SUM(lines.n)}
access:
  buyer: {read: true, create: true, update: true, delete: true}
"""

from collections.abc import Iterator

import pytest

from engine import records, storage
from engine.errors import Forbidden, Invalid, Invisible, Refusal
from tests.applications import World, opened


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(str(__doc__), database_url) as found:
        found.person("bea", roles=["buyer"])
        found.person("cleo", roles=["clerk"])
        found.person("ada", roles=["admin"])
        yield found


def made(world: World, entity: str, **values: object) -> int:
    return int(str(world.save("bea", entity, **values)["id"]))


def binned(world: World, who: str) -> list[records.Deleted]:
    with world.look(who) as view:
        return records.deleted(view)


def restore(world: World, who: str, number: int) -> int:
    return world.app.run(world.actor(who), lambda uow: records.restore(uow, number))[1]


def values(world: World, entity: str, number: int) -> records.Row:
    with world.look("bea") as view:
        return records.fetch(view, entity, number)


def is_sound(world: World) -> bool:
    with world.ground.database.read() as connection:
        return not list(storage.verify(connection, world.ground.audit_key))


def test_a_record_comes_back_as_it_was_with_its_rows_and_its_number_for_life(world: World) -> None:
    number = made(world, "order", note="blue bolts", lines=[{"n": 1}, {"n": 2}, {"n": 3}])
    before = values(world, "order", number)
    second = before["lines"][1]["id"]  # type: ignore[index]
    world.save("bea", "order", number, lines=[{"id": row["id"]} for row in before["lines"] if row["id"] != second])  # type: ignore[attr-defined]
    before = values(world, "order", number)
    world.delete("bea", "order", number)
    [deleted] = binned(world, "bea")
    assert (deleted.entity.name, deleted.id, deleted.title, deleted.who) == ("order", number, f"Order {number}", "Bea")
    assert restore(world, "bea", deleted.number) == number
    after = values(world, "order", number)
    assert {**after, "version": 0, "lines": [row["n"] for row in after["lines"]]} == {**before, "version": 0, "lines": [1, 3]}  # type: ignore[attr-defined]
    assert int(str(after["version"])) > int(str(before["version"]))
    assert world.find("bea", "order", words="blue") == [number]
    assert binned(world, "bea") == []
    world.save("bea", "order", number, note="green")
    world.delete("bea", "order", number)
    restore(world, "bea", binned(world, "bea")[0].number)
    assert values(world, "order", number)["note"] == "green"
    assert is_sound(world)


def test_what_went_with_a_record_comes_back_with_it_and_sums_are_right(world: World) -> None:
    supplier = made(world, "supplier", name="Alpha")
    orders = [made(world, "order", supplier=supplier, lines=[{"n": n}]) for n in (1, 2)]
    world.delete("bea", "supplier", supplier)
    assert [each.id for each in binned(world, "bea")] == [supplier]
    restore(world, "bea", binned(world, "bea")[0].number)
    assert values(world, "supplier", supplier)["orders_total"] == 3
    assert sorted(world.find("bea", "order")) == orders
    world.delete("bea", "order", orders[0])
    assert values(world, "supplier", supplier)["orders_total"] == 2
    restore(world, "bea", binned(world, "bea")[0].number)
    assert values(world, "supplier", supplier)["orders_total"] == 3


def test_only_who_deleted_it_and_administrators_see_and_restore_it(world: World) -> None:
    number = made(world, "supplier", name="Alpha")
    world.delete("cleo", "supplier", number)
    assert binned(world, "bea") == []
    deleted = binned(world, "ada")[0].number
    with pytest.raises(Invisible):
        restore(world, "bea", deleted)
    restore(world, "ada", deleted)
    assert world.find("bea", "supplier") == [number]


def test_who_may_no_longer_delete_may_not_restore(world: World) -> None:
    number = made(world, "supplier", name="Alpha")
    world.delete("cleo", "supplier", number)
    deleted = binned(world, "cleo")[0].number
    world.save("ada", "user", world.people["cleo"], roles=["buyer"])
    restore(world, "cleo", deleted)
    world.delete("cleo", "supplier", number)
    world.save("ada", "user", world.people["cleo"], roles=[])
    deleted = binned(world, "cleo")[0].number
    with pytest.raises((Forbidden, Invisible)):
        restore(world, "cleo", deleted)
    assert world.find("bea", "supplier") == [], "nothing is left of what was refused"


def test_what_no_longer_fits_stays_in_the_bin(world: World) -> None:
    supplier = made(world, "supplier", name="Alpha")
    world.delete("bea", "supplier", supplier)
    made(world, "supplier", name="Alpha")
    with pytest.raises(Invalid):
        restore(world, "bea", binned(world, "bea")[0].number)
    other = made(world, "supplier", name="Beta")
    order = made(world, "order", supplier=other)
    world.delete("bea", "order", order)
    world.delete("bea", "supplier", other)
    with pytest.raises(Refusal):
        restore(world, "bea", binned(world, "bea")[1].number)
    assert len(binned(world, "bea")) == 3


def test_an_administrator_purges_and_the_audit_still_verifies(world: World) -> None:
    number = made(world, "order", note="a name", lines=[{"n": 1}])
    world.save("bea", "order", number, note="another")
    world.app.run(world.actor("bea"), lambda uow: records.remark(uow, "order", number, "said"))
    world.delete("bea", "order", number)
    deleted = binned(world, "bea")[0].number
    with pytest.raises(Forbidden):
        world.app.run(world.actor("bea"), lambda uow: records.purge(uow, deleted))
    world.app.run(world.actor("ada"), lambda uow: records.purge(uow, deleted))
    with world.look("ada") as view:
        entity_id = view.metadata.identity.number("entity:order")
        assert entity_id is not None
        assert storage.history(view.connection, view.tables, "order", number) == []
        assert storage.comments_of(view.connection, entity_id, number) == []
        entries = storage.entries(view.connection, entity_id, number)
    assert [entry.action for entry in entries] == ["purge", "delete", "update", "create"]
    assert all(not entry.changes for entry in entries)
    assert is_sound(world)
    with pytest.raises(Invisible):
        restore(world, "ada", deleted)
