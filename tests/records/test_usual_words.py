"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, keeper: {label: Keeper}}
---
entity: order
title: subject
fields:
  subject: {type: text}
  place: {type: text}
  due: {type: date}
access:
  buyer: {read: true, create: true}
  clerk: {read: created_by = user}
  keeper: {read: created_by = user or place = "yard"}
---
list: order
columns: [subject, place, due]
sort: -due
search: [subject, place]
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import records
from engine.metadata import SortKey
from engine.records import Query
from engine.storage import ranges
from tests.applications import World, opened
from tests.databases import postgresql_database

ROWS = 90
FIRST = date(2026, 1, 1)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Ninety orders; every tenth is the clerk's, every fifteenth in the yard, every ninth without a day."""
    made = (
        nullcontext(f"sqlite:///{tmp_path_factory.mktemp('words') / 'x.db'}")
        if request.param == "sqlite"
        else postgresql_database(request.getfixturevalue("postgresql_server_url"))
    )
    with made as url, opened(str(__doc__), url) as found:
        for name in ("buyer", "clerk", "keeper"):
            found.person(name, roles=[name])
        for number in range(1, ROWS + 1):
            found.save(maker(number), "order", **told(number))
        yield found


def maker(number: int) -> str:
    return "system" if number % 10 == 0 else "buyer"


def told(number: int) -> dict[str, object]:
    """The words of an order: *bolts* in all, *early* in those that are due first, *third* in some, *M8* as part of another word."""
    words = ["Bolts", "early" if number <= 40 else "late", "third" if number % 3 == 0 else "M80"]
    due = None if number % 9 == 0 else FIRST + timedelta(number)
    return {"subject": " ".join(words), "place": "yard" if number % 15 == 0 else "hall", "due": due}


@pytest.mark.parametrize("search", ["bolts", "early", "bol ear", "third yard", "m8", "bolts nowhere", "yard"])
def test_words_that_many_have_are_found_wherever_they_are(world: World, search: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "_REACH", sa.literal_column("30"))
    asked = search.split()
    for who, seen in (("buyer", lambda _: True), ("keeper", lambda n: n % 15 == 0), ("clerk", lambda _: False)):
        for down in (True, False):
            having = [n for n in range(1, ROWS + 1) if seen(n) and all(any(w.startswith(a) for w in words(n)) for a in asked)]
            having.sort(key=lambda n: (told(n)["due"] is None, -n if down else n))
            query = Query("order", search=search, sort=(SortKey("due", descending=down),), limit=7)
            with world.look(who) as view:
                first = records.find(view, query)
                second = records.find(view, replace(query, after=first.next)) if first.next else None
                count = records.count(view, query)
            assert [record.id for record in first.records] == having[:7]
            assert [record.id for record in second.records if second] == having[7:14] if second else len(having) <= 7
            assert count == len(having)


def words(number: int) -> list[str]:
    return f"{told(number)['subject']} {told(number)['place']}".lower().split()
