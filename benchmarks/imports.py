"""Bringing in orders with five lines each, against raw inserts of the rows that came of it: `./dev bench imports [N] [URL]`.

The raw side writes the same rows of orders, lines, audit and search index into new tables, three times, of which the median counts:
`executemany` on SQLite, COPY on PostgreSQL, in one transaction. On SQLite, where all the work is done in this process, its processor time
is compared, so that a busy machine tells the same; on PostgreSQL the time that passes. Memory is the most that was held meanwhile over
what was held before.
"""

from __future__ import annotations

import csv
import gc
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median

import psycopg
import sqlalchemy as sa

from engine.transfer import begin, load_import, stage, work_through
from tests.applications import World, opened

YAML = """
    app: trade
    languages: [en]
    currency: CNY
    timezone: Asia/Shanghai
    roles:
      buyer: {label: {en: Buyer}}
    ---
    entity: product
    title: name
    fields:
      code: {type: text, unique: true}
      name: {type: text, required: true}
    access:
      buyer: {read: true}
    ---
    entity: order
    title: code & " " & subject
    fields:
      code: {type: text, unique: true, required: true}
      subject: {type: text, required: true, max: 60}
      ordered_on: {type: date, required: true}
      lines:
        type: table
        fields:
          product: {type: link, to: product, required: true}
          qty: {type: decimal, digits: 2, required: true}
          price: {type: money}
          amount: {type: money, formula: 'ROUND(qty * price, 2)'}
        checks:
          - {require: 'qty > 0', field: qty}
      total: {type: money, formula: SUM(lines.amount)}
    access:
      buyer: {read: true, create: true, update: true}
"""
Clock = Callable[[], float]
PRODUCTS = 1000
RAW = 3
ENTITIES = ("order", "order.lines")
OURS = ("loom_audit", "loom_search")


def main(count: int, url: str | None) -> None:
    """Measure both sides and print them."""
    with tempfile.TemporaryDirectory(dir="var") as folder:
        file = order_file(Path(folder) / "orders.csv", count)
        with opened(YAML, url or f"sqlite:///{folder}/orders.db") as world:
            clock = time.perf_counter if url else time.process_time
            staged, spent, memory = _imported(world, file, clock)
            raw = [_raw(world, Path(folder) / f"raw{at}.db", clock) for at in range(RAW)]
    spread = f"{min(raw):.2f} to {max(raw):.2f}"
    print(f"{count} orders: staged in {staged:.2f} s, done in {spent:.2f} s; raw {median(raw):.2f} s ({spread}), ", end="")
    print(f"{(staged + spent) / median(raw):.1f} times; {memory:.0f} MB more")


def order_file(path: Path, count: int, first: int = 0) -> Path:
    """A file of `count` orders with five lines each, from a number on."""
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["code", "subject", "ordered_on", "lines.product", "lines.qty", "lines.price"])
        for number in range(first, first + count):
            head = [f"O{number:07}", f"Order number {number}", "2026-03-02"]
            for line in range(5):
                out.writerow([*(head if line == 0 else ["", "", ""]), f"P{(number * 5 + line) % PRODUCTS}", f"{line + 1}.50", "12.30"])
    return path


def products(world: World) -> None:
    """Somebody who buys, and what she buys."""
    world.person("bea", roles=["buyer"])
    for number in range(PRODUCTS):
        world.save("system", "product", code=f"P{number}", name=f"Product {number}")


def _imported(world: World, file: Path, clock: Clock) -> tuple[float, float, float]:
    products(world)
    gc.collect()
    gc.freeze()  # as processes that serve do
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    bea, began = world.actor("bea"), clock()
    number = stage(world.ground, bea, "order", (file, file.name))
    staged = clock() - began
    world.app.run(bea, lambda uow: begin(uow, number, rehearse=False))
    work_through(world.ground, lambda: bea, number)
    spent = clock() - began - staged
    memory = _memory("VmHWM") - before
    with world.look("bea") as view:
        counts = load_import(view, number).counts
    assert set(counts) == {"done"}, counts
    return staged, spent, memory


def _memory(what: str) -> float:
    """Megabytes of this process: held now (`VmRSS`), or the most since it was asked to begin anew (`VmHWM`)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / 1024


def _raw(world: World, fresh: Path, clock: Clock) -> float:
    """How long the bare inserts of these rows take, into the same tables with the same indexes."""
    url, tables = sa.make_url(world.app.database.url), world.app.serving.current().tables
    names = [*(tables.physical(entity) for entity in ENTITIES), *OURS]
    if tables.dialect == "postgresql":
        return _raw_postgresql(url, names, clock)
    with opened(YAML, f"sqlite:///{fresh}") as other:  # the pages of rows that were deleted would be used again
        products(other)
    return _raw_sqlite(Path(str(url.database)), fresh, names, clock)


def _raw_sqlite(path: Path, fresh: Path, names: list[str], clock: Clock) -> float:
    columns = {"loom_search": "rowid, words"}
    with closing(sqlite3.connect(path)) as source:
        rows = {name: source.execute(f'SELECT {columns.get(name, "*")} FROM "{name}"').fetchall() for name in names}  # noqa: S608
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        for name in OURS:
            connection.execute(f'DELETE FROM "{name}"')  # noqa: S608 - what tells of the products is among the rows
        connection.execute("PRAGMA foreign_keys = ON")  # links are looked up on both sides
        began = clock()
        connection.execute("BEGIN")
        for name, found in rows.items():
            places = ", ".join("?" * len(found[0]))
            into = f'"{name}" ({columns[name]})' if name in columns else f'"{name}"'
            connection.executemany(f"INSERT INTO {into} VALUES ({places})", found)  # noqa: S608
        connection.execute("COMMIT")
        return clock() - began


def _raw_postgresql(url: sa.URL, names: list[str], clock: Clock) -> float:
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608
        connection.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in names) + " CASCADE")
        connection.commit()
        began = clock()
        for name, found in rows.items():
            with connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                for row in found:
                    copy.write_row(row)
        connection.commit()
        return clock() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, sys.argv[2] if len(sys.argv) > 2 else None)
