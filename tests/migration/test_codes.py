"""Codes and states that are called otherwise, change their names, go and come back: records, seen or not, go with them."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest

from engine import migration, records, workflow
from engine.errors import Refusal
from engine.loading import load_sources
from engine.migration import ids
from tests.applications import START, World, opened, sources

APP = "app: shop\nroles: {buyer: {label: Buyer}}\n---\n"
SIZES = "choices: size\nvalues: {s: {label: Small}, m: {label: Medium}, l: {label: Large}}\n---\n"
FIELDS = "  one: {type: choice, of: size}\n  more: {type: multi_choice, of: size}\n"
THING = f"entity: thing\nfields:\n  name: {{type: text}}\n{FIELDS}access: {{buyer: {{read: true}}}}\n"
LIFE = """\
---
lifecycle: life
for: thing
states: {open: {label: Open}, closed: {label: Closed}}
actions: {close: {from: open, to: closed, who: role:buyer}}
"""
ALL = APP + SIZES + THING + LIFE
WITHOUT = APP + SIZES + THING.replace(FIELDS, "") + LIFE
LIFELESS = APP + SIZES + THING


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """One record that is open, small, small and large; one that is closed, medium, small and medium."""
    with opened(ALL, database_url) as found:
        found.person("bea", roles=["buyer"])
        found.save("system", "thing", one="s", more=("s", "l"))
        found.save("system", "thing", one="m", more=("s", "m"))
        found.app.run(found.actor("bea"), lambda uow: workflow.fire(uow, "thing", 2, "close"))
        yield found


def apply(world: World, text: str) -> migration.Plan:
    written = sources(text)
    found = migration.apply(world.app.database, written, load_sources(written), "tests", START)
    world.app.serving.reload()
    world.app.jobs.run_due(START.replace(year=2027))
    return found


def refused(world: World, text: str) -> str:
    with pytest.raises(Refusal) as caught:
        apply(world, text)
    return str(caught.value.message)


def held(world: World) -> list[object]:
    with world.look("system") as view:
        rows = [records.fetch(view, "thing", number) for number in (1, 2)]
    return [tuple(row.get(name) for name in ("one", "more", "state")) for row in rows]


@pytest.mark.parametrize("many", [ids.MANY, 1])
def test_codes_change_their_names(world: World, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they stand, or carried to another column before the switch; the past is rewritten too. Once: the files stay as they are."""
    monkeypatch.setattr(ids, "MANY", many)
    traded = ALL.replace("s: {label: Small}, m: {label: Medium}", "m: {label: Small, was: s}, s: {label: Medium, was: m}")
    traded = traded.replace("open: {label: Open}, closed: {label: Closed}", "closed: {label: O, was: open}, open: {label: C, was: closed}")
    traded = traded.replace("close: {from: open, to: closed", "close: {from: closed, to: open")
    world.clock.move_to(START + timedelta(days=1))
    world.save("system", "thing", 1, one="l")
    world.save("system", "thing", 1, one="s")
    found = apply(world, traded)
    lock = "rows" if many > 1 else "moment"
    steps = [(step.subject.partition(":")[0], step.rows, step.lock) for step in found.steps if step.kind == "code"]
    assert sorted(steps) == [("choice", 2, lock), ("choice", 3, lock), ("state", 1, lock), ("state", 1, lock)]
    after = [("m", ("m", "l"), "closed"), ("s", ("m", "s"), "open")]
    assert held(world) == after
    with world.look("system") as view:
        then = records.as_of(view, "thing", 1, START).values
        assert (then["one"], then["state"]) == ("m", "closed")
    apply(world, traded.replace("label: Large", "label: Huge"))
    assert held(world) == after


def test_one_code_takes_the_place_of_another(world: World) -> None:
    """A record that had both has it once."""
    apply(world, ALL.replace("s: {label: Small}, m: {label: Medium}", "m: {label: Medium, was: s}"))
    assert held(world) == [("m", ("m", "l"), "open"), ("m", ("m",), "closed")]


def test_what_nobody_sees_follows(world: World) -> None:
    """Fields are removed; meanwhile codes and their list are called otherwise, and one takes the place of another."""
    apply(world, WITHOUT)
    small = WITHOUT.replace("s: {label: Small}", "small: {label: Small, was: s}").replace("choices: size", "choices: sizes\nwas: size")
    apply(world, small)
    merged = small.replace("small: {label: Small, was: s}, m: {label: Medium}", "m: {label: Medium, was: small}").replace("was: size\n", "")
    apply(world, merged)
    apply(world, merged.replace("  name: {type: text}\n", "  name: {type: text}\n" + FIELDS.replace("of: size", "of: sizes")))
    assert held(world) == [("m", ("m", "l"), "open"), ("m", ("m",), "closed")]


def test_codes_change_their_names_while_their_entity_is_renamed(world: World) -> None:
    traded = ALL.replace("s: {label: Small}, m: {label: Medium}", "m: {label: Small, was: s}, s: {label: Medium, was: m}")
    traded = traded.replace("entity: thing\n", "entity: item\nwas: thing\n").replace("for: thing", "for: item")
    apply(world, traded)
    with world.look("system") as view:
        assert [records.fetch(view, "item", number)["one"] for number in (1, 2)] == ["m", "s"]
    assert not apply(world, traded).steps


def test_what_people_typed_names_codes_as_they_are_called(world: World) -> None:
    """Codes in the formulas of saved views follow, also two that change their names; texts that read alike stay."""
    typed = 'one = "s" AND (name = "s" OR state IN ("open", "closed")) AND CONTAINS(more, "m")'
    kept = {"owner": world.people["bea"], "entity": "thing", "name": "Small ones", "address": urlencode([("where", typed)])}
    world.save("system", "saved_view", **kept)
    traded = ALL.replace("s: {label: Small}, m: {label: Medium}", "m: {label: Small, was: s}, s: {label: Medium, was: m}")
    traded = traded.replace("open: {label: Open}", "fresh: {label: Fresh, was: open}").replace("from: open", "from: fresh")
    found = apply(world, traded)
    assert "saved view Small ones" in [str(one) for step in found.steps for one in step.used_by]
    with world.look("system") as view:
        address = str(records.find(view, records.Query("saved_view")).records[0].values["address"])
    assert parse_qsl(address) == [("where", 'one = "m" AND (name = "s" OR state IN ("fresh", "closed")) AND CONTAINS(more, "s")')]


def test_what_comes_back_holds_nothing_that_is_gone(world: World) -> None:
    apply(world, WITHOUT)
    gone = apply(world, WITHOUT.replace("s: {label: Small}, ", ""))
    assert [(step.kind, step.rows) for step in gone.steps] == [("retired", 3)]
    assert "hold what is not there any more" in refused(world, ALL.replace("s: {label: Small}, ", ""))
    apply(world, ALL.replace("s: {label: Small}, m: {label: Medium}", "m: {label: Medium, was: s}"))
    assert held(world) == [("m", ("m", "l"), "open"), ("m", ("m",), "closed")]


def test_states_of_a_lifecycle_that_comes_back(world: World) -> None:
    apply(world, LIFELESS)
    renamed = ALL.replace("open: {label: Open}", "fresh: {label: Fresh}").replace("from: open", "from: fresh")
    assert "in states that are not there any more" in refused(world, renamed)
    apply(world, renamed.replace("label: Fresh", "label: Fresh, was: open"))
    assert [row[2] for row in held(world)] == ["fresh", "closed"]  # type: ignore[index]


def test_records_that_were_made_without_states_begin_with_the_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their column is another since the states were called otherwise."""
    monkeypatch.setattr(ids, "MANY", 1)
    renamed = ALL.replace("open: {label: Open}", "fresh: {label: Fresh, was: open}").replace("from: open", "from: fresh")
    apply(world, renamed)
    apply(world, LIFELESS)
    world.save("system", "thing", one="l")
    found = apply(world, renamed)
    assert [str(step.message) for step in found.steps if step.kind == "fill"] == [
        "1 record of entity thing, made while it had no states, begins as fresh."
    ]
    with world.look("system") as view:
        assert [records.fetch(view, "thing", number)["state"] for number in (1, 2, 3)] == ["fresh", "closed", "fresh"]


def test_another_lifecycle_takes_over(world: World) -> None:
    """Its states are new unless it says what it was called, and what they were."""
    other = ALL.replace("lifecycle: life", "lifecycle: other").replace("open", "fresh").replace("closed", "done")
    assert "Write `was: life`" in refused(world, other)
    said = other.replace("lifecycle: other", "lifecycle: other\nwas: life")
    apply(world, said.replace("fresh: {", "fresh: {was: open, ").replace("done: {", "done: {was: closed, "))
    assert [row[2] for row in held(world)] == ["fresh", "done"]  # type: ignore[index]
