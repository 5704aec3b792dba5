"""Erasing a person: nothing tells who they were, what they did stays, and the audit still verifies; and what is done every hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import records, storage
from engine.access import AUTH, SYSTEM
from engine.errors import Forbidden, Refusal
from tests.applications import World, opened

YAML = """
    app: shop
    languages: [en]
    roles:
      buyer: {}
    ---
    entity: note
    title: words
    fields:
      words: {type: text}
    access:
      buyer: {read: true, create: true, update: true}
"""
TRACES = ("Bea Bloom", "bea.bloom", "bea@example.com", "bertha@")


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        world.person("ada", roles=["admin"])
        number = world.person("bea", email="bertha@example.com", roles=["buyer"])
        world.save("system", "user", number, name="Bea Bloom", login="bea.bloom", email="bea@example.com")
        note = int(str(world.save("bea", "note", words="hers")["id"]))
        world.save("bea", "note", note, words="still hers")
        world.app.run(world.actor("bea"), lambda uow: records.remark(uow, "note", note, "what she said"))
        world.app.run(AUTH, lambda uow: records.save(uow, "token", None, {"person": number, "name": "bea's", "hash": "h"}))
        yield world


def everything(world: World) -> str:
    """Every value of every table."""
    with world.look("system") as view:
        execute = view.connection.exec_driver_sql
        if world.app.database.dialect == "sqlite":
            names = [row[0] for row in execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        else:
            names = [row[0] for row in execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return "\n".join(str(tuple(row)) for name in sorted(names) for row in execute(f'SELECT * FROM "{name}"'))


def broken(world: World) -> list[storage.Break]:
    with world.look("system") as view:
        key = world.ground.audit_key
        return [*storage.verify(view.connection, key), *storage.verify_roots(view.connection, key)]


def test_nothing_tells_who_they_were_and_what_they_did_stays(world: World) -> None:
    bea = world.people["bea"]
    assert all(word in everything(world) for word in TRACES)
    with world.look("ada") as view:
        seen = records.preview_erasure(view, bea)
    assert (seen.name, seen.actions, seen.comments, seen.tokens) == ("Bea Bloom", 2, 1, 1)
    assert world.app.run(world.actor("ada"), lambda uow: records.erase_person(uow, bea)) == seen
    kept = everything(world)
    assert [word for word in TRACES if word in kept] == []
    assert "what she said" in kept
    assert broken(world) == []
    with world.look("ada") as view:
        entity = view.metadata.entities["note"]
        row = records.fetch(view, "note", 1)
        record = records.present(view, entity, [row], [records.readable(view, entity, row)])[0]
        happened = records.activity(view, entity, record)
        number = view.metadata.identity.numbers["entity:user"]
        (last, *_earlier) = storage.entries(view.connection, number, bea)
    assert {one.who for one in happened} == {f"erased-{bea}"}
    assert [d.new for one in happened for d in one.differences] == ["still hers", "hers"]
    assert (last.action, last.actor_name) == ("erase", "Ada"), "that it was done, and by whom, is told"


def test_an_erased_person_is_out_and_their_tokens_are_dead(world: World) -> None:
    bea = world.people["bea"]
    world.app.run(world.actor("ada"), lambda uow: records.erase_person(uow, bea))
    with world.look("system") as view:
        assert records.fetch(view, "user", bea)["active"] is False
        assert [row.values["revoked"] for row in records.find(view, records.Query("token")).records] == [True]


def test_only_administrators_erase_and_nobody_themselves(world: World) -> None:
    with pytest.raises(Forbidden):
        world.app.run(world.actor("bea"), lambda uow: records.erase_person(uow, world.people["ada"]))
    with pytest.raises(Refusal):
        world.app.run(world.actor("ada"), lambda uow: records.erase_person(uow, world.people["ada"]))


def test_every_hour_the_audit_is_signed_once(world: World) -> None:
    for _ in range(2):
        world.app.run(SYSTEM, records.plan_upkeep)
    world.clock.move_to(world.clock.now() + timedelta(hours=2, minutes=30))
    world.app.jobs.run_due()
    with world.look("system") as view:
        roots = view.connection.exec_driver_sql("SELECT number, count FROM loom_audit_root").fetchall()
        waiting = view.connection.exec_driver_sql("SELECT count(*) FROM loom_job WHERE state = 'waiting' AND name = 'upkeep'").scalar()
    assert len(roots) == 1
    assert roots[0][1] >= 5
    assert waiting == 1
    assert broken(world) == []
