"""Bringing in orders with five lines each, against raw inserts of the rows that came of it: `python -m benchmarks.imports [N] [URL]`.

The raw side writes the same rows of orders, lines, audit and search index into an empty copy of the tables: `executemany` on
SQLite, COPY on PostgreSQL, in one transaction.
"""

from __future__ import annotations

import csv
import resource
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

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
PRODUCTS = 1000
ENTITIES = ("order", "order.lines")
OURS = ("loom_audit", "loom_search")


def main(count: int, url: str | None) -> None:
    """Measure both sides and print them."""
    with tempfile.TemporaryDirectory(dir="var") as folder:
        file = _file(Path(folder) / "orders.csv", count)
        with opened(YAML, url or f"sqlite:///{folder}/orders.db") as world:
            spent, memory = _imported(world, file)
            raw = _raw(world)
    print(f"{count} orders: {spent:.1f} s, raw {raw:.2f} s, {spent / raw:.1f} times; {memory:.0f} MB more memory")


def _file(path: Path, count: int) -> Path:
    with path.open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["code", "subject", "ordered_on", "lines.product", "lines.qty", "lines.price"])
        for number in range(count):
            head = [f"O{number:07}", f"Order number {number}", "2026-03-02"]
            for line in range(5):
                out.writerow([*(head if line == 0 else ["", "", ""]), f"P{(number * 5 + line) % PRODUCTS}", f"{line + 1}.50", "12.30"])
    return path


def _imported(world: World, file: Path) -> tuple[float, float]:
    world.person("bea", roles=["buyer"])
    for number in range(PRODUCTS):
        world.save("system", "product", code=f"P{number}", name=f"Product {number}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bea, began = world.actor("bea"), time.perf_counter()
    number = stage(world.ground, bea, "order", (file, file.name))
    world.app.run(bea, lambda uow: begin(uow, number, rehearse=False))
    work_through(world.ground, lambda: bea, number)
    spent = time.perf_counter() - began
    with world.look("bea") as view:
        counts = load_import(view, number).counts
    assert set(counts) == {"done"}, counts
    return spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def _raw(world: World) -> float:
    """How long the bare inserts of these rows take, into the same tables with the same indexes."""
    url, tables = sa.make_url(world.app.database.url), world.app.serving.current().tables
    names = [*(tables.physical(entity) for entity in ENTITIES), *OURS]
    return _raw_sqlite(str(url.database), names) if tables.dialect == "sqlite" else _raw_postgresql(url, names)


def _raw_sqlite(path: str, names: list[str]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    columns = {"loom_search": "rowid, words"}
    rows = {name: connection.execute(f'SELECT {columns.get(name, "*")} FROM "{name}"').fetchall() for name in names}  # noqa: S608
    for name in names:
        connection.execute(f'DELETE FROM "{name}"')  # noqa: S608
    began = time.perf_counter()
    connection.execute("BEGIN")
    for name, found in rows.items():
        places = ", ".join("?" * len(found[0]))
        into = f'"{name}" ({columns[name]})' if name in columns else f'"{name}"'
        connection.executemany(f"INSERT INTO {into} VALUES ({places})", found)  # noqa: S608
    connection.execute("COMMIT")
    return time.perf_counter() - began


def _raw_postgresql(url: sa.URL, names: list[str]) -> float:
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}  # noqa: S608
        connection.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in names) + " CASCADE")
        connection.commit()
        began = time.perf_counter()
        for name, found in rows.items():
            with connection.cursor().copy(f'COPY "{name}" FROM STDIN') as copy:
                for row in found:
                    copy.write_row(row)
        connection.commit()
        return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000, sys.argv[2] if len(sys.argv) > 2 else None)
