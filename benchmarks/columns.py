"""A list of 10,000 rows with five computed columns, calculated in the database, against the SQL one would write by hand.

Run with `./dev bench columns`. Two of the columns sum rows of other documents, so that the engine's grouped
joins are measured too. The database works in both; what differs is the SQL and what becomes of the rows. Ends with 1 when
the engine takes more than 1.2 times as long on PostgreSQL; SQLite is printed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median

import sqlalchemy as sa

from engine.formula import Context, Names, compile
from engine.records import RecordFrame
from engine.storage import Asking, Listing, Reader
from engine.unit_of_work import View
from tests.applications import World, opened
from tests.databases import postgresql_database, postgresql_server

ROWS, ORDERS, ROUNDS, LIMIT = 10_000, 3, 7, 1.2
MODEL = """
app: columns
label: Columns
roles: {one: {label: One}}
---
entity: customer
fields:
  name: {type: text}
  discount: {type: decimal, digits: 2}
  budget: {type: decimal, digits: 2}
access: {one: {read: true}}
---
entity: sale
fields:
  customer: {type: link, to: customer, inverse: sales}
  amount: {type: decimal, digits: 2}
  paid: {type: boolean}
access: {one: {read: true}}
"""
COLUMNS = (
    "ROUND(budget * (1 - discount / 100), 2)",
    "IF(budget > 500, budget - 500, 0)",
    'UPPER(name) & " " & discount',
    "SUM(sales.amount)",
    "SUM(sales.amount, paid)",
)
BY_HAND = {
    "postgresql": """
        SELECT c.id, c.version, c.created_at, c.created_by, c.updated_at, c.updated_by, c.name, c.discount, c.budget,
               round(c.budget * (1 - c.discount * 0.01), 2), CASE WHEN c.budget > 500 THEN c.budget - 500 ELSE 0 END,
               upper(c.name COLLATE "und-x-icu") || ' ' || coalesce(trim_scale(c.discount)::text, ''),
               coalesce(s.all_of_it, 0), coalesce(s.paid, 0)
        FROM customer c LEFT JOIN (
            SELECT customer, sum(amount) AS all_of_it, sum(amount) FILTER (WHERE paid) AS paid FROM sale GROUP BY customer) s
            ON s.customer = c.id
        ORDER BY c.id DESC LIMIT 20000""",
    "sqlite": """
        SELECT c.id, c.version, c.created_at, c.created_by, c.updated_at, c.updated_by, c.name, c.discount, c.budget,
               round(c.budget * (100.0 - c.discount / 100.0) / 10000.0, 2),
               CASE WHEN c.budget > 50000 THEN c.budget - 50000 ELSE 0 END, upper(c.name) || ' ' || c.discount / 100.0,
               coalesce(s.all_of_it, 0), coalesce(s.paid, 0)
        FROM customer c LEFT JOIN (
            SELECT customer, sum(amount) AS all_of_it, sum(CASE WHEN paid THEN amount END) AS paid FROM sale GROUP BY customer) s
            ON s.customer = c.id
        ORDER BY c.id DESC LIMIT 20000""",
}  # fmt: skip


def fill(world: World) -> None:
    """Customers and their sales, written past the engine: only reading is measured."""
    tables, now = world.ground.current().tables, world.clock.now()
    stamps = {"version": 1, "created_at": now, "updated_at": now, "current_from": now}
    customers = [
        {"name": f"Customer {n}", "discount": Decimal(n % 90), "budget": Decimal(n % 1000) + Decimal("0.25"), **stamps} for n in range(ROWS)
    ]
    with world.ground.database.write() as connection:
        connection.execute(sa.insert(tables.table("customer")), customers)
        sales = [{"customer": 1 + n % ROWS, "amount": Decimal(n % 700), "paid": n % 3 == 0, **stamps} for n in range(ROWS * ORDERS)]
        connection.execute(sa.insert(tables.table("sale")), sales)
        connection.exec_driver_sql("ANALYZE")


def by_engine(world: World) -> Callable[[View], int]:
    """The list as the engine reads it; gives the number of rows."""
    catalog = world.metadata.catalog
    values = tuple(compile(text, Names("customer"), catalog, Context.VIRTUAL) for text in COLUMNS)
    listing = Listing("customer", values=values)

    def read(view: View) -> int:
        asking = Asking(RecordFrame(view), Reader(1, None, frozenset(), view.now), 2 * ROWS)
        return len(view.lists.page(view.connection, listing, asking))

    return read


def by_hand(view: View) -> int:
    """The same list from a written statement, its rows as dicts; gives the number of rows."""
    found = view.connection.exec_driver_sql(BY_HAND[view.connection.dialect.name])
    names = ("id", "version", "created_at", "created_by", "updated_at", "updated_by", "name", "discount", "budget", "a", "b", "c", "d", "e")
    return len([dict(zip(names, row, strict=True)) for row in found])


def ratio(url: str) -> float:
    """Time of the engine by time of the written statement, the median over rounds in turns."""
    with opened(MODEL, url) as world:
        fill(world)
        engine, ratios = by_engine(world), list[float]()
        with world.look("system") as view:
            assert engine(view) == by_hand(view) == ROWS
            ratios += [_seconds(engine, view) / _seconds(by_hand, view) for _ in range(ROUNDS)]
    return median(ratios)


def _seconds(read: Callable[[View], int], view: View) -> float:
    start = time.perf_counter()
    read(view)
    return time.perf_counter() - start


def main() -> int:
    """Print both ratios; 1 when that on PostgreSQL is above the limit."""
    with tempfile.TemporaryDirectory() as folder:
        print(f"sqlite      {ratio(f'sqlite:///{folder}/columns.db'):.2f}")
    with postgresql_server() as server, postgresql_database(server) as url:
        found = ratio(url)
    print(f"postgresql  {found:.2f} (must {LIMIT})")
    return int(found > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
