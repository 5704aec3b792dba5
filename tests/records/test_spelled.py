"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}}
---
entity: person
title: name
fields:
  name: {type: text, sort: pinyin}
  town: {type: text, sort: pinyin, compare: ignore_case}
  boss: {type: link, to: person}
  secret: {type: boolean, default: false}
  shout: {type: text, sort: pinyin, formula: name & "!"}
access:
  buyer: {read: true, create: true, update: true}
  clerk: [{read: 'secret = false'}, {read: 'secret = true', hide: [name]}]
---
list: person
for: person
columns: [name, town]
sort: [name]
---
report: towns
from: person
rows: [town]
values: {people: COUNT(rows)}
access: [buyer]
---
report: bosses
from: person
rows: [boss]
values: {people: COUNT(rows)}
access: [buyer]
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from engine import records
from engine.metadata import GroupBy, SortKey
from engine.records import Query
from engine.reports import compute
from engine.storage import spelled
from tests.applications import World, opened

IN_ORDER = (
    "3M中国",
    "阿里巴巴",
    "ABB",
    "安",
    "Ａｎｔ",
    "百度",
    "Bosch",
    "长城",
    "重庆钢铁",
    "éclair",
    "黎明",
    "李四",
    "李一",
    "西安",
    "先锋",
)
MIXED = (*IN_ORDER[::2], None, *IN_ORDER[1::2])


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(str(__doc__), database_url) as found:
        found.person("ann", roles=["buyer"])
        found.person("bob", roles=["clerk"])
        for number, name in enumerate(MIXED, 1):
            found.save("ann", "person", name=name, town=name, boss=number - 1 or None, secret=number % 5 == 0)
        yield found


def names(world: World, who: str, query: Query, path: str = "name") -> list[object]:
    """What stands at `path` on all pages of a list."""
    found: list[object] = []
    with world.look(who) as view:
        while True:
            page = records.find(view, replace(query, limit=4, paths=(path,)))
            found += [record.values.get(path) for record in page.records]
            if page.next is None:
                return found
            query = replace(query, after=page.next)


def listed(*sort: str) -> Query:
    return Query("person", sort=tuple(SortKey(name.removeprefix("-"), name.startswith("-")) for name in sort))


def test_a_text_stands_where_it_is_spoken() -> None:
    assert sorted(IN_ORDER, key=lambda text: str(spelled(text))) == list(IN_ORDER)
    assert [spelled(text) for text in (None, "", "重庆", "Ａ b", "𠮷")] == [None, "", "chong2重qing4庆", "a b", "𠮷5𠮷"]


def test_lists_are_in_order_page_by_page(world: World) -> None:
    assert names(world, "ann", listed("name")) == [*IN_ORDER, None]
    assert names(world, "ann", listed("-name")) == [*reversed(IN_ORDER), None]
    assert names(world, "ann", listed("town"), "town") == [*IN_ORDER, None]
    assert names(world, "ann", listed("shout"), "shout") == ["!", *(f"{name}!" for name in IN_ORDER)]
    bosses = names(world, "ann", listed("boss.name"), "boss.name")
    assert bosses == [*(name for name in IN_ORDER if name != MIXED[-1]), None, None]


def test_who_may_not_read_a_text_does_not_see_its_place(world: World) -> None:
    seen = [name for number, name in enumerate(MIXED, 1) if number % 5]
    shown = names(world, "bob", listed("name"))
    assert shown == [*(name for name in IN_ORDER if name in seen), *[None] * (len(MIXED) - len(seen) + 1)]


def test_what_changes_takes_its_new_place(world: World) -> None:
    world.save("ann", "person", 1, name="Zoo")
    world.save("ann", "person", 2, name="Zoo", town=None)
    assert names(world, "ann", listed("name"))[-3:] == ["Zoo", "Zoo", None]
    before = world.clock.now()
    world.clock.move_to(before + timedelta(minutes=1))
    world.save("ann", "person", 3, name="Aal")
    assert names(world, "ann", listed("name"))[1] == "Aal"
    then = names(world, "ann", replace(listed("name"), at=before))
    assert then == [*(name for name in IN_ORDER if name not in MIXED[:2]), "Zoo", "Zoo", None]


def test_groups_and_reports_are_in_order(world: World) -> None:
    with world.look("ann") as view:
        assert [group.value for group in records.groups(view, Query("person"), GroupBy("name")).groups] == [*IN_ORDER, None]
        page = records.find(view, replace(listed("-id"), by=GroupBy("town")))
        assert page.keys == [*(name.lower() for name in IN_ORDER), None]
        named = records.groups(view, Query("person"), GroupBy("boss")).groups
        assert [group.title for group in named if group.title in IN_ORDER] == [name for name in IN_ORDER if name != MIXED[-1]]
        towns = compute(view, view.metadata.reports["towns"], {}).lines
        assert [line.keys[0] for line in towns] == [*(name.lower() for name in IN_ORDER), None]
        bosses = compute(view, view.metadata.reports["bosses"], {})
        titles = [bosses.titles.get(("person", line.keys[0])) for line in bosses.lines if isinstance(line.keys[0], int)]
        assert [title for title in titles if title in IN_ORDER] == [name for name in IN_ORDER if name != MIXED[-1]]


def test_both_databases_and_python_agree(world: World) -> None:
    random, written = Random(7), "安百重庆长城李西先aAbé3-Ａ々𠮷"  # noqa: S311 - no secret
    made = {"".join(random.choices(written, k=random.randint(1, 4))) for _ in range(60)}
    for name in made:
        world.save("ann", "person", name=name)
    found = names(world, "ann", replace(listed("name", "id"), typed=(f"id > {len(MIXED)}",)))
    assert len(found) == len(made)
    assert [spelled(str(name)) for name in found] == sorted(str(spelled(name)) for name in made)


def test_an_index_holds_the_order(world: World) -> None:
    with world.look("system") as view:
        if world.app.database.dialect == "postgresql":
            for way in ("seqscan", "bitmapscan", "sort"):
                view.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        found = records.explain_list(view, listed("name"))
        assert records.explain_list(view, listed("town")).proposed == (("town",),)
    assert any("spelling" in name for statement in found.statements for name in statement.indexes), found
    assert found.proposed == ()
