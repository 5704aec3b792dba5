"""
app: shop
roles: {buyer: {label: Buyer}, clerk: {label: Clerk}, keeper: {label: Keeper}, guest: {label: Guest}, agent: {label: Agent}, trader: {label: Trader},
  worker: {label: Worker}}
---
entity: supplier
fields:
  agent: {type: user}
access:
  buyer: {read: true, create: true}
  agent: {read: true}
  trader: {read: true}
---
entity: order
number: {pattern: '{0000}'}
fields:
  subject: {type: text}
  place: {type: text}
  due: {type: date}
  total: {type: decimal, digits: 2}
  supplier: {type: link, to: supplier}
access:
  buyer: {read: true, create: true}
  clerk: {read: created_by = user}
  keeper: {read: created_by = user or state = "done"}
  guest: {read: place != "p1"}
  agent: {read: supplier.agent = user AND state = "open"}
  trader: {read: created_by = user OR supplier.agent = user}
  worker: {read: created_by = user OR state = "open"}
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

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import records
from engine.metadata import SortKey
from engine.records import ListExplanation, Query
from engine.storage import Grant, add_grant, linked, listing, remove_grants
from engine.storage.keyset import after_place
from tests.applications import World, opened

ROWS = 10_000
PEOPLE = ("buyer", "clerk", "keeper", "guest", "agent", "trader", "worker")
SUPPLIERS = 100
"""Ten of them are the agent's, ten the trader's."""


@pytest.fixture(scope="module")
def world(shared_database_url: str) -> Iterator[World]:
    """Ten thousand orders, of which one person made ten."""
    with opened(str(__doc__), shared_database_url) as found:
        for name in PEOPLE:
            found.person(name, roles=[name])
        for number in range(1, SUPPLIERS + 1):
            found.save("buyer", "supplier", agent={1: 5, 2: 6}.get(number % 10, 1))
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
        order = world.metadata.identity.numbers["entity:order"]
        for number in range(1, 40):  # and what the database knows of them, it knows from before there were many
            add_grant(connection, Grant(order, number * 5, None, "buyer", ("read",), (), f"share:{number}"))
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("ANALYZE")
    if world.app.database.dialect == "postgresql":
        with world.app.database.write() as connection:
            connection.exec_driver_sql("ANALYZE")


def varied(number: int) -> dict[str, object]:
    due = None if number % 7 == 0 else date(2026, 1, 1) + timedelta(number % 500)
    state = "done" if number % 2500 == 1 else "open"
    by = 2 if number % 1000 == 0 else 3 if number % 900 == 0 else 1
    supplier = None if number % 11 == 0 else number * 37 % SUPPLIERS + 1
    place = {"number": f"{number:05}", "place": f"p{number}", "supplier": supplier}
    return {"id": number, "due": due, "created_by": by, "state": state, **place}


def agent_of(row: Mapping[str, object]) -> int:
    """The number of the person whose supplier it is."""
    supplier = row["supplier"]
    return {1: 5, 2: 6}.get(supplier % 10, 1) if isinstance(supplier, int) else 0


SEEN: Mapping[str, Callable[[Mapping[str, object]], bool]] = {
    "keeper": lambda row: row["created_by"] == 3 or row["state"] == "done",
    "agent": lambda row: agent_of(row) == 5 and row["state"] == "open",
    "trader": lambda row: row["created_by"] == 6 or agent_of(row) == 6,
}
"""Which orders each may see."""


def explained(world: World, who: str, *typed: str, sort: tuple[SortKey, ...] = ()) -> ListExplanation:
    with world.look(who) as view:
        return records.explain_list(view, Query("order", typed=typed, sort=sort or view.metadata.list_of("order").sort))


@pytest.mark.parametrize(
    ("who", "typed"),
    [("buyer", ()), ("buyer", ('state = "done"',)), ("clerk", ()), ("buyer", ("id > 17",)), ("keeper", ()), ("worker", ())],
)
def test_a_list_of_ten_thousand_reads_no_table_as_a_whole(world: World, who: str, typed: tuple[str, ...]) -> None:
    found = explained(world, who, *typed)
    assert found.proposed == ()
    assert [statement.whole for statement in found.statements] == [()] * len(found.statements)
    assert all(statement.indexes for statement in found.statements)


def test_an_index_that_lacks_is_proposed(world: World) -> None:
    assert explained(world, "buyer", 'place = "p7"').proposed == (("place", "due"),)
    assert explained(world, "buyer", 'number = "00007"').proposed == (), "one record needs no order"
    assert explained(world, "buyer", sort=(SortKey("total"),)).proposed == (("total",),)
    assert explained(world, "agent", sort=(SortKey("total"),)).proposed == (("state", "total"), ("supplier", "total"), ("total",))
    assert explained(world, "buyer", 'place = "p7" AND subject in ("a", "b")', sort=(SortKey("number"),)).proposed == (
        ("place", "number"),
        ("subject",),
    )


def test_grants_are_looked_up_in_a_hash_where_a_list_is_walked(world: World) -> None:
    plans = [line for statement in explained(world, "guest").statements for line in statement.plan]
    if world.app.database.dialect == "sqlite":
        found = [line for line in plans if "loom_grant" in line]
        assert all("USING INDEX loom_grant_person" in line or "USING INDEX loom_grant_role" in line for line in found), found
    else:
        assert any("hashed SubPlan" in line for line in plans)


def test_ones_own_records_are_one_range_in_the_order_of_the_list(world: World) -> None:
    plans = [line for statement in explained(world, "clerk").statements for line in statement.plan]
    assert any("created_by_due" in line for line in plans)
    assert not any("ix_order_due" in line for line in plans)
    assert not any("TEMP B-TREE" in line for line in plans)


def test_each_alternative_of_a_rule_is_a_range_of_its_own(world: World) -> None:
    plans = [line for statement in explained(world, "keeper").statements for line in statement.plan]
    assert all(any(index in line for line in plans) for index in ("created_by_due", "state_due"))
    assert not any("ix_order_due" in line for line in plans), "nobody walks through all orders"


def test_a_rule_along_a_link_is_read_from_the_linked_records(world: World) -> None:
    for who in ("agent", "trader"):
        plans = [line for statement in explained(world, who).statements for line in statement.plan]
        assert any("supplier_due" in line for line in plans), who
        assert not any("ix_order_due" in line for line in plans), (who, "nobody walks through all orders")
    plans = [line for statement in explained(world, "agent", 'number = "00007"').statements for line in statement.plan]
    assert any("order_number" in line for line in plans), "what a filter leaves is less still"


@pytest.mark.parametrize("shared", [(), (5, 700, 8001), range(1, 2000)])
def test_what_is_read_in_ranges_is_what_the_rule_says(world: World, shared: Sequence[int]) -> None:
    for who in ("keeper", "agent", "trader") if len(shared) < 9 else ("keeper",):
        share(world, who, shared)
        assert not misplaced(world, who, shared)


def test_what_many_records_lead_to_is_walked_or_gathered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(linked.FEW, world.app.database.dialect, 3)
    monkeypatch.setattr(listing, "LOOKED", 210)
    for who in ("agent", "trader"):
        assert not misplaced(world, who, ())


def share(world: World, who: str, numbers: Sequence[int]) -> None:
    order = world.metadata.identity.numbers["entity:order"]
    with world.app.database.write() as connection:
        remove_grants(connection, "task:1")
        for number in numbers:
            add_grant(connection, Grant(order, number, world.people[who], None, ("read",), (), "task:1"))


def misplaced(world: World, who: str, shared: Sequence[int]) -> list[object]:
    """Where a hundred records on pages, in both directions, are not what somebody may see in its order."""
    wrong: list[object] = []
    wanted = {n for n in range(2, ROWS) if SEEN[who](varied(n))} | set(shared)
    for down in (True, False):
        found: list[int] = []
        query = Query("order", sort=(SortKey("due", descending=down),), limit=20)
        with world.look(who) as view:
            while True:
                page = records.find(view, query)
                found += [record.id for record in page.records]
                if page.next is None or len(found) > 100:
                    break
                query = replace(query, after=page.next)
            count = records.count(view, query)
        expected = sorted(wanted, key=lambda n: place_of(n, down=down))
        right = found == expected[: max(len(found), 100)] and count == min(len(wanted), 1001)
        wrong += [] if right else [(who, down, count, found, expected)]
    return wrong


def place_of(number: int, *, down: bool) -> tuple[bool, int, int]:
    """Where an order stands: those without a day last."""
    due = varied(number)["due"] if number > 1 else date(2026, 1, 1)
    day = 0 if due is None else due.toordinal()  # type: ignore[attr-defined]
    return due is None, -day if down else day, -number if down else number


def test_a_page_begins_at_its_place_however_many_rows_have_its_value() -> None:
    table = sa.table("t", sa.column("due"), sa.column("id"))
    one = after_place([(table.c.due, True)], (False,), table.c.id, down=True, bounded=True)
    other = after_place([(table.c.due, True)], (False,), table.c.id, down=False, bounded=True)
    assert str(one) == "(t.due, t.id) < (:after_0, :after_id)"
    assert "t.due <= :after_0 AND" in str(other), "two directions are no range of one index"


@pytest.mark.parametrize("down", [True, False])
def test_sqlite_finds_the_place_of_the_next_page_by_the_id_too(world: World, *, down: bool) -> None:
    """However many rows have the value at which it begins: the plan names both, where the index does not name the id itself."""
    table = world.app.serving.current().tables.table("order")
    place = after_place([(table.c.due, down)], (False,), table.c.id, down=down, bounded=True)
    order = [column.desc() if down else column.asc() for column in (table.c.due, table.c.id)]
    with world.look("system") as view:
        if world.app.database.dialect == "sqlite":
            sql = str(sa.select(table.c.id).where(place).order_by(*order).compile(dialect=view.connection.dialect))
            plan = [row[3] for row in view.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("2026-01-01", 7))]
            assert plan == [f"SEARCH order USING COVERING INDEX ix_order_due_id ((due,rowid){'<' if down else '>'}(?,?))"]
