"""Two people who change one record at once: nothing is lost, and who comes second is told who was faster."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from engine import records, storage
from engine.errors import Conflict
from tests.applications import World, opened
from tests.racing import loser, race

NOTES = """
app: notes
label: Notes
roles: {clerk: {label: Clerk}}
---
entity: note
fields:
  one: {type: integer, default: 0}
  other: {type: integer, default: 0}
access: {clerk: {read: true, create: true, update: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(NOTES, database_url) as world:
        world.person("ann", roles=["clerk"])
        world.person("bob", roles=["clerk"])
        world.save("ann", "note")
        yield world


def edit(world: World, who: str, name: str, seen: int) -> None:
    world.app.run(world.actor(who), lambda uow: records.save(uow, "note", 1, {name: seen}, seen))


def value(world: World, name: str) -> object:
    with world.look("system") as view:
        return records.fetch(view, "note", 1)[name]


def test_of_two_edits_of_one_version_one_is_kept_and_the_other_told(world: World, effort: Callable[[int, int], int]) -> None:
    turns = effort(50, 1000)
    for seen in range(1, turns + 1):
        told = loser(partial(edit, world, "ann", "one", seen), partial(edit, world, "bob", "other", seen))
        assert isinstance(told, Conflict)
        winner = "Ann" if value(world, "one") == seen else "Bob"
        assert str(told.message).startswith(f"{winner} changed this record in the meantime")
    with world.look("system") as view:
        row = records.fetch(view, "note", 1)
        assert row["version"] == turns + 1
        assert turns in (row["one"], row["other"])
        assert len(storage.history(view.connection, view.tables, "note", 1)) == turns
        assert list(storage.verify(view.connection, world.ground.audit_key)) == []


def test_the_second_is_told_who_was_faster(world: World) -> None:
    edit(world, "ann", "one", 1)
    with pytest.raises(Conflict, match="Ann changed this record in the meantime"):
        edit(world, "bob", "other", 1)


def test_edits_of_different_fields_without_a_version_are_both_kept(world: World, effort: Callable[[int, int], int]) -> None:
    def blind(who: str, name: str, value: int) -> None:
        world.save(who, "note", 1, **{name: value})

    for turn in range(1, effort(20, 500) + 1):
        assert race([partial(blind, "ann", "one", turn), partial(blind, "bob", "other", turn)]) == ["done", "done"]
        with world.look("system") as view:
            row = records.fetch(view, "note", 1)
            assert (row["one"], row["other"]) == (turn, turn)
