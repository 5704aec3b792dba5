"""What SQL lets a person see is what the rules say row by row: random rules, data and actors, nulls everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import example, given
from hypothesis import strategies as st

from engine import records, storage
from engine.access import SYSTEM, Actor, Sight, granting, sight_of
from engine.errors import Invisible
from engine.metadata import GroupBy, Rule, SortKey
from engine.records import Query
from engine.unit_of_work import View, look
from tests.access.heard import MANY, Heard, new_database
from tests.access.listed import ASKED, Reader, Thing
from tests.access.stored import archives, fill_thing
from tests.applications import START, World, opened

FIELDS = ("amount", "kind", "owner", "place", "secret")
BASE = """
app: oracle
label: Oracle
timezone: Asia/Shanghai
roles:
  one: {label: One}
  two: {label: Two, includes: [one]}
---
choices: kind
values: {a: {label: A}, b: {label: B}, c: {label: C}}
---
extend: user
fields:
  rank: {type: integer}
  kind: {type: choice, of: kind}
  place: {type: link, to: place}
---
entity: place
fields:
  name: {type: text}
  level: {type: integer}
  chief: {type: user}
access:
  two: {read: level > 1}
---
list: thing
sort: created_at
---
entity: thing
title: kind
fields:
  amount: {type: integer}
  kind: {type: choice, of: kind}
  owner: {type: user}
  place: {type: link, to: place}
  secret: {type: text}
  parts:
    type: table
    fields:
      size: {type: integer}
      by: {type: user}
retention: {after: 9 years, since: created_at, do: archive}
"""
ATOMS = (
    "amount > 2", "amount <= 2", "amount = null", "amount != 1", 'kind = "a"', 'kind <> "b"', 'kind in ("a", "c")', "kind = user.kind",
    "owner = user", "owner <> user", "owner = place.chief", "owner = null", "place = user.place", "place.level = user.rank",
    "place.chief = user", "place.chief = user.place.chief", "amount in (user.rank, 3)", "ISBLANK(secret)", 'secret = "x"',
    "COUNT(parts) > 0", "ANY(parts, size > 1)", "ALL(parts, by = user)", "SUM(parts.size) >= user.rank", 'HASROLE("two")',
    "archived_at = null", "archived_at <> null AND owner = user", "amount + user.rank > 3", 'IF(kind = "a", owner = user, amount > 1)', "BETWEEN(amount, 1, user.rank)", "user.rank > 1",
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
closed = st.lists(st.sampled_from(FIELDS), max_size=2, unique=True)


@dataclass(frozen=True)
class Drawn:
    """A rule as YAML would say it."""

    read: str
    hide: tuple[str, ...]


rules = st.builds(lambda read, hide: Drawn(read, tuple(hide)), st.one_of(st.just("true"), conditions), closed)
numbers = st.one_of(st.none(), st.integers(0, 4))
kinds = st.one_of(st.none(), st.sampled_from("abc"))
people = st.one_of(st.none(), st.integers(1, 3))
places = st.one_of(st.none(), st.integers(1, 2))
things = st.fixed_dictionaries(
    {
        "amount": numbers,
        "kind": kinds,
        "owner": people,
        "place": places,
        "secret": st.one_of(st.none(), st.sampled_from(["x", "y"])),
        "parts": st.lists(st.fixed_dictionaries({"size": numbers, "by": people}), max_size=2),
        "archive": archives,
    }
)
persons = st.fixed_dictionaries({"rank": numbers, "kind": kinds, "place": places, "roles": st.sampled_from([["one"], ["two"], []])})


def application(one: Sequence[Drawn], two: Sequence[Drawn]) -> str:
    lines = ["access:"]
    for role, drawn in (("one", one), ("two", two)):
        lines += [f"  {role}:"] if drawn else []
        lines += [f"    - {{read: '{rule.read}', hide: [{', '.join(rule.hide)}]}}" for rule in drawn]
    return BASE + ("\n".join(lines) if one or two else "") + "\n"


def fill(world: World, who: Sequence[Mapping[str, object]], rows: Sequence[Mapping[str, object]]) -> None:
    for number, values in enumerate(who):
        world.person(f"p{number}", **{name: value for name, value in values.items() if name != "place"})
    for level in (1, 2):
        world.save("system", "place", name=f"place {level}", level=level, chief=level)
    for number, values in enumerate(who):
        world.save("system", "user", number + 1, place=values["place"])
    for values in rows:
        fill_thing(world, **values)


def naive(world: World, actor: Actor) -> dict[int, Sight]:
    """Which things the actor sees, and what of them, by asking each rule of each row with the closures."""
    entity = world.metadata.entities["thing"]
    found: dict[int, Sight] = {}
    with look(world.ground, actor) as view:
        for number in sorted(storage.fetch(view.connection, view.tables, "thing", range(1, 20))):
            row = records.fetch(view, "thing", number)
            frame = records.frame_of(view, row)
            held: list[Rule] = [
                each.rule for each in granting(entity, "read", actor) if each.where is None or each.where.closure(row, frame) is True
            ]
            if held:
                found[number] = sight_of(held)
    return found


def reader_of(world: World, view: View, seen: Mapping[int, Sight]) -> Reader:
    """What the actor sees, as values."""
    rules = [each.rule for each in granting(world.metadata.entities["thing"], "read", view.actor)]
    shut = sight_of(rules).hidden if rules else frozenset()
    rows = {number: records.fetch(view, "thing", number) for number in sorted(seen, reverse=True)}
    things = [
        Thing(number, {name: row[name] for name in FIELDS if name not in seen[number].hidden}, row["archived_at"] is not None)
        for number, row in rows.items()
    ]
    return Reader(view, things, shut, frozenset(name for rule in rules for name in sight_of([rule]).hidden))


def check_person(world: World, name: str) -> None:
    actor = world.actor(name)
    expected = naive(world, actor)
    with look(world.ground, actor) as view:
        page = records.find(view, Query("thing", limit=100, archived=None))
        assert [record.id for record in page.records] == sorted(expected, reverse=True)
        ordered = records.find(view, Query("thing", sort=(SortKey("created_at"),), limit=100, archived=None))
        assert {record.id for record in ordered.records} == set(expected), "each alternative of the rule from an index of its own"
        then = records.find(view, Query("thing", at=START, limit=100))
        assert {record.id for record in then.records} == set(expected), "the past is as it was"
        for record in page.records:
            assert set(FIELDS) - set(record.values) == set(expected[record.id].hidden) & set(FIELDS)
        reader_of(world, view, expected).check()
        for number in range(1, 8):
            if number in expected:
                assert set(records.load(view, "thing", number).values) & set(FIELDS) == set(FIELDS) - expected[number].hidden
            else:
                with pytest.raises(Invisible):
                    records.load(view, "thing", number)


@MANY
@example(
    [Drawn("amount > 2", ("secret", "owner")), Drawn("amount <= 2", ())],
    [],
    [{"rank": 1, "kind": "a", "place": None, "roles": ["one"]}] * 3,
    [
        {"amount": n, "kind": "a", "owner": 1, "place": 1, "secret": "x", "parts": [], "archive": became}
        for n, became in ((1, "archived"), (3, "never"), (None, "taken back"), (4, "archived"))
    ],
)
@example(
    [Drawn("archived_at <> null AND owner = user", ()), Drawn("true", ("kind",))],
    [],
    [{"rank": 1, "kind": "a", "place": None, "roles": ["one"]}] * 3,
    [
        {"amount": 1, "kind": "a", "owner": 3, "place": None, "secret": None, "parts": [], "archive": became}
        for became in ("archived", "never")
    ],
)  # what a rule says of the archive is not what somebody asks
@given(st.lists(rules, max_size=2), st.lists(rules, max_size=2), st.lists(persons, min_size=3, max_size=3), st.lists(things, max_size=6))
@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_lists_counts_and_single_reads_agree_with_the_rules(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path, one: list[Drawn], two: list[Drawn],
    who: list[dict[str, object]], rows: list[dict[str, object]],
) -> None:  # fmt: skip
    with new_database(dialect, request, tmp_path) as url:
        check_played(url, one, two, who, rows)


def told(world: World, actor: Actor) -> str:
    """Everything that lists, groups, searches and pages tell a person about things, refusals in their words."""
    entity = world.metadata.entities["thing"]
    heard = Heard(world, actor)
    for name in FIELDS:
        typed = {
            "amount": "amount > 2",
            "kind": 'kind = "a"',
            "owner": "owner = user",
            "place": "place.level = 1",
            "secret": 'secret = "x"',
        }
        queries = [
            Query("thing", typed=(typed[name],)),
            *(Query("thing", sort=(SortKey(name, descending=down),)) for down in (True, False)),
        ]
        for query in queries:
            heard.ask(partial(records.find, query=query))
            heard.ask(partial(records.count, query=query))
        heard.ask(partial(records.groups, query=Query("thing"), by=GroupBy(name), totals=["amount"]))
    for word in ("x", "y"):
        heard.ask(partial(records.search, text=word))
        heard.ask(partial(records.find, query=Query("thing", words=word)))
    for archived in ASKED:
        heard.ask(partial(records.find, query=Query("thing", archived=archived)))
    heard.ask(partial(records.find, query=Query("thing", at=START)))
    heard.ask(partial(records.find, query=Query("thing", paths=("place.name", "owner.name"), tables=True)))
    for number in range(1, 8):
        heard.ask(partial(records.load, entity="thing", number=number))
        heard.ask(lambda view, number=number: records.past(view, "thing", number, START).record)  # type: ignore[misc]
        heard.ask(lambda view, number=number: records.activity(view, entity, records.load(view, "thing", number)))  # type: ignore[misc]
    return repr(heard)


OTHER: Mapping[str, Sequence[object]] = {"amount": (0, 4), "kind": ("b", "c"), "owner": (1, 2), "place": (1, 2), "secret": ("x", "y")}


def flip(world: World, actor: Actor, said: str) -> int:
    """Give other values to what the actor may not see, unless a rule or the title tells of it; how many there were."""
    seen, flipped = naive(world, actor), 0
    silent = [name for name in FIELDS if name not in said and name != "kind"]
    table = world.app.serving.current().tables.table("thing")
    with world.app.database.write() as connection:
        for row in connection.execute(sa.select(table)).mappings().all():
            closed = [name for name in silent if row["id"] not in seen or name in seen[row["id"]].hidden]
            values = {name: next(each for each in OTHER[name] if each != row[name]) for name in closed}
            if values:
                connection.execute(sa.update(table).where(table.c.id == row["id"]).values(values))
            flipped += len(values)
    for number in range(1, 8):
        world.app.run(SYSTEM, partial(records.find_again, entity_name="thing", number=number))
    return flipped


def check_flipped(world: World, name: str, said: str) -> None:
    """Values that a person may not see change nothing of what the person is told."""
    actor = world.actor(name)
    before = told(world, actor)
    if flip(world, actor, said):
        assert told(world, actor) == before


def check_played(url: str, one: list[Drawn], two: list[Drawn], who: list[dict[str, object]], rows: list[dict[str, object]]) -> None:
    with opened(application(one, two), url) as world:
        fill(world, who, rows)
        for name in list(world.people):
            check_person(world, name)
        check_flipped(world, "p0", " ".join(rule.read for rule in (*one, *two)))
