"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, keeper: {label: Keeper}}
---
entity: order
number: {pattern: '{0000}'}
fields:
  subject: {type: text}
  place: {type: text}
  due: {type: date}
  total: {type: decimal, digits: 2}
access:
  buyer: {read: true, create: true}
  clerk: {read: created_by = user}
  keeper: {read: created_by = user or state = "done"}
---
list: order
columns: [number, subject, due, state]
sort: -due
tabs: [{name: open, where: 'state = "open"'}]
---
lifecycle: order
for: order
states: {open: {}, done: {final: true}}
actions: {finish: {from: open, to: done, who: role:buyer}}
"""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import records
from engine.metadata import SortKey
from engine.records import ListExplanation, Query
from tests.applications import World, opened
from tests.databases import postgresql_database

ROWS = 10_000


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Ten thousand orders, of which one person made ten."""
    made = (
        nullcontext(f"sqlite:///{tmp_path_factory.mktemp('indexes') / 'x.db'}")
        if request.param == "sqlite"
        else postgresql_database(request.getfixturevalue("postgresql_server_url"))
    )
    with made as url, opened(str(__doc__), url) as found:
        for name in ("buyer", "clerk", "keeper"):
            found.person(name, roles=[name])
        found.save("buyer", "order", subject="x", place="p", due="2026-01-01")
        fill(found)
        yield found


def fill(world: World) -> None:
    """Copies of the first order, written past the records."""
    table = world.app.serving.current().tables.table("order")
    with world.app.database.write() as connection:
        row = {c.key: value for c, value in zip(table.c, connection.execute(sa.select(table)).one(), strict=True)}
        rows = [{**row, **varied(n)} for n in range(2, ROWS)]
        connection.execute(sa.insert(table), rows)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
    if world.app.database.dialect == "postgresql":
        with world.app.database.write() as connection:
            connection.exec_driver_sql("ANALYZE")


def varied(number: int) -> dict[str, object]:
    due = None if number % 7 == 0 else date(2026, 1, 1) + timedelta(number % 500)
    return {"id": number, "number": f"{number:05}", "place": f"p{number}", "due": due, "created_by": 2 if number % 1000 == 0 else 1}


def explained(world: World, who: str, *typed: str, sort: tuple[SortKey, ...] = ()) -> ListExplanation:
    with world.look(who) as view:
        return records.explain_list(view, Query("order", typed=typed, sort=sort or view.metadata.list_of("order").sort))


@pytest.mark.parametrize(("who", "typed"), [("buyer", ()), ("buyer", ('state = "done"',)), ("clerk", ()), ("buyer", ("id > 17",))])
def test_a_list_of_ten_thousand_reads_no_table_as_a_whole(world: World, who: str, typed: tuple[str, ...]) -> None:
    found = explained(world, who, *typed)
    assert found.proposed == ()
    assert [statement.whole for statement in found.statements] == [()] * len(found.statements)
    assert all(statement.indexes for statement in found.statements)


def test_an_index_that_lacks_is_proposed(world: World) -> None:
    assert explained(world, "buyer", 'place = "p7"').proposed == (("place",),)
    assert explained(world, "buyer", sort=(SortKey("total"),)).proposed == (("total",),)
    assert explained(world, "buyer", 'place = "p7" AND subject in ("a", "b")', sort=(SortKey("number"),)).proposed == (
        ("place",),
        ("subject",),
    )


def test_grants_are_looked_up_in_a_hash_where_a_list_is_walked(world: World) -> None:
    plans = [line for statement in explained(world, "keeper").statements for line in statement.plan]
    if world.app.database.dialect == "sqlite":
        assert not any("loom_grant_record" in line for line in plans), "only what was given to the reader is read"
    else:
        assert any("hashed SubPlan" in line for line in plans)


def test_ones_own_records_are_one_range_in_the_order_of_the_list(world: World) -> None:
    plans = [line for statement in explained(world, "clerk").statements for line in statement.plan]
    assert all("created_by" in line for line in plans if "SEARCH" in line or "Index Cond" in line)
    assert not any("TEMP B-TREE" in line for line in plans)
