"""Kinds of an entity (`subtypes`) that are called otherwise: what records hold, were and are found by goes with them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import migration, records
from engine.errors import BadDefinition, Refusal
from engine.loading import load_sources
from engine.migration import ids
from engine.records import Query
from tests.applications import START, World, opened, sources

HEAD = "app: shop\nroles: {buyer: {label: Buyer}}\n---\n"
THING = """\
entity: thing
title: name
fields:
  name: {type: text}
  big: {type: boolean, formula: subtype = "large"}
subtypes:
  small: {fields: {grams: {type: integer, required: true}}}
  large: {label: Large, fields: {tons: {type: integer}, items: {type: table, fields: {x: {type: integer}}}, twice: {type: integer, formula: tons * 2}}}
access: {buyer: {read: true}}
"""
NOW = THING.replace("  small: {", "  tiny: {was: small, ").replace("label: Large", "was: large, label: Huge")
NOW = NOW.replace("  large:", "  huge:").replace('"large"', '"huge"')
JOINED = """\
entity: thing
title: name
fields:
  name: {type: text}
  big: {type: boolean, formula: subtype = "any"}
subtypes:
  any: {was: [small, large], fields: {grams: {type: integer}, tons: {type: integer}, twice: {type: integer, formula: tons * 2}}}
access: {buyer: {read: true}}
"""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """A small thing, and a large one that weighs two tons."""
    with opened(HEAD + THING, database_url) as found:
        found.save("system", "thing", name="a", subtype="small", grams=1)
        found.save("system", "thing", name="b", subtype="large", tons=2, items=[{"x": 1}])
        yield found


def apply(world: World, text: str) -> migration.Plan:
    written = sources(HEAD + text)
    found = migration.apply(world.app.database, written, load_sources(written), "tests", START)
    world.app.serving.reload()
    world.app.jobs.run_due(START.replace(year=2027))
    return found


def refused(world: World, text: str) -> str:
    with pytest.raises(Refusal) as caught:
        apply(world, text)
    return str(caught.value.message)


def held(world: World, *names: str) -> list[object]:
    with world.look("system") as view:
        rows = [records.fetch(view, "thing", number) for number in (1, 2)]
    return [tuple(row.get(name) for name in names) for row in rows]


@pytest.mark.parametrize("many", [ids.MANY, 1])
def test_kinds_are_called_otherwise(world: World, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they stand, or carried to another column; what was, and what somebody finds them by, is rewritten too."""
    monkeypatch.setattr(ids, "MANY", many)
    seen = {"name": "heavy", "entity": "thing", "address": "c=subtype%3Ain%3Asmall%2Clarge"}
    person = world.person("bea", roles=["buyer"])
    world.app.run(world.actor("system"), lambda uow: records.save(uow, "saved_view", None, {**seen, "owner": person}))
    world.clock.move_to(START + timedelta(days=1))
    world.save("system", "thing", 2, tons=3)
    steps = {step.subject: (step.kind, step.rows, step.used_by) for step in apply(world, NOW).steps}
    kind, rows, used_by = steps["choice:thing.subtype.huge"]
    assert (kind, rows) == ("code", 1)
    assert {one.render() for one in used_by} >= {"saved view heavy", "field thing.big"}
    assert not any(one in steps for one in ("field:thing.grams", "field:thing.tons", "field:thing.items"))
    assert held(world, "subtype", "grams", "tons", "twice", "big") == [("tiny", 1, None, None, False), ("huge", None, 3, 6, True)]
    with world.look("system") as view:
        then = records.as_of(view, "thing", 2, START).values
        assert (then["subtype"], then["tons"]) == ("huge", 2)
        assert records.find(view, Query("saved_view")).records[0].values["address"] == "c=subtype%3Ain%3Atiny%2Chuge"
    world.save("system", "thing", 2, tons=4)
    assert held(world, "twice", "big")[1] == (8, True)
    assert not apply(world, NOW.replace("was: small, ", "").replace("was: large, ", "")).steps
    assert [step.kind for step in apply(world, THING).steps if step.subject.startswith("choice:")] == ["code", "code"], "as it was"
    assert held(world, "subtype", "grams", "tons") == [("small", 1, None), ("large", None, 4)]


def test_names_of_kinds_change_places(world: World) -> None:
    traded = THING.replace('"large"', '"small"')
    traded = traded.replace("  small: {", "  large: {was: small, ").replace("  large: {label", "  small: {was: large, label")
    apply(world, traded)
    after = [("large", 1, None, None, False), ("small", None, 2, 4, True)]
    assert held(world, "subtype", "grams", "tons", "twice", "big") == after
    apply(world, traded.replace("label: Large", "label: Huge"))
    assert held(world, "subtype", "grams", "tons", "twice", "big") == after, "once"


def test_with_the_entity(world: World) -> None:
    apply(world, NOW.replace("entity: thing", "entity: ware\nwas: thing"))
    with world.look("system") as view:
        rows = [records.fetch(view, "ware", number) for number in (1, 2)]
    assert [(row["subtype"], row["grams"], row["tons"], row["big"]) for row in rows] == [("tiny", 1, None, False), ("huge", None, 2, True)]
    world.save("system", "ware", 2, tons=5)


def test_a_kind_takes_the_place_of_several(world: World) -> None:
    """And then it may have what was theirs; a table that goes with one of them is gone like any other."""
    steps = {step.subject: step.kind for step in apply(world, JOINED).steps}
    assert (steps["choice:thing.subtype.any"], steps["choice:thing.subtype.large"]) == ("code", "code")
    assert held(world, "subtype", "grams", "tons", "twice", "big") == [("any", 1, None, None, True), ("any", None, 2, 4, True)]


def test_what_another_kind_has_is_in_the_way_under_any_name(world: World) -> None:
    """A field goes to another kind while that is called otherwise."""
    moved = NOW.replace("tons: {type: integer}, ", "").replace(", twice: {type: integer, formula: tons * 2}", "")
    moved = moved.replace("required: true}", "required: true}, tons: {type: integer}")
    said = refused(world, moved)
    assert "field thing.tons is only for records of the kind tiny from now on, but 1 record of another kind has" in said
    assert "\n  thing 2" in said


def test_a_kind_that_is_gone(world: World) -> None:
    """Nothing takes its place: what the plan says to do can be done; then it is gone, and comes back as what it was."""
    gone = THING[: THING.index("  small:")] + THING[THING.index("  large:") :]
    said = refused(world, gone)
    assert "1 record is of a kind that is not there any more" in said
    assert "`was: small`" in said
    plain = gone[: gone.index("subtypes")] + "access: {buyer: {read: true}}\n"
    plain = plain.replace(
        "fields:\n", "fields:\n  subtype: {type: choice, of: [small, large]}\n  grams: {type: integer}\n  tons: {type: integer}\n"
    )
    apply(world, plain)
    assert held(world, "subtype", "tons") == [("small", None), ("large", 2)]
    world.save("system", "thing", 1, subtype="large", grams=None)
    apply(world, gone)
    steps = {step.subject: step.kind for step in apply(world, THING).steps}
    assert steps["choice:thing.subtype.small"] == "restored"


def test_two_kinds_were_not_one() -> None:
    twice = THING.replace("  small: {", "  small: {was: tiny, ").replace("label: Large", "was: tiny, label: Large")
    with pytest.raises(BadDefinition) as caught:
        load_sources(sources(HEAD + twice))
    assert [(one.code, one.line) for one in caught.value.issues] == [("N311", 8)]


def test_who_writes_the_former_name_is_told_that_of_today() -> None:
    with pytest.raises(BadDefinition) as caught:
        load_sources(sources(HEAD + NOW.replace('"huge"', '"large"')))
    assert "huge" in str(caught.value.issues[0].hint)
