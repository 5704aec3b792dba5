"""The engine against the same application written by hand: `./dev bench [--inside]`.

Both serve the same purchase orders from databases of the same content. They are driven in turns, round by round; the ratio of
their times is the result, the figures beside it are for orientation (docs/reference/performance.md).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.fill import CHECKED, Filled, fill_engine, fill_hand
from benchmarks.hand import make_hand
from benchmarks.measure import HEAD, Result, measure
from benchmarks.operations import OPERATIONS, Desk, Send
from benchmarks.serve import ROOT, apply_folder, inside, open_engine, serving
from benchmarks.wire import over_http
from engine.web.api import make_api
from tests.databases import postgresql_database, postgresql_server

SIDES = ("hand", "engine")
FOLDER = Path(__file__).parent.parent / "var" / "bench"
MANY, WRITERS = 8, 15.0
"""With so many clients that write without pause into SQLite, which one may do at a time, 95 of 100 are answered within so many ms."""
Urls = dict[str, str]
Connect = Callable[[str], Callable[[], Send]]


def main() -> int:
    """Run what is asked for; 1 when an operation is slower than it may be."""
    options = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    os.environ["LOOM_KEYS"] = str(folder / "keys")
    os.environ["LOOM_API_PER_MINUTE"] = str(10**9)  # counted, never reached
    results: list[Result] = []
    try:
        for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
            with _databases(database, folder) as urls:
                results += _run(database, urls, options)
    finally:
        shutil.rmtree(folder)
    return int(any(result.fault for result in results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--orders", type=int, default=20_000, help="orders in the database, each with five lines")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one slice")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--only", nargs="+", choices=[o.name for o in OPERATIONS])
    parser.add_argument("--inside", action="store_true", help="in this process, without sockets, by its CPU time: shows what 50 us are")
    options = parser.parse_args()
    needed = CHECKED * 2 * max(options.clients)
    if options.orders < needed and "approve" in (options.only or ("approve",)):
        parser.error(f"approve needs {needed} orders for {max(options.clients)} clients: two tasks for each, in one of {CHECKED} orders")
    return options


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[Urls]:
    """The addresses of two new databases."""
    if kind == "sqlite":
        yield {side: f"sqlite:///{folder / side}.db" for side in SIDES}
        return
    with postgresql_server() as server, postgresql_database(server) as one, postgresql_database(server) as other:
        yield {"hand": one, "engine": other}


def _run(database: str, urls: Urls, options: argparse.Namespace) -> list[Result]:
    filled = _fill(urls, options.orders)
    print(f"\n{database}, {options.orders} orders, {options.rounds} rounds of {options.seconds} s, medians\n{HEAD}")
    # In one process the time of this thread counts, which neither the scheduler nor waiting for the database is part of.
    clock = time.thread_time if options.inside else time.perf_counter
    with _connected(urls, filled, inside_process=options.inside) as connect:
        return [
            _told(measure(operation, _desks(connect, filled, clients), options.rounds, options.seconds, clock), database)
            for operation in OPERATIONS
            for clients in ([1] if options.inside else options.clients)
            if not options.only or operation.name in options.only
        ]


def _fill(urls: Urls, count: int) -> dict[str, Filled]:
    apply_folder(ROOT, urls["engine"])
    app = open_engine(urls["engine"])
    found = {"hand": fill_hand(urls["hand"], count), "engine": fill_engine(app, count)}
    app.close()
    return found


@contextmanager
def _connected(urls: Urls, filled: dict[str, Filled], *, inside_process: bool) -> Iterator[Connect]:
    """How a client of each side is made."""
    if inside_process:
        app = open_engine(urls["engine"])
        flasks = {"hand": make_hand(urls["hand"]), "engine": make_api(app)}
        yield lambda side: lambda: inside(flasks[side], {"HTTP_AUTHORIZATION": f"Bearer {filled[side].token}"})
        app.close()
        return
    with serving("hand", urls["hand"]) as one, serving("engine", urls["engine"]) as other:
        ports = {"hand": one, "engine": other}
        yield lambda side: lambda: over_http(ports[side], filled[side].token)


def _desks(connect: Connect, filled: dict[str, Filled], clients: int) -> dict[str, list[Desk]]:
    return {side: [Desk(side, filled[side], share, clients, connect(side)()) for share in range(clients)] for side in SIDES}


def _told(result: Result, database: str) -> Result:
    if database == "sqlite" and result.operation.writes and result.clients == MANY:
        result = replace(result, patience=WRITERS)
    print(result.line(), flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main())
