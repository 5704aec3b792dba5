"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, keeper: {label: Keeper}, agent: {label: Agent}, dealer: {label: Dealer}}
---
entity: supplier
fields:
  agent: {type: user}
access:
  buyer: {read: true, create: true}
  agent: {read: true}
  dealer: {read: true}
---
entity: order
title: subject
fields:
  subject: {type: text}
  place: {type: text}
  due: {type: date}
  supplier: {type: link, to: supplier}
access:
  buyer: {read: true, create: true}
  clerk: {read: created_by = user}
  keeper: {read: created_by = user or place = "yard"}
  agent: {read: supplier.agent = user}
  dealer: {read: supplier.agent = user}
---
list: order
columns: [subject, place, due]
sort: -due
search: [subject, place]
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import records
from engine.metadata import SortKey
from engine.records import Query
from engine.storage import listing, ranges
from engine.storage.lending import driver_of
from engine.storage.prepared import Standing
from engine.storage.search import index, usual
from tests.applications import World, opened

NUMBERS = range(1, 91)
FIRST = date(2026, 1, 1)


@pytest.fixture(scope="module")
def world(shared_database_url: str) -> Iterator[World]:
    """Ninety orders; every tenth is the clerk's, every fifteenth in the yard, every ninth without a day."""
    with opened(str(__doc__), shared_database_url) as found:
        people = {name: found.person(name, roles=[name]) for name in ("buyer", "clerk", "keeper", "agent", "dealer")}
        for name in ("agent", "dealer", "buyer"):
            found.save("buyer", "supplier", agent=people[name])
        for number in NUMBERS:
            found.save(maker(number), "order", **told(number))
        yield found


def maker(number: int) -> str:
    return "system" if number % 10 == 0 else "buyer"


def told(number: int) -> dict[str, object]:
    """The words of an order: *bolts* in all, *early* in those that are due first, *third* in some, *M8* as part of another word."""
    words = ["Bolts", "early" if number <= 40 else "late", "third" if number % 3 == 0 else "M80"]
    due = None if number % 9 == 0 else FIRST + timedelta(number)
    supplier = 1 if number % 2 == 0 else 2 if number % 7 == 0 else 3
    return {"subject": " ".join(words), "place": "yard" if number % 15 == 0 else "hall", "due": due, "supplier": supplier}


SEEN: Mapping[str, Callable[[int], bool]] = {
    "buyer": lambda _: True,
    "keeper": lambda n: n % 15 == 0,
    "clerk": lambda _: False,
    "agent": lambda n: n % 2 == 0,
    "dealer": lambda n: n % 2 == 1 and n % 7 == 0,
}
"""Which orders each may see: the agent more than words are looked for in one by one, the dealer fewer."""


@pytest.mark.parametrize("search", ["bolts", "early", "bol ear", "third yard", "m8", "bolts nowhere", "yard"])
def test_words_that_many_have_are_found_wherever_they_are(world: World, search: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_REACH", sa.literal_column("30"))
    monkeypatch.setattr(ranges, "_BRIEF", sa.literal_column("10"))
    monkeypatch.setattr(listing, "REACH", 30)
    assert not misled(world, Query("order", search=search), having_words(search))


@pytest.mark.parametrize("search", ["bolts", "early", "third yard", "m8", "bolts nowhere", "yard"])
def test_words_that_some_have_are_gathered_beside_a_rule_along_a_link(world: World, search: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usual, "USUAL", usual.SPREAD)
    monkeypatch.setattr(index, "_FEW", Standing(lambda dialect: index._first(dialect, 3, index.SAMPLE)))  # noqa: SLF001 - else usual
    monkeypatch.setitem(index.FEW, world.app.database.dialect, 2)
    monkeypatch.setattr(index, "SOME", 7)
    assert not misled(world, Query("order", search=search), having_words(search))


def test_usual_words_beside_a_rule_along_a_link_are_looked_for_among_the_first_rows(world: World) -> None:
    if world.app.database.dialect != "sqlite":
        pytest.skip("its driver tells every statement")
    asked: list[str] = []
    with world.look("agent") as view:
        driver_of(view.connection).set_trace_callback(asked.append)
        found = records.find(view, Query("order", search="bolts", sort=(SortKey("due"),), limit=3)).records
        driver_of(view.connection).set_trace_callback(None)
    assert [record.id for record in found] == [2, 4, 6]
    assert not any("LIMIT 20000" in statement or "count(*)" in statement for statement in asked if "supplier" in statement)


@pytest.mark.parametrize("part", ["arly", "Bolts", "third", "nowhere", "8"])
def test_what_texts_contain_is_found_wherever_it_is(world: World, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LOOKED", 20)
    having = [n for n in NUMBERS if part in str(told(n)["subject"])]
    assert not misled(world, Query("order", typed=(f'CONTAINS(subject, "{part}")',)), having)
    assert not misled(world, Query("order", typed=(f'SEARCH("{part.upper()}", subject) > 0',)), having)


def misled(world: World, query: Query, having: Sequence[int]) -> list[object]:
    """Where two pages or the count are not what a reader may see of these orders, in both directions."""
    wrong: list[object] = []
    for who, seen in SEEN.items():
        for down in (True, False):
            wanted = sorted(filter(seen, having), key=lambda n: (told(n)["due"] is None, -n if down else n))
            asked = replace(query, sort=(SortKey("due", descending=down),), limit=7)
            with world.look(who) as view:
                first = records.find(view, asked)
                found = list(first.records)
                if first.next is not None:
                    found += records.find(view, replace(asked, after=first.next)).records
                count = records.count(view, asked)
            shown = [record.id for record in found]
            wrong += [] if (shown, count) == (wanted[:14], len(wanted)) else [(who, down, shown, count, wanted)]
    return wrong


def having_words(search: str) -> list[int]:
    return [n for n in NUMBERS if all(any(word.startswith(asked) for word in words(n)) for asked in search.split())]


def words(number: int) -> list[str]:
    return f"{told(number)['subject']} {told(number)['place']}".lower().split()
