"""Many timers due at once, and the inbox of somebody with many tasks: `./dev bench timers [--timers 10000] [--database both]`.

Timers that were missed during an outage are worked off by one worker while pages are asked for; they must be done within 30 s, and
a page (its 95th percentile) may take twice as long meanwhile. The page of an inbox with 100,000 open tasks may take 1.3 times as long
as with 1,000. Rows of running work are copies of one that the engine made.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import session

from benchmarks.pages import asking
from engine.storage import later_tables, workflow_tables
from engine.web import WebSettings, create_app
from engine.web.accounts import begin_session
from engine.workflow import fire
from tests.applications import World, opened
from tests.databases import postgresql_database, postgresql_server

TOKEN = "timers"  # noqa: S105 - of a database that is thrown away
SECONDS, PAGES, TASKS = 30.0, 2.0, 1.3
CHUNK = 5_000
PARTS, PART = 5, timedelta(hours=2)
IDLE_PAGES = 80
WARM, TURNS = 5, 65
YAML = """
    app: waiting
    roles: {clerk: {}, boss: {}}
    ---
    entity: paper
    title: title
    fields: {title: {type: text}}
    access: {clerk: {read: true, create: true}, boss: {read: true}}
    ---
    lifecycle: paper
    for: paper
    states: {draft: {}, judged: {}, done: {final: true}}
    actions:
      submit: {from: draft, to: judged, who: role:clerk, start: judging}
      accept: {from: judged, to: done, who: system}
    ---
    workflow: judging
    for: paper
    starters: role:clerk
    admin: role:boss
    steps:
      judge: {who: role:boss, do: review, timers: [{after: 1 hour, do: remind}]}
    ends:
      accepted: {call: accept}
      rejected: {call: accept}
"""


def main() -> int:
    """Measure and print; 1 when something is slower than it must be."""
    options = _options()
    os.environ["LOOM_KEYS"] = tempfile.mkdtemp()
    slow = 0
    for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        slow += _timers(database, options.timers)
        few, many = _inbox(database, options.tasks)
        slow += many / few > TASKS
        print(
            f"{database}: inbox with {options.tasks[0]:,} tasks {few:.2f} ms, with {options.tasks[1]:,} {many:.2f} ms: {many / few:.2f}",
            flush=True,
        )
    return 1 if slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench timers", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--timers", type=int, default=10_000)
    parser.add_argument("--tasks", type=int, nargs=2, default=[1_000, 100_000])
    return parser.parse_args()


def _timers(database: str, count: int) -> int:
    """Work off `count` timers while somebody looks at pages; how many of the two goals were missed.

    They are due in several parts, between which nothing is: what else the machine does meets both alike.
    """
    with _world(database) as world:
        _copies(world, count)
        ask, took, worked = _asking(world), 0.0, 0
        idle, busy = list[float](), list[float]()
        for _ in range(PARTS):
            seen = len(idle)
            _pages(ask, lambda seen=seen: len(idle) < seen + IDLE_PAGES, idle)  # type: ignore[misc] # the default binds the loop's value
            world.clock.move_to(world.clock.now() + PART)
            done = threading.Event()
            reader = threading.Thread(target=_pages, args=(ask, lambda done=done: not done.is_set(), busy))
            reader.start()
            begin = time.perf_counter()
            worked += world.app.jobs.run_due()
            took += time.perf_counter() - begin
            done.set()
            reader.join()
        ratio = _p95(busy) / _p95(idle)
        print(f"{database}: {count:,} timers due at once, {worked:,} jobs done in {took:.1f} s", flush=True)
        print(f"{database}: 95th percentile of a page {_p95(idle):.1f} ms, meanwhile {_p95(busy):.1f} ms: {ratio:.2f}", flush=True)
        return (took > SECONDS) + (ratio > PAGES)


def _asking(world: World) -> Callable[[], object]:
    """Asks for the inbox, as Bob's browser does."""
    flask = create_app(world.app, WebSettings(secret=TOKEN))
    with flask.test_request_context():
        begin_session(world.app, world.people["bob"], strong=False)
        begun = dict(session)
    ask = asking(flask, begun)
    return lambda: ask("/inbox")


def _pages(ask: Callable[[], object], more: Callable[[], bool], times: list[float]) -> None:
    """Ask for a page again and again, as long as there is more, and keep how long it took."""
    while more():
        begin = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begin)
        time.sleep(0.01)


def _inbox(database: str, counts: Sequence[int]) -> list[float]:
    """How long the page of the inbox takes with each number of tasks, in ms; asked for in turn: what else happens meets all alike."""
    with ExitStack() as stack:
        worlds = [stack.enter_context(_world(database)) for _ in counts]
        for world, count in zip(worlds, counts, strict=True):
            _copies(world, count)
        asks = [(_asking(world), list[float]()) for world in worlds]
        for _ in range(TURNS):
            for ask, times in asks:
                begin = time.perf_counter()
                ask()
                times.append(time.perf_counter() - begin)
        return [statistics.median(times[WARM:]) * 1000 for _, times in asks]


@contextmanager
def _world(kind: str) -> Iterator[World]:
    with _database(kind) as url, opened(YAML, url) as world:
        world.person("cleo", roles=["clerk"])
        world.person("bob", roles=["boss"])
        yield world


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=Path("var")) as folder:
            yield f"sqlite:///{Path(folder).resolve() / 'timers.db'}"
        return
    with postgresql_server() as server, postgresql_database(server) as url:
        yield url


def _copies(world: World, count: int) -> None:
    """`count` papers that wait for Bob, each with its timer: copies of one that was handed in."""
    number = int(str(world.save("cleo", "paper", title="On bees")["id"]))
    world.app.run(world.actor("cleo"), lambda uow: fire(uow, "paper", number, "submit"))
    world.app.jobs.run_due()
    tables = [world.app.serving.current().tables.table("paper"), workflow_tables.instance, workflow_tables.task, workflow_tables.event]
    with world.app.database.write() as connection:
        for table in tables:
            first = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for begin in range(1, count, CHUNK):
                rows = [_moved(row, at, table.name) for at in range(begin, min(begin + CHUNK, count)) for row in first]
                connection.execute(sa.insert(table), rows)
        job = later_tables.job
        timer = dict(connection.execute(sa.select(job).where(job.c.name == "step_timer")).mappings().one())
        for begin in range(1, count, CHUNK):
            connection.execute(sa.insert(job), [_timer(timer, at) for at in range(begin, min(begin + CHUNK, count))])
    with world.app.database.write() as connection:
        connection.exec_driver_sql("ANALYZE")


def _moved(row: dict[str, Any], at: int, table: str) -> dict[str, Any]:
    """A row of another paper."""
    own = {"id": row["id"] + at} if "id" in row else {}
    links = {name: row[name] + at for name in ("instance_id", "record_id", "task_id") if row.get(name) is not None}
    return {**row, **own, **links}


def _timer(timer: dict[str, Any], at: int) -> dict[str, Any]:
    instance = timer["payload"]["instance"] + at
    values = {name: value for name, value in timer.items() if name != "id"}
    return {
        **values,
        "payload": {**timer["payload"], "instance": instance},
        "due_at": timer["due_at"] + at % PARTS * PART,
        "key": f"timer:{instance}:judge:1:0",
        "cause": f"instance:{instance}",
    }


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)] * 1000


if __name__ == "__main__":
    sys.exit(main())
