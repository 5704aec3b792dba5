"""A pivot and a dashboard over many rows against their SQL by hand: `./dev bench reports [--rows 1000000] [--database both]`.

Both sides read the same tables as somebody whose row rule grants every row, and end with figures by line and column. They take turns,
round by round; the ratio of the medians is the result, and may be 1.1. SQLite works in this process and is measured by its CPU time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.reports import compute
from engine.unit_of_work import View
from tests.applications import World, opened
from tests.databases import postgresql_database, postgresql_server

MUST = 1.1
ROUNDS = 9
Clock = Callable[[], float]
CLOCKS: dict[str, Clock] = {"sqlite": time.thread_time, "postgresql": time.perf_counter}
YAML = """
    app: sales
    currency: CNY
    roles: {boss: {}}
    ---
    entity: customer
    title: name
    fields: {name: {type: text}}
    access: {boss: {read: true}}
    ---
    entity: sale
    title: kind
    fields:
      kind: {type: choice, of: [goods, service, rent, other]}
      customer: {type: link, to: customer}
      day: {type: date}
      amount: {type: money}
      qty: {type: decimal, digits: 3}
    access: {boss: {read: true}}
    ---
    report: pivot
    from: sale
    rows: [{field: day, by: month}]
    columns: [kind]
    totals: [rows, columns]
    values: {sales: COUNT(rows), amount: SUM(rows.amount), mean: AVERAGE(rows.qty)}
    ---
    report: customers
    from: sale
    rows: [customer]
    values: {amount: SUM(rows.amount)}
    sort: -amount
    top: 10
    ---
    report: kinds
    from: sale
    rows: [kind]
    values: {sales: COUNT(rows), most: MAX(rows.amount)}
    ---
    report: whole
    from: sale
    values: {sales: COUNT(rows), amount: SUM(rows.amount)}
"""
MONTH = {"sqlite": "substr(day, 1, 7)", "postgresql": "date_trunc('month', day)"}
PIVOT = "SELECT {month}, kind, count(*), sum(amount), sum(qty), count(qty) FROM sale GROUP BY 1, 2"
BOARD = (
    "SELECT customer, sum(amount) FROM sale GROUP BY 1 ORDER BY 2 DESC",
    "SELECT kind, count(*), max(amount) FROM sale GROUP BY 1",
    "SELECT count(*), sum(amount) FROM sale",
)


def main() -> int:
    """Measure and print; 1 when something is slower than it must be."""
    options = _options()
    os.environ["LOOM_KEYS"] = tempfile.mkdtemp()
    slow = 0
    for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        with _world(database) as world:
            _fill(world, options.rows, database)
            with world.look("boss") as view:
                for name, reports, by_hand in _measured(database):
                    ratio, engine, hand = _compared(view, reports, by_hand, CLOCKS[database])
                    slow += ratio > MUST
                    print(f"{database}: {name} over {options.rows:,} rows: {engine:.0f} ms, by hand {hand:.0f} ms: {ratio:.2f}", flush=True)
    return 1 if slow else 0


def _measured(database: str) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    yield "pivot", ("pivot",), (PIVOT.format(month=MONTH[database]),)
    yield "dashboard", ("customers", "kinds", "whole"), BOARD


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench reports", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rows", type=int, default=1_000_000)
    return parser.parse_args()


def _compared(view: View, reports: Sequence[str], by_hand: Sequence[str], clock: Clock) -> tuple[float, float, float]:
    """The ratio of the median times, and those in ms."""
    rounds = []
    for turn in range(ROUNDS + 1):
        engine = _timed(lambda: [compute(view, view.metadata.reports[name], {}) for name in reports], clock)
        hand = _timed(lambda: [_shaped(view, text) for text in by_hand], clock)
        rounds += [(engine, hand)] if turn else []
    engine, hand = (statistics.median(times) * 1000 for times in zip(*rounds, strict=True))
    return engine / hand, engine, hand


def _shaped(view: View, text: str) -> dict[Any, Any]:
    """The rows of a statement by their keys, as a page would want them."""
    driver = view.connection.connection.driver_connection
    assert driver is not None
    found: dict[Any, Any] = {}
    for row in driver.execute(text).fetchall():
        found.setdefault(row[0], {})[row[1]] = row[2:]
    return found


def _timed(work: Callable[[], object], clock: Clock) -> float:
    begin = clock()
    work()
    return clock() - begin


def _fill(world: World, count: int, database: str) -> None:
    """The rows, told by a generator in the database itself."""
    world.person("boss", roles=["boss"])
    first = min(int(str(world.save("system", "customer", name=f"C{at}")["id"])) for at in range(200))
    row = world.save("system", "sale", kind="goods", customer=first, day="2024-01-01", amount="1.00", qty="1.000")
    table = world.ground.current().tables.table("sale")
    names = [column.name for column in table.columns if column.name != "id"]
    amount, qty = (_NUMBER[database].format(places) for places in (2, 3))
    own = {"kind": _KIND[database], "customer": f"{first} + n % 200", "day": _DAY[database], "amount": amount, "qty": qty}
    chosen = ", ".join(own.get(name, f"s.{name}") for name in names)
    into = f"INSERT INTO sale ({', '.join(names)}) SELECT {chosen} FROM {_SERIES[database]}, sale s WHERE s.id = :id"  # noqa: S608 - ours
    with world.app.database.write() as connection:
        connection.execute(sa.text(into), {"count": count, "id": row["id"]})
        connection.execute(sa.text("ANALYZE"))


_SERIES = {
    "sqlite": "(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < :count) SELECT n FROM g) g",
    "postgresql": "generate_series(1, :count) g(n)",
}
_KIND = {
    "sqlite": "CASE n % 4 WHEN 0 THEN 'goods' WHEN 1 THEN 'service' WHEN 2 THEN 'rent' ELSE 'other' END",
    "postgresql": "(ARRAY['goods', 'service', 'rent', 'other'])[1 + n % 4]",
}
_DAY = {"sqlite": "date('2024-01-01', (n % 900) || ' days')", "postgresql": "DATE '2024-01-01' + n % 900"}
_NUMBER = {"sqlite": "n * 7919 % 1000000", "postgresql": "(n::bigint * 7919 % 1000000)::numeric / 10 ^ {}"}


@contextmanager
def _world(database: str) -> Iterator[World]:
    if database == "sqlite":
        with tempfile.TemporaryDirectory() as folder, opened(YAML, f"sqlite:///{Path(folder) / 'bench.db'}") as world:
            yield world
    else:
        with postgresql_server() as server, postgresql_database(server) as url, opened(YAML, url) as world:
            yield world


if __name__ == "__main__":
    sys.exit(main())
