"""Pages while a file comes in: `./dev bench meanwhile [--database both] [--orders 6000] [--inside]`.

One process imports orders with five lines, another asks for a list, a record and a search of them. The process that imports is stopped and
sent on again every second, so that both times are taken at the same moment of a busy machine; a page (its 95th percentile) may take
twice as long while it goes on. What a save takes is told beside it: on SQLite it waits for the batch that is written.
With `--inside` the process that is asked imports by itself, as one does that was started alone; its idle seconds are those afterwards.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path

from flask import session

from benchmarks.imports import PRODUCTS, YAML, order_file, products
from benchmarks.pages import asking
from engine.app import open_app
from engine.transfer import begin, load_import, stage
from engine.web import WebSettings, create_app
from engine.web.accounts import begin_session
from tests.applications import World, opened
from tests.databases import SCRATCH, postgresql_database, postgresql_server

MUST = 2.0
SLICE = 1.0
THOUGHT = 0.02
"""Seconds between an answer and the next question to the process that imports by itself."""
FIRST = 1_000
"""Orders that are there before."""
TOKEN = "meanwhile"  # noqa: S105 - of a database that is thrown away
PAGES = ("/records/order", "/records/order/7", "/records/order?q=number+7")


def main() -> int:
    """Measure and print; 1 when pages are slower than they may be."""
    options = _options()
    os.environ["LOOM_KEYS"] = tempfile.mkdtemp()
    slow = 0
    for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
        with _database(database) as url, opened(YAML, url) as world:
            slow += (_inside(world, options.orders) if options.inside else _measured(world, url, options.orders)) > MUST
    return 1 if slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench meanwhile", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--orders", type=int, default=6_000)
    parser.add_argument("--inside", action="store_true")
    return parser.parse_args()


def work(url: str) -> None:
    """The process that imports: whatever is due in the database."""
    app = open_app(SCRATCH, url)
    app.jobs.run_due()
    app.close()


def _measured(world: World, url: str, orders: int) -> float:
    """Print how long pages and saves take while nothing else happens and while a file comes in; the ratio of pages."""
    number = _prepared(world, orders)
    reading, saving = _reading(world), _saving(world)
    _slice(reading)
    idle_saves, idle, busy, busy_saves = _slice(saving), [], [], []
    worker = subprocess.Popen([sys.executable, "-c", f"from benchmarks.meanwhile import work; work({url!r})"])
    while _coming(world, number):
        busy += _slice(reading)
        busy_saves += _slice(saving)
        worker.send_signal(signal.SIGSTOP)
        idle += _slice(reading)
        worker.send_signal(signal.SIGCONT)
    worker.wait()
    ratio = _p95(busy) / _p95(idle)
    print(f"{url.split(':', maxsplit=1)[0]}: {orders:,} orders with five lines come in")
    print(f"  pages: 95th percentile {_p95(idle):.1f} ms, meanwhile {_p95(busy):.1f} ms: {ratio:.2f} (at most {MUST})")
    print(
        f"  saves: median {_p50(idle_saves):.1f} ms, meanwhile {_p50(busy_saves):.1f} ms; 95th percentile {_p95(busy_saves):.0f} ms",
        flush=True,
    )
    return ratio


def _inside(world: World, orders: int) -> float:
    """Print how long pages take while a file comes in and afterwards, in the process that brings it in; the ratio."""
    number, reading = _prepared(world, orders), _reading(world)

    def answered() -> None:
        with world.ground.traffic.answering():
            reading()
        time.sleep(THOUGHT)

    _slice(answered)
    busy: list[float] = []
    worker = threading.Thread(target=world.app.jobs.run_due)
    worker.start()
    while worker.is_alive():
        busy += _slice(answered)
    worker.join()
    assert not _coming(world, number)
    idle = [each for _ in range(4) for each in _slice(answered)]
    after, meanwhile = _p95(idle) - THOUGHT * 1000, _p95(busy) - THOUGHT * 1000
    ratio = meanwhile / after
    print(f"{world.app.database.dialect}: {orders:,} orders with five lines come in, in the process that is asked")
    print(f"  pages: 95th percentile {after:.1f} ms, meanwhile {meanwhile:.1f} ms: {ratio:.2f} (at most {MUST})", flush=True)
    return ratio


def _prepared(world: World, orders: int) -> int:
    """Some orders are there, and an import of more is asked for; its number."""
    products(world)
    _staged(world, FIRST, 0)
    world.app.jobs.run_due()
    return _staged(world, orders, FIRST)


def _staged(world: World, orders: int, first: int) -> int:
    """An import that is asked for, of orders from a number on."""
    with tempfile.TemporaryDirectory() as folder:
        file = order_file(Path(folder) / "orders.csv", orders, first)
        bea = world.actor("bea")
        number = stage(world.ground, bea, "order", (file, file.name))
        world.app.run(bea, lambda uow: begin(uow, number, rehearse=False))
        return number


def _coming(world: World, number: int) -> bool:
    with world.look("bea") as view:
        return load_import(view, number, counted=False).state == "running"


def _reading(world: World) -> Callable[[], object]:
    """Asks for the pages in turn, as a browser of somebody who is signed in."""
    flask = create_app(world.app, WebSettings(secret=TOKEN))
    with flask.test_request_context():
        begin_session(world.app, world.people["bea"], strong=False)
        begun = dict(session)
    ask, paths = asking(flask, begun), cycle(PAGES)
    return lambda: ask(next(paths))


def _saving(world: World) -> Callable[[], object]:
    numbers = count(PRODUCTS)
    return lambda: world.save("system", "product", code=f"P{(number := next(numbers))}", name=f"Product {number}")


def _slice(ask: Callable[[], object]) -> list[float]:
    """How long each took of those that were asked in a second."""
    times, end = [], time.perf_counter() + SLICE
    while (begin_at := time.perf_counter()) < end:
        ask()
        times.append((time.perf_counter() - begin_at) * 1000)
    return times


def _p50(times: Sequence[float]) -> float:
    return statistics.median(times)


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(dir=Path("var")) as folder:
            yield f"sqlite:///{Path(folder).resolve() / 'meanwhile.db'}"
        return
    with postgresql_server() as server, postgresql_database(server) as url:
        yield url


if __name__ == "__main__":
    sys.exit(main())
