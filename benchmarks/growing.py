"""How lists and searches change as a table grows: `./dev bench growing [--rows 10000 1000000] [--database both]`.

The same pages are asked of a small and of a large table, in this process, on both databases; the ratio is the result: a page of a
list may take 1.2 times as long (docs/reference/performance.md). Rows are copies of one record, written past the engine.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from engine import records
from engine.metadata import GroupBy, SortKey
from engine.records import Query
from engine.unit_of_work import View
from tests.applications import World, opened
from tests.databases import postgresql_database, postgresql_server

MUST = 1.2
CHUNK = 20_000
ROUNDS = 25
YAML = """
    app: growing
    roles: {buyer: {label: Buyer}, clerk: {label: Clerk}}
    ---
    entity: order
    number: {pattern: '{0000000}'}
    title: number
    fields:
      subject: {type: text}
      kind: {type: choice, of: [small, middle, large]}
      due: {type: date}
      total: {type: decimal, digits: 2}
    access:
      buyer: {read: true, create: true}
      clerk: {read: created_by = user}
    ---
    list: order
    columns: [number, subject, kind, due, total]
    sort: -due
    search: [number, subject]
"""
DUE = (SortKey("due", descending=True),)
Question = Callable[[View], object]
LISTS: Mapping[str, tuple[str, Question]] = {
    "first page": ("buyer", lambda view: records.find(view, Query("order", sort=DUE))),
    "page in the middle": ("buyer", lambda view: records.find(view, Query("order", sort=DUE, typed=('due <= "2025-01-01"',)))),
    "one's own": ("clerk", lambda view: records.find(view, Query("order", sort=DUE))),
    "newest": ("buyer", lambda view: records.find(view, Query("order"))),
    "rare word": ("buyer", lambda view: records.find(view, Query("order", search="unusual", sort=DUE))),
}
"""Pages that may take no longer."""
OTHERS: Mapping[str, tuple[str, Question]] = {
    "count to 1,000": ("buyer", lambda view: records.count(view, Query("order", typed=('kind = "small"',)))),
    "groups": ("buyer", lambda view: records.groups(view, Query("order"), GroupBy("kind"), ("total",))),
    "frequent word": ("buyer", lambda view: records.find(view, Query("order", search="bolts", sort=DUE))),
}
"""What is bounded in another way, for orientation."""


def main() -> int:
    """Measure and print; 1 when a page is slower than it must be."""
    options = _options()
    os.environ["LOOM_KEYS"] = tempfile.mkdtemp()
    slow = 0
    for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        print(f"\n{database}: milliseconds at {options.rows[0]:,} and at {options.rows[1]:,} rows, and their ratio", flush=True)
        with _grown(database, options.rows[0]) as few, _grown(database, options.rows[1]) as many:
            for name, (who, ask) in {**LISTS, **OTHERS}.items():
                small, large = _times((few, many), who, ask)
                missed = name in LISTS and large / small > MUST
                slow += missed
                print(f"  {name:20} {small:8.2f} {large:8.2f} {large / small:6.2f}{'  too slow' if missed else ''}", flush=True)
    return 1 if slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench growing", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rows", type=int, nargs=2, default=[10_000, 1_000_000])
    return parser.parse_args()


@contextmanager
def _grown(database: str, rows: int) -> Iterator[World]:
    """The application on a database with so many orders."""
    with _database(database) as url, opened(YAML, url) as world:
        for name in ("buyer", "clerk"):
            world.person(name, roles=[name])
        first = world.save("buyer", "order", subject="Bolts and nuts", kind="small", due="2025-06-01", total="12.50")
        _fill(world, int(str(first["id"])), rows)
        yield world


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=Path("var")) as folder:
            yield f"sqlite:///{Path(folder).resolve() / 'growing.db'}"
        return
    with postgresql_server() as server, postgresql_database(server) as url:
        yield url


def _fill(world: World, first: int, rows: int) -> None:
    """Copies of the first order; every hundredth is the clerk's, fifty have an unusual word."""
    table = world.app.serving.current().tables.table("order")
    number = world.metadata.identity.number("entity:order")
    subject = world.metadata.identity.number("field:order.subject")
    with world.app.database.write() as connection:
        row = dict(zip((c.key for c in table.c), connection.execute(sa.select(table).where(table.c.id == first)).one(), strict=True))
        sqlite = connection.dialect.name == "sqlite"
        for begin in range(first + 1, rows, CHUNK):
            chunk = range(begin, min(begin + CHUNK, rows))
            connection.execute(sa.insert(table), [{**row, **_varied(n)} for n in chunk])
            connection.execute(_WORDS[sqlite], [_words(n, (number, subject), rare=n % (rows // 50) == 7, sqlite=sqlite) for n in chunk])
    with world.app.database.write() as connection:
        connection.exec_driver_sql("ANALYZE")


def _varied(number: int) -> dict[str, object]:
    due = date(2024, 1, 1) + timedelta(number * 7919 % 700)
    by = 2 if number % 100 == 0 else 1
    return {"id": number, "number": f"{number:07}", "kind": ("small", "middle", "large")[number % 3], "due": due, "created_by": by}


_WORDS = {
    True: sa.text("INSERT INTO loom_search (rowid, words) VALUES (:place, :words)"),
    False: sa.text(
        "INSERT INTO loom_search (entity_id, record_id, words) VALUES (:entity, :record, array_to_tsvector(CAST(:words AS text[])))"
    ),
}


def _words(number: int, ids: tuple[int | None, int | None], *, rare: bool, sqlite: bool) -> dict[str, object]:
    entity, field = ids
    words = [f"{field}fbolts", f"{field}fnuts"] + ([f"{field}funusual"] if rare else [])
    if sqlite:
        return {"place": (entity or 0) * 2**40 + number, "words": " ".join(words)}
    return {"entity": entity, "record": number, "words": words}


def _times(worlds: Sequence[World], who: str, ask: Question) -> list[float]:
    """The best of some runs on each, in turns and after two that prepare: what else the machine does only adds to a time."""
    best = [math.inf for _ in worlds]
    for at in range(ROUNDS + 2):
        for number, world in enumerate(worlds):
            with world.look(who) as view:
                begin = time.perf_counter()
                ask(view)
                taken = (time.perf_counter() - begin) * 1000
            if at > 1:
                best[number] = min(best[number], taken)
    return best


if __name__ == "__main__":
    sys.exit(main())
