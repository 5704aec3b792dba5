"""Links to many over an entity with fields of its own, on both databases: read, chosen, asked for, and never beyond what may be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import migration, records
from engine.errors import Forbidden, Invalid
from engine.loading import load_sources
from tests.applications import World, opened, sources

YAML = """
    app: works
    languages: [en, zh]
    roles: {lead: {}, member: {}, guest: {}}
    ---
    entity: person
    title: name
    fields:
      name: {type: text, required: true}
      active: {type: boolean, default: true}
    access: {lead: {read: true, create: true}, member: {read: true}, guest: {read: true}}
    ---
    entity: project
    title: name
    fields:
      name: {type: text, required: true}
      people: {type: links, to: person, through: membership, where: people.active, inverse: projects}
      experts: {type: links, to: person, through: expertise}
      after: {type: links, to: project, through: sequence}
      size: {type: integer, formula: COUNT(people)}
    access:
      lead: {read: true, create: true, update: true, delete: true}
      member: {read: true, create: true, update: true}
      guest: {read: true, update: true}
    ---
    list: project
    columns: [name, people, size]
    ---
    entity: membership
    title: person.name
    fields:
      project: {type: link, to: project, required: true, on_delete: cascade}
      person: {type: link, to: person, required: true}
      part: {type: choice, of: [worker, head], default: worker}
      secret: {type: boolean, default: false}
    unique: [[project, person]]
    access:
      lead: {read: true, create: true, update: true, delete: true}
      member: {read: NOT secret, create: true}
    ---
    entity: expertise
    title: field
    fields:
      project: {type: link, to: project, on_delete: cascade}
      person: {type: link, to: person}
      field: {type: text, required: true}
    access:
      lead: {read: true, create: true}
      member: {read: true, hide: [person]}
    ---
    entity: sequence
    title: '"#" & id'
    fields:
      earlier: {type: link, to: project, required: true}
      later: {type: link, to: project, required: true}
    access: {lead: {read: true, create: true, delete: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(YAML, database_url) as world:
        for name, role in {"lea": "lead", "max": "member", "gus": "guest"}.items():
            world.person(name, roles=[role])
        for name in ("Ann", "Ben", "Cyd"):
            world.save("lea", "person", name=name)
        world.save("lea", "project", name="Bridge", people=[2, 1])
        world.save("lea", "project", name="Tower")
        yield world


def people(world: World, who: str, number: int = 1) -> object:
    with world.look(who) as view:
        return records.load(view, "project", number).values["people"]


def memberships(world: World) -> list[tuple[object, object, object]]:
    with world.look("lea") as view:
        found = records.find(view, records.Query("membership", sort=())).records
        return sorted((each.values["project"], each.values["person"], each.values["part"]) for each in found)


def test_choosing_makes_and_takes_away_records_between(world: World) -> None:
    assert people(world, "lea") == (2, 1), "in the order in which they were chosen"
    assert memberships(world) == [(1, 1, "worker"), (1, 2, "worker")]
    world.save("lea", "membership", 1, part="head")
    saved = world.save("lea", "project", 1, people=[2, 3])
    assert (people(world, "lea"), saved["size"]) == ((2, 3), 2)
    assert memberships(world) == [(1, 2, "head"), (1, 3, "worker")], "what stays keeps what was said of it"
    with world.look("lea") as view:
        record = records.load(view, "project", 1)
        assert [record.titles["person", number] for number in (2, 3)] == ["Ben", "Cyd"]
        assert records.fetch(view, "project", 1)["size"] == 2, "what is counted over it follows"
        assert [each.id for each in records.find(view, records.Query("person", typed=("ANY(projects, id = 1)",))).records] == [3, 2]
    world.save("lea", "project", 1, people=[])
    assert (people(world, "lea"), memberships(world)) == (None, [])


def test_what_may_not_be_chosen_is_said_at_the_field(world: World) -> None:
    with pytest.raises(Invalid) as found:
        world.save("lea", "project", 1, people=[1, 99])
    assert [(p.path, p.code) for p in found.value.problems] == [("people", "no_such_record")]
    assert people(world, "lea") == (2, 1), "and nothing of it is kept"
    person = world.save("lea", "person", name="Dan", active=False)["id"]
    with pytest.raises(Invalid) as found:
        world.save("lea", "project", 1, people=[person])
    assert [(p.path, p.code) for p in found.value.problems] == [("people", "where")]
    with pytest.raises(Invalid) as found:
        world.save("lea", "project", 1, experts=[1])
    assert [(p.path, p.code) for p in found.value.problems] == [("experts", "computed")], "who needs a field of its own is made there"
    with pytest.raises(Invalid) as found:
        world.save("gus", "project", 1, people=[1])
    assert [(p.path, p.code) for p in found.value.problems] == [("people", "not_editable")]
    with pytest.raises(Forbidden):
        world.save("max", "project", 1, people=[3])


def test_what_lies_between_unseen_is_not_seen(world: World) -> None:
    world.save("lea", "membership", 1, secret=True)
    world.save("lea", "expertise", project=1, person=3, field="Steel")
    assert [people(world, who) for who in ("lea", "max", "gus")] == [(2, 1), (1,), None]
    with world.look("max") as view:
        found = records.load(view, "project", 1)
        assert found.values["experts"] is None, "the link of the records between is hidden"
        asked = ("ANY(people, id = 2)", "ANY(people, id = 1)", "COUNT(people) = 2", "COUNT(people) = 1", "ALL(people, id < 2)")
        assert [world.find("max", "project", each) for each in asked] == [[], [1], [], [1], [2, 1]]
        with pytest.raises(Invalid):
            world.find("max", "project", "ANY(experts, id = 3)")
        page = records.find(view, records.Query("project", fields=frozenset({"people"})))
        assert [each.values.get("people") for each in page.records] == [None, (1,)]
        assert [each.values.get("people", "-") for each in records.find(view, records.Query("project", fields=frozenset())).records] == [
            "-",
            "-",
        ]
    world.save("max", "project", 1, people=[1, 3])
    assert people(world, "lea") == (2, 1, 3), "what somebody does not see, they do not take away"


def test_records_of_one_entity_lead_to_each_other(world: World) -> None:
    world.save("lea", "project", 2, after=[1])
    with world.look("lea") as view:
        between = records.load(view, "sequence", 1).values
        assert (between["earlier"], between["later"]) == (2, 1), "the first link is that of the record itself"
        assert [records.load(view, "project", number).values["after"] for number in (1, 2)] == [None, (1,)]


def test_where_it_led_is_told_of_the_past_too(world: World) -> None:
    """Over records between that are seen today: one that is gone is told only to who may read all of them."""
    before = world.clock.now()
    world.clock.move_to(before + timedelta(hours=1))
    world.save("lea", "project", 1, people=[2, 3])

    def then(who: str) -> tuple[object, object]:
        with world.look(who) as view:
            listed = records.find(view, records.Query("project", sort=(), fields=frozenset({"people"}), at=before)).records
            return records.as_of(view, "project", 1, before).values["people"], {each.id: each.values["people"] for each in listed}

    assert then("lea") == ((2, 1), {1: (2, 1), 2: None})
    assert then("max") == ((2,), {1: (2,), 2: None})
    assert then("gus") == (None, {1: None, 2: None})
    with world.look("lea") as view:
        kept = {each.field.name: (each.then, each.now, each.open) for each in records.past(view, "project", 1, before).kept}
    assert kept["people"] == ((2, 1), (2, 3), True)
    world.app.run(world.actor("lea"), lambda uow: records.bring_back(uow, "project", 1, records.Wanted(before, ("people",))))
    assert people(world, "lea") == (2, 1)


def test_a_new_name_keeps_what_it_leads_to(world: World) -> None:
    renamed = YAML.replace("people: {type: links", "staff: {was: people, type: links").replace("COUNT(people)", "COUNT(staff)")
    renamed = renamed.replace("where: people.active", "where: staff.active").replace("name, people, size", "name, staff, size")
    renamed = renamed.replace(
        "person: {type: link, to: person, required: true}", "who: {was: person, type: link, to: person, required: true}"
    )
    renamed = renamed.replace("title: person.name", "title: who.name").replace("[[project, person]]", "[[project, who]]")
    apply(world, renamed)
    with world.look("lea") as view:
        found = records.load(view, "project", 1).values
    assert (found["staff"], found["size"]) == ((2, 1), 2)
    moved = renamed.replace("membership", "place").replace("entity: place", "entity: place\n    was: membership")
    apply(world, moved)
    with world.look("lea") as view:
        assert records.load(view, "project", 1).values["staff"] == (2, 1), "also where the records between have another name"
    apply(world, "\n".join(line for line in moved.splitlines() if "staff" not in line) + "\n")
    with world.look("lea") as view:
        assert "staff" not in records.load(view, "project", 1).values
        assert len(records.find(view, records.Query("place")).records) == 2, "the records between stay"


def apply(world: World, text: str) -> None:
    changed = sources(text)
    with world.app.database.read() as connection:
        identity = migration.stored(connection, world.metadata.number).identity
    migration.apply(world.app.database, changed, load_sources(changed, identity), "tests", world.clock.now())
    world.app.serving.reload()
