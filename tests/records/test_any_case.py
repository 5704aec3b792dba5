"""
app: shop
roles: {buyer: {label: Buyer}}
---
entity: part
title: code
fields:
  code: {type: text, unique: true, compare: ignore_case}
  maker: {type: text, compare: ignore_case}
  plain: {type: text}
  same: {type: boolean, formula: maker = plain}
  kind: {type: text, formula: 'SWITCH(maker, "acme", "ours", "theirs")'}
  other: {type: text, formula: 'NULLIF(maker, "ACME")'}
  early: {type: boolean, formula: 'BETWEEN(maker, "a", "B")'}
  lines:
    type: table
    fields:
      note: {type: text, unique: true, compare: ignore_case}
      word: {type: text, compare: ignore_case}
  words: {type: integer, formula: COUNTDISTINCT(lines.word)}
access:
  buyer: {read: 'maker <> "secret"', create: true, update: true}
---
report: makers
from: part
rows: [maker]
values: {parts: COUNT(rows), makers: COUNTDISTINCT(rows.maker)}
access: [buyer]
---
entity: need
title: wanted
fields:
  wanted: {type: text}
  part: {type: link, to: part, match: {code: =wanted}, missing: blank}
access:
  buyer: {read: true, create: true, update: true}
"""

from collections.abc import Iterator

import pytest

from engine import records
from engine.errors import Invalid
from engine.metadata import GroupBy, SortKey
from engine.records import Inside, Query
from engine.reports import compute
from tests.applications import World, opened

MAKERS = ("Acme", "ACME", "beta", "Éclat", "éCLAT", "Alpha", None, "Zoo")


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(str(__doc__), database_url) as found:
        found.person("ann", roles=["buyer"])
        for number, maker in enumerate(MAKERS, 1):
            found.save("ann", "part", code=f"Part-{number}", maker=maker, plain="acme")
        found.save("system", "part", code="Part-9", maker="SECRET")
        yield found


def test_filters_rules_and_formulas_do_not_mind_case(world: World) -> None:
    cases = {
        'maker = "aCME"': {1, 2},
        'maker <> "aCME"': {3, 4, 5, 6, 7, 8},
        'maker in ("ACME", "ZOO")': {1, 2, 8},
        'maker = "éclat"': {4, 5},
        'maker < "B"': {1, 2, 6},
        "maker = plain": {1, 2},
        "plain = maker": {1, 2},
        "same": {1, 2},
        'kind = "ours"': {1, 2},
        "other = null": {1, 2, 7},
        "early": {1, 2, 6},
        'plain = "ACME"': set(),
        'code = "PART-3"': {3},
    }
    assert {typed: set(world.find("ann", "part", typed)) for typed in cases} == cases


def test_texts_are_looked_into_whatever_their_letters(world: World) -> None:
    world.save("ann", "part", code="Part-10", maker="Zoo", plain="273 \u212a, ÉCLAT")
    assert world.find("ann", "part", 'SEARCH("3 k", plain) > 0') == [10], "the sign of Kelvin is a capital k"
    assert world.find("ann", "part", 'SEARCH("éCL", plain) > 0') == [10]
    assert set(world.find("ann", "part", 'SEARCH("CM", plain) > 0')) == {1, 2, 3, 4, 5, 6, 7, 8}


@pytest.mark.parametrize("falling", [False, True])
def test_lists_are_sorted_without_case_page_by_page(world: World, *, falling: bool) -> None:
    expected = sorted((n for n, maker in enumerate(MAKERS, 1) if maker), key=lambda n: (str(MAKERS[n - 1]).lower(), n), reverse=falling)
    found: list[int] = []
    cursor = None
    with world.look("ann") as view:
        while True:
            query = Query("part", sort=(SortKey("maker", falling), SortKey("id", falling)), limit=2, after=cursor)
            page = records.find(view, query)
            found += [record.id for record in page.records]
            cursor = page.next
            if cursor is None:
                break
    assert found == [*expected, 7]


def test_what_is_unique_is_so_in_any_case(world: World) -> None:
    with pytest.raises(Invalid) as twice:
        world.save("ann", "part", code="PART-1")
    assert [(problem.path, problem.code) for problem in twice.value.problems] == [("code", "not_unique")]
    with pytest.raises(Invalid):
        world.save("ann", "part", 2, code="pART-1")
    world.save("ann", "part", 1, code="PART-1")
    with pytest.raises(Invalid) as rows:
        world.save("ann", "part", code="new", lines=[{"note": "A"}, {"note": "a"}])
    assert [problem.path for problem in rows.value.problems] == ["lines.2.note"]


def test_texts_are_counted_and_grouped_once(world: World) -> None:
    row = world.save(
        "ann", "part", code="new", lines=[{"note": "1", "word": "Red"}, {"note": "2", "word": "RED"}, {"note": "3", "word": "blue"}]
    )
    assert row["words"] == 2
    with world.look("ann") as view:
        groups = records.groups(view, Query("part"), GroupBy("maker"))
        sizes = {group.value: group.count for group in groups.groups}
        assert (sizes["acme"], sizes["éclat"], sizes["beta"]) == (2, 2, 1)
        inside = records.find(view, Query("part", inside=Inside(GroupBy("maker"), "acme")))
        assert {record.id for record in inside.records} == {1, 2}


def test_reports_count_them_together(world: World) -> None:
    with world.look("ann") as view:
        lines = compute(view, view.metadata.reports["makers"], {}).lines
    assert {line.keys[0]: [figure.value for figure in line.total] for line in lines}["acme"] == [2, 1]


def test_links_and_texts_of_files_find_in_any_case(world: World) -> None:
    row = world.save("ann", "need", wanted="pART-4")
    assert row["part"] == 4
    with world.look("ann") as view:
        part = view.metadata.entities["part"]
        assert records.ids_by(view, part, part.fields["code"], ["PART-2", "part-2", "none"]) == {"PART-2": [2], "part-2": [2]}


@pytest.mark.parametrize("query", [Query("part", typed=('code = "PART-3"',)), Query("part", sort=(SortKey("code", False),))])
def test_an_index_finds_and_sorts_them(world: World, query: Query) -> None:
    with world.look("system") as view:
        if world.app.database.dialect == "postgresql":
            for way in ("seqscan", "bitmapscan"):
                view.connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plans = [line for statement in records.explain_list(view, query).statements for line in statement.plan]
    assert any("uq_part_code_small" in line for line in plans), plans
    assert not any("Seq Scan" in line for line in plans), plans
