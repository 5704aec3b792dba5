"""Trees: what lies above and below a record, kept by the engine through every move, on both databases and in a race."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest

from engine import migration
from engine.access import SYSTEM
from engine.errors import Invalid, Refusal
from engine.loading import check_sources, load_sources
from engine.records import Row, as_of, delete, deleted, load, restore, save
from tests.applications import START, World, opened, sources
from tests.racing import loser

SHELVES = """
app: shelves
languages: [en, zh]
roles: {keeper: {}, picker: {}, blind: {}}
---
entity: place
title: name
tree: inside
fields:
  name: {type: text}
  inside: {type: link, to: place, inverse: parts}
  weight: {type: integer}
  depth: {type: integer, formula: COUNT(ancestors)}
  under: {type: integer, formula: COUNT(descendants), discloses: true}
  load: {type: integer, formula: SUM(descendants.weight), discloses: true}
  way: {type: text, formula: 'FIRST(ancestors.name, depth)', discloses: true}
access:
  keeper: {read: true, create: true, update: true, delete: true}
  picker: {read: 'this = user.place OR ANY(ancestors, this = user.place)'}
  blind: {read: true, hide: [inside]}
---
extend: user
fields: {place: {type: link, to: place}}
"""


@pytest.fixture
def shelves(database_url: str) -> Iterator[World]:
    with opened(SHELVES, database_url) as world:
        world.person("kim", roles=["keeper"])
        yield world


def put(world: World, name: str, inside: int | None = None, weight: int = 1) -> int:
    return int(str(world.save("kim", "place", name=name, inside=inside, weight=weight)["id"]))


def seen(world: World, number: int, who: str = "kim") -> dict[str, object]:
    with world.look(who) as view:
        return dict(load(view, "place", number).values)


def above(world: World, number: int) -> object:
    return seen(world, number)["ancestors"]


def test_a_record_knows_what_is_above_and_below(shelves: World) -> None:
    hall = put(shelves, "Hall")
    rack = put(shelves, "Rack", hall, 2)
    shelf = put(shelves, "Shelf", rack, 4)
    assert [above(shelves, n) for n in (hall, rack, shelf)] == [None, (hall,), (hall, rack)]
    assert [seen(shelves, n)["depth"] for n in (hall, rack, shelf)] == [0, 1, 2]
    assert [(seen(shelves, n)["under"], seen(shelves, n)["load"]) for n in (hall, rack, shelf)] == [(2, 6), (1, 4), (0, 0)]
    assert seen(shelves, shelf)["way"] == "Hall"
    shelves.save("kim", "place", shelf, weight=10)
    assert [seen(shelves, n)["load"] for n in (hall, rack)] == [Decimal(12), Decimal(10)]


def test_a_branch_moves_as_a_whole(shelves: World) -> None:
    hall, yard = put(shelves, "Hall"), put(shelves, "Yard")
    rack = put(shelves, "Rack", hall)
    shelf = put(shelves, "Shelf", rack)
    box = put(shelves, "Box", shelf)
    before = shelves.clock.now()
    shelves.clock.move_to(before + timedelta(hours=1))
    shelves.save("kim", "place", rack, inside=yard)
    assert [above(shelves, n) for n in (rack, shelf, box)] == [(yard,), (yard, rack), (yard, rack, shelf)]
    assert [seen(shelves, n)["load"] for n in (hall, yard)] == [0, 3]
    assert seen(shelves, box)["way"] == "Yard"
    shelves.save("kim", "place", rack, inside=None)
    assert [above(shelves, n) for n in (rack, box)] == [None, (rack, shelf)]
    with shelves.look("kim") as view:
        assert as_of(view, "place", box, before).values["ancestors"] == (hall, rack, shelf), "the past has the tree as it was"


def test_nothing_is_below_itself(shelves: World) -> None:
    hall = put(shelves, "Hall")
    rack = put(shelves, "Rack", hall)
    for inside in (hall, rack):
        with pytest.raises(Invalid) as refused:
            shelves.save("kim", "place", hall, inside=inside)
        assert [(p.path, p.code) for p in refused.value.problems] == [("inside", "tree")]
    assert above(shelves, rack) == (hall,)


def test_nobody_writes_the_way_up(shelves: World) -> None:
    with pytest.raises(Invalid) as refused:
        shelves.save("kim", "place", name="x", ancestors=[1])
    assert [p.path for p in refused.value.problems] == ["ancestors"]


def test_rules_and_filters_ask_for_a_branch(shelves: World) -> None:
    hall, yard = put(shelves, "Hall"), put(shelves, "Yard")
    rack = put(shelves, "Rack", hall)
    shelf = put(shelves, "Shelf", rack)
    shelves.person("pia", roles=["picker"], place=rack)
    shelves.person("pat", roles=["picker"])
    assert shelves.find("pia", "place") == [shelf, rack]
    assert shelves.find("pat", "place") == []
    assert shelves.find("kim", "place", f"ANY(ancestors, id = {hall})") == [shelf, rack]
    shelves.save("kim", "place", shelf, inside=yard)
    assert shelves.find("pia", "place") == [rack], "what moves away is seen no longer"


def test_where_the_link_is_hidden_the_way_is(shelves: World) -> None:
    rack = put(shelves, "Rack", put(shelves, "Hall"))
    shelves.person("bob", roles=["blind"])
    assert not {"inside", "ancestors"} & seen(shelves, rack, "bob").keys()
    with pytest.raises(Invalid):
        shelves.find("bob", "place", "COUNT(ancestors) = 1")


def test_what_holds_others_stays(shelves: World) -> None:
    hall = put(shelves, "Hall")
    rack = put(shelves, "Rack", hall)
    with pytest.raises(Refusal):
        shelves.app.run(shelves.actor("kim"), lambda uow: delete(uow, "place", hall))
    shelves.delete("kim", "place", rack)
    yard = put(shelves, "Yard")
    shelves.save("kim", "place", hall, inside=yard)
    with shelves.look("kim") as view:
        number = deleted(view)[0].number
    shelves.app.run(shelves.actor("kim"), lambda uow: restore(uow, number))
    assert above(shelves, rack) == (yard, hall), "it comes back to where its place is now"


def test_moves_at_once_make_no_circle(shelves: World, effort: Callable[[int, int], int]) -> None:
    for _ in range(effort(6, 100)):
        one, other = put(shelves, "One"), put(shelves, "Other")
        inner = put(shelves, "Inner", other)
        moves = [partial(shelves.save, "kim", "place", what, inside=into) for what, into in ((one, inner), (other, one))]
        told = loser(*moves, partial(put, shelves, "Late", inner))
        assert isinstance(told, Invalid)
        assert [(problem.path, problem.code) for problem in told.problems] == [("inside", "tree")]
        assert misplaced(shelves, range(one, one + 4)) == []


def misplaced(world: World, numbers: Sequence[int]) -> list[int]:
    """The records that have above or below them something else than what their links say."""
    with world.look("system") as view:
        rows: dict[int, Row] = {number: dict(load(view, "place", number).values) for number in numbers}
    ways = {number: way_to(rows, number) for number in numbers}
    below = {number: sum(number in way for way in ways.values()) for number in numbers}
    found = []
    for number, row in rows.items():
        way = ways[number]
        top = rows[way[0]]["name"] if way else None
        if (row["ancestors"] or (), row["depth"], row["under"], row["load"], row["way"]) != (
            way,
            len(way),
            below[number],
            below[number],
            top,
        ):
            found.append(number)
    return found


def way_to(rows: Mapping[int, Row], number: int) -> tuple[int, ...]:
    """What the links put above a record, the highest first; each once, should they go in a circle."""
    way: list[int] = []
    up = rows[number]["inside"]
    while isinstance(up, int) and up not in way:
        way.insert(0, up)
        up = rows[up]["inside"]
    return tuple(way)


def test_an_entity_becomes_a_tree(database_url: str) -> None:
    flat = SHELVES.replace("tree: inside\n", "")
    for line in ("depth", "under", "load", "way"):
        flat = "\n".join(part for part in flat.split("\n") if not part.startswith(f"  {line}:"))
    flat = flat.replace("'this = user.place OR ANY(ancestors, this = user.place)'", "true")
    with opened(flat, database_url) as world:
        world.person("kim", roles=["keeper"])
        hall = put(world, "Hall")
        shelf = put(world, "Shelf", put(world, "Rack", hall))
        written = sources(SHELVES)
        migration.apply(world.app.database, written, load_sources(written), "tests", START)
        world.app.serving.reload()
        world.app.jobs.run_due()
        assert (above(world, shelf), seen(world, hall)["under"], seen(world, shelf)["depth"]) == ((hall, hall + 1), 2, 2)


def test_the_engines_own_trees(shelves: World) -> None:
    top = shelves.app.run(SYSTEM, lambda uow: _save(uow, "department", name="Top"))
    low = shelves.app.run(SYSTEM, lambda uow: _save(uow, "department", name="Low", parent=top))
    with shelves.look("system") as view:
        assert load(view, "department", low).values["ancestors"] == (top,)


def _save(uow: object, entity: str, **values: object) -> int:
    return int(str(save(uow, entity, None, values)["id"]))  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["name", "insied", "weight"])
def test_a_tree_needs_a_link_to_itself(wrong: str) -> None:
    issues = check_sources(sources(SHELVES.replace("tree: inside", f"tree: {wrong}"))).issues
    assert issues[0].code == ("N301" if wrong == "insied" else "S221"), issues
    assert issues[0].path == "tree"
