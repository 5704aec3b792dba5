"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, guest: {label: Guest}}
---
entity: supplier
number: {pattern: 'S-{YYYY}-{0000}', at: create}
title: name
fields:
  name: {type: text, required: true}
  secret: {type: text}
  region: {type: text}
  about: {type: long_text}
  hush: {type: text, search: false}
  nick: {type: text, search: true, keep_empty: true}
  story: {type: rich_text}
  contacts: {type: table, fields: {person: {type: text}, note: {type: text}}}
access:
  buyer: {read: true, create: true, update: true, delete: true}
  clerk:
    - {read: 'region = "south"', hide: [secret, contacts.note]}
  guest:
    - {read: 'region = "south"'}
    - {read: 'region = "north"', hide: [secret]}
---
list: supplier
for: supplier
columns: [name]
search: [name]
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import migration, records
from engine.loading import load_sources
from engine.records import Query
from engine.storage.search import asked_words, words_of
from tests.applications import World, opened, sources


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with opened(str(__doc__), database_url) as found:
        for name in ("buyer", "clerk", "guest"):
            found.person(name, roles=[name])
        yield found


def hits(world: World, who: str, text: str) -> list[int]:
    with world.look(who) as view:
        return [record.id for found in records.search(view, text, among=["supplier"]) for record in found.records]


def supplier(world: World, **values: object) -> int:
    return int(str(world.save("buyer", "supplier", **{"name": "x", "region": "south", **values})["id"]))


FOUND = "müller|MULLER|mul|  kg müller|采购|购中|采|上海采购中心|cgzx|caigou|shanghai|S-2026|0001|anna|straße|1850"
NOT_FOUND = "strong|ller|海购|muller anna bob||-|'\"*|: &! (|另"


def test_found_by_the_beginnings_of_words_by_chinese_and_by_pinyin(world: World) -> None:
    number = supplier(
        world,
        name="Müller KG 上海采购中心",
        about="Hauptstrasse 5, Strasse",
        story="<p>since <b>1850</b></p>",
        contacts=[{"person": "Anna"}],
    )
    assert {text: hits(world, "buyer", text) for text in FOUND.split("|")} == {text: [number] for text in FOUND.split("|")}
    assert {text: hits(world, "buyer", text) for text in NOT_FOUND.split("|")} == {text: [] for text in NOT_FOUND.split("|")}


def test_what_changes_and_goes_is_found_no_more(world: World) -> None:
    number = supplier(world, name="Alpha", contacts=[{"person": "Anna"}])
    world.save("buyer", "supplier", number, name="Beta", contacts=[])
    assert [hits(world, "buyer", text) for text in ("alpha", "anna", "beta")] == [[], [], [number]]
    world.delete("buyer", "supplier", number)
    assert hits(world, "buyer", "beta") == []


def test_what_is_rolled_back_is_not_found(world: World) -> None:
    def work(uow: object) -> None:
        records.save(uow, "supplier", None, {"name": "Alpha"})  # type: ignore[arg-type]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        world.app.run(world.actor("buyer"), work)
    assert hits(world, "buyer", "alpha") == []


def test_only_rows_and_fields_that_may_be_read_are_searched(world: World) -> None:
    south = supplier(world, name="Alpha", secret="gold", contacts=[{"person": "Anna", "note": "silver"}])
    supplier(world, name="Alpha", region="north")
    assert hits(world, "clerk", "alpha") == [south]
    assert [hits(world, "clerk", text) for text in ("gold", "silver", "anna")] == [[], [], [south]]
    assert hits(world, "guest", "gold") == [], "what is hidden in some rows is not searched in any"
    assert hits(world, "buyer", "gold") == [south]


def test_what_a_new_definition_fills_in_is_found(world: World) -> None:
    number = supplier(world, name="Alpha")
    written = sources(str(__doc__).replace("  about:", "  city: {type: text, required: true, default: 杭州}\n  about:"))
    migration.apply(world.app.database, written, load_sources(written), "tests", world.clock.now())
    world.app.jobs.run_due()
    assert hits(world, "buyer", "hangzhou") == [number]


def test_accounts_are_found_but_nothing_of_the_sign_in(world: World) -> None:
    world.save("system", "credential", person=world.people["buyer"], password="zebra")
    with world.look("system") as view:
        found = records.search(view, "zebra")
    assert found == []


def test_the_search_box_of_a_list_looks_into_the_fields_that_it_names(world: World) -> None:
    number = supplier(world, name="Alpha", about="beta")
    assert world.find("buyer", "supplier", search="alp") == [number]
    assert world.find("buyer", "supplier", search="beta") == []
    with world.look("buyer") as view:
        assert records.count(view, Query("supplier", search="alp")) == 1
        assert records.count(view, Query("supplier", words="beta")) == 1


@settings(max_examples=max(12, settings().max_examples // 20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(secret=st.text("abc 采购", max_size=8), text=st.text("abc 采购", min_size=1, max_size=3))
def test_a_hidden_value_changes_no_answer(world: World, secret: str, text: str) -> None:
    number = supplier(world, name="Fixed", secret="b")
    before = hits(world, "clerk", text)
    world.save("buyer", "supplier", number, secret=secret or None)
    assert hits(world, "clerk", text) == before


def test_words() -> None:
    assert words_of("No. 12-b, Ünï", spelled=False) == {"no", "12", "b", "uni"}
    assert words_of("采购", spelled=False) == {"采", "购", "采购"}
    assert asked_words("采购单 A a") == ["采购", "购单", "a"]
    assert {"caigou", "cg", "gou", "g"} <= words_of("采购")


def test_a_field_may_stay_out_of_every_search(world: World) -> None:
    number = supplier(world, hush="whispered", nick="spoken")
    assert hits(world, "buyer", "spoken") == [number]
    assert hits(world, "buyer", "whispered") == []
    world.save("buyer", "supplier", number, hush="murmured")
    assert hits(world, "buyer", "murmured") == []


def test_an_empty_text_may_be_a_value(world: World) -> None:
    for typed, kept in (("", ""), ("  ", ""), (None, None)):
        number = supplier(world, nick=typed, hush=typed)
        with world.look("buyer") as view:
            row = records.load(view, "supplier", number).values
        assert (row["nick"], row["hush"]) == (kept, None)
    assert world.find("buyer", "supplier", 'nick = ""') != []
