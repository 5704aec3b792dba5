"""What SQL and pages let a person see of the rows of a table is what its rules say row by row: random rules, rows and people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from engine import records, storage
from engine.access import SYSTEM, Actor, granting, sight_of
from engine.errors import Forbidden, Invalid, Refusal
from engine.formula import Context, Names, compile
from engine.metadata import Value
from engine.records import Counting, Query, Row, RowChanges
from engine.storage import Cube, Tally
from engine.unit_of_work import UnitOfWork, View, look
from tests.access.heard import MANY, Heard, new_database
from tests.access.listed import ASKED
from tests.access.stored import archives, fill_thing
from tests.applications import START, World, opened

CELLS = ("size", "word", "by", "place")
BASE = """
app: oracle
label: Oracle
roles:
  one: {label: One}
  two: {label: Two, includes: [one]}
---
extend: user
fields:
  rank: {type: integer}
  place: {type: link, to: place}
---
entity: place
fields: {name: {type: text}, level: {type: integer}}
access: {one: {read: level > 1}}
---
entity: thing
title: '"T" & id'
fields:
  amount: {type: integer}
  owner: {type: user}
  notes:
    type: table
    title: '"N" & id'
    fields:
      size: {type: integer}
      word: {type: text, search: true}
      by: {type: user}
      place: {type: link, to: place}
"""
REST = """
retention: {after: 9 years, since: created_at, do: archive}
access:
  one: {read: 'amount <> 4', update: true}
---
entity: claim
title: '"C" & id'
fields: {note: {type: link, to: thing.notes}}
access: {one: {read: true}}
"""
ATOMS = (
    "size > 1", "size = user.rank", "by = user", "by <> user", "by = null", 'word = "x"', "by = thing.owner", "thing.amount > 2",
    "place = user.place", "place.level > 1", "thing.owner = user", "size + thing.amount > 3", 'HASROLE("two")', "COUNT(thing.notes) > 1",
)  # fmt: skip
conditions = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) AND ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) OR ({pair[1]})"),
        inner.map(lambda one: f"NOT ({one})"),
    ),
    max_leaves=4,
)


@dataclass(frozen=True)
class Drawn:
    """A rule as YAML would say it."""

    read: str
    hide: tuple[str, ...]


hidden = st.lists(st.sampled_from(CELLS), max_size=2, unique=True)
rules = st.builds(lambda read, hide: Drawn(read, tuple(hide)), st.one_of(st.just("true"), conditions), hidden)
numbers = st.one_of(st.none(), st.integers(0, 4))
people = st.one_of(st.none(), st.integers(1, 3))
places = st.one_of(st.none(), st.integers(1, 2))
notes = st.fixed_dictionaries({"size": numbers, "word": st.sampled_from(["x", "y", None]), "by": people, "place": places})
things = st.fixed_dictionaries({"amount": numbers, "owner": people, "notes": st.lists(notes, max_size=3), "archive": archives})
persons = st.fixed_dictionaries({"rank": numbers, "place": places, "roles": st.sampled_from([["one"], ["two"]])})


def application(one: Sequence[Drawn], two: Sequence[Drawn]) -> str:
    lines = ["    access:"]
    for role, drawn in (("one", one), ("two", two)):
        lines += [f"      {role}:"]
        lines += [f"        - {{read: '{rule.read}', hide: [{', '.join(rule.hide)}]}}" for rule in drawn] or ["        - {read: false}"]
    return BASE + "\n".join(lines) + REST


def fill(world: World, who: Sequence[Mapping[str, object]], rows: Sequence[Mapping[str, object]]) -> None:
    for number, values in enumerate(who):
        world.person(f"p{number}", rank=values["rank"], roles=values["roles"])
    for level in (1, 2):
        world.save("system", "place", name=f"place {level}", level=level)
    for number, values in enumerate(who):
        world.save("system", "user", number + 1, place=values["place"])
    for values in rows:
        fill_thing(world, **values)
    for number in range(1, 1 + sum(len(cast("list[object]", values["notes"])) for values in rows)):
        world.save("system", "claim", note=number)


Seen = dict[int, dict[int, dict[str, Value]]]
"""The cells of the rows of the things that somebody sees."""


def naive(world: World, actor: Actor) -> Seen:
    """By asking each rule of each row with the closures."""
    entity = world.metadata.entities["thing"]
    table, found = entity.fields["notes"], {}
    assert table.table is not None
    with look(world.ground, actor) as view:
        for number in sorted(storage.fetch(view.connection, view.tables, "thing", range(1, 20))):
            thing = records.fetch(view, "thing", number)
            frame = records.frame_of(view, thing)
            if any(each.where is None or each.where.closure(thing, frame) is True for each in granting(entity, "read", actor)):
                found[number] = {
                    row["id"]: cells for row in records.rows_of(thing, table) if (cells := _cells(view, actor, row)) is not None
                }
    return cast("Seen", found)


def _cells(view: View, actor: Actor, row: Row) -> dict[str, Value] | None:
    rows = granting(view.metadata.entities["thing.notes"], "read", actor)
    held = [each.rule for each in rows if each.where is None or each.where.closure(row, records.frame_of(view, row)) is True]
    return {name: row[name] for name in CELLS if name not in sight_of(held).hidden} if held else None


def shown(record: records.Record) -> dict[int, dict[str, Value]]:
    rows = cast("list[dict[str, Value]]", record.values.get("notes") or [])
    return {cast("int", row["id"]): {name: row[name] for name in CELLS if name in row} for row in rows}


def check_person(world: World, name: str) -> None:
    actor = world.actor(name)
    expected = naive(world, actor)
    ids = {number for rows in expected.values() for number in rows}
    with look(world.ground, actor) as view:
        page = records.find(view, Query("thing", tables=True, limit=100, archived=None))
        assert {record.id: shown(record) for record in page.records} == expected
        for number in expected:
            assert shown(records.load(view, "thing", number)) == expected[number]
            assert shown(records.as_of(view, "thing", number, START)) == expected[number]
        assert records.visible_ids(view, "thing.notes", range(1, 30)) == ids
        assert {number for number, title in records.titles(view, "thing.notes", range(1, 30)).items() if title is not None} == ids
        check_sums(view, expected)
        check_links(view, expected)


def check_sums(view: View, expected: Seen) -> None:
    """Reports over the rows, and over documents with their rows."""
    rows = [cells for each in expected.values() for cells in each.values()]
    sizes = [size for cells in rows if isinstance(size := cells.get("size"), Decimal)]
    assert summed(view, "thing.notes", "size") in ((None,) if not any("size" in cells for cells in rows) else ()) + (sum(sizes),)
    if all("size" in cells for cells in rows) and (total := summed(view, "thing", "SUM(notes.size)")) is not None:
        assert total == sum(sizes)


def summed(view: View, entity: str, value: str) -> object:
    """The sum of a value; None where the actor may read it nowhere."""
    tally = Tally("SUM", compile(value, Names(this=entity), view.metadata.catalog, Context.MEASURE))
    readable = records.readable_tally(view, view.metadata.entities[entity], tally)
    if readable is None:
        return None
    try:
        found = records.heaps(view, Counting(entity, (), Cube((), (readable,))))
    except Forbidden:
        return None
    return found[0].tallies[0].value or 0 if found else 0


def check_links(view: View, expected: Seen) -> None:
    """Filters behind links to rows: what is not seen there is blank."""
    cells = {number: row for rows in expected.values() for number, row in rows.items()}
    everything = len(records.find(view, Query("claim", limit=100)).records)
    for typed, wanted in (('note.word = "x"', "x"), ("note.word = null", None)):
        try:
            found = records.find(view, Query("claim", typed=(typed,), limit=100)).records
        except Invalid:
            assert not any("word" in row for row in cells.values())
            continue
        assert {each.id for each in found} == {number for number in range(1, everything + 1) if cells.get(number, {}).get("word") == wanted}


def check_kept(world: World, name: str) -> None:
    """Saving what one sees, in another order, leaves what one does not see as it is and where it is."""

    def work(uow: UnitOfWork) -> None:
        table = uow.metadata.entities["thing"].fields["notes"]
        for number, seen in naive(world, uow.actor).items():
            before = records.rows_of(records.fetch(uow, "thing", number), table)
            for sent in (RowChanges(), [{"id": each} for each in reversed(seen)]):
                try:
                    after = records.rows_of(records.save(uow, "thing", number, {"notes": sent}), table)
                except Invalid:  # the table is closed to them as a whole
                    continue
                except Refusal:
                    assert records.fetch(uow, "thing", number)["archived_at"] is not None
                    continue
                assert sorted(map(repr, map(plain, after))) == sorted(map(repr, map(plain, before)))
                assert [row["id"] for row in after if row["id"] not in seen] == [row["id"] for row in before if row["id"] not in seen]
        raise Invalid([])

    with pytest.raises(Invalid):
        world.app.run(world.actor(name), work)


def plain(row: Row) -> Sequence[Value]:
    return [row["id"], *(row[name] for name in CELLS)]


def told(world: World, actor: Actor) -> str:
    """What lists, searches and pages tell a person about things and their rows."""
    entity = world.metadata.entities["thing"]
    heard = Heard(world, actor)
    for word in ("x", "y"):
        heard.ask(partial(records.search, text=word))
        heard.ask(partial(records.find, query=Query("claim", typed=(f'note.word = "{word}"',))))
    heard.ask(partial(records.find, query=Query("claim", paths=("note.size", "note.word"), sort=())))
    for archived in ASKED:
        heard.ask(partial(records.find, query=Query("thing", tables=True, archived=archived)))
    heard.ask(lambda view: (summed(view, "thing.notes", "size"), summed(view, "thing", "SUM(notes.size)")))
    for number in range(1, 5):
        heard.ask(partial(records.load, entity="thing", number=number))
        heard.ask(lambda view, number=number: records.past(view, "thing", number, START))  # type: ignore[misc]
        heard.ask(lambda view, number=number: records.activity(view, entity, records.load(view, "thing", number)))  # type: ignore[misc]
    return repr(heard)


OTHER: Mapping[str, Sequence[object]] = {"size": (0, 4), "word": ("x", "y"), "by": (1, 2), "place": (1, 2)}


def check_flipped(world: World, name: str, said: str) -> None:
    """Cells that a person may not see change nothing of what the person is told, unless a rule tells of them."""
    actor = world.actor(name)
    before, seen = told(world, actor), {number: cells for rows in naive(world, actor).values() for number, cells in rows.items()}
    tables = world.app.serving.current().tables
    with world.app.database.write() as connection:
        table = tables.table("thing.notes")
        for row in connection.execute(sa.select(table)).mappings().all():
            closed = [cell for cell in CELLS if cell not in seen.get(row["id"], {}) and cell not in said]
            values = {cell: next(each for each in OTHER[cell] if each != row[cell]) for cell in closed}
            for each in (table, tables.history("thing.notes")) if values else ():
                connection.execute(sa.update(each).where(each.c.id == row["id"]).values(values))
    for number in range(1, 5):
        world.app.run(SYSTEM, partial(records.find_again, entity_name="thing", number=number))
    assert told(world, actor) == before


def check_played(url: str, one: list[Drawn], two: list[Drawn], who: list[dict[str, object]], rows: list[dict[str, object]]) -> None:
    with opened(application(one, two), url) as world:
        fill(world, who, rows)
        for name in list(world.people):
            check_person(world, name)
            check_kept(world, name)
        check_flipped(world, "p0", " ".join(rule.read for rule in (*one, *two)))


@MANY
@example(
    [Drawn("by = user", ("word",)), Drawn("size > 1", ())],
    [],
    [{"rank": 1, "place": None, "roles": ["one"]}] * 3,
    [
        {"amount": n, "owner": 1, "archive": "never", "notes": [{"size": size, "word": "x", "by": 1, "place": 1} for size in (1, 2, None)]}
        for n in (1, 4)
    ],
)
@example(
    [Drawn("(COUNT(thing.notes) > 1) AND (by = user)", ())],
    [],
    [{"rank": None, "place": None, "roles": ["one"]}] * 3,
    [
        {
            "amount": None,
            "owner": None,
            "archive": "archived",
            "notes": [{"size": 1, "word": "x", "by": by, "place": 1} for by in (1, 3, None)],
        }
    ],
)  # of a document as it was only the rows that were left counted
@given(st.lists(rules, max_size=2), st.lists(rules, max_size=2), st.lists(persons, min_size=3, max_size=3), st.lists(things, max_size=4))
@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_rows_are_seen_counted_and_kept_as_their_rules_say(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, one: list[Drawn], two: list[Drawn],
    who: list[dict[str, object]], rows: list[dict[str, object]],
) -> None:  # fmt: skip
    with new_database(dialect, request, tmp_path) as url:
        check_played(url, one, two, who, rows)
