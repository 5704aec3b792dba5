"""Pages against the same pages written by hand: `./dev bench pages [--database both]`.

A list of 50, a record with 20 lines, its form, and an inbox of 60 tasks with one open: the engine makes them of YAML, `hand_pages.py` of
templates. Both answer in this process, in turns; what a page costs is the CPU time of its thread. It may be 1.3 times that by hand.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, session

from benchmarks.fill import HAND_TOKEN, fill_engine, fill_hand
from benchmarks.hand_pages import make_pages
from benchmarks.operations import Ask as Get
from benchmarks.serve import ROOT, apply_folder, inside, open_engine
from engine.web import WebSettings, create_app
from engine.web.accounts import begin_session
from tests.databases import postgresql_database, postgresql_server

MUST = 1.3
WARM, TURNS, LINES = 5, 200, 20
FOLDER = Path(__file__).parent.parent / "var" / "bench"
Ask = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of both sides; `{}` is the number of an order."""

    name: str
    hand: str
    engine: str


PAGES = (
    Page("list of 50", "/orders", "/records/purchase_order"),
    Page("record, 20 lines", "/orders/{}", "/records/purchase_order/{}"),
    Page("form, 20 lines", "/orders/{}/edit", "/records/purchase_order/{}/edit"),
    Page("inbox, 60 tasks", "/inbox", "/inbox"),
)


def main() -> int:
    """Measure and print; 1 when a page is slower than it must be."""
    options = _options()
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    os.environ["LOOM_KEYS"] = str(folder / "keys")
    slow = 0
    try:
        for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
            with _urls(database, folder) as urls, _sides(urls, options.orders) as (sides, own):
                print(f"\n{database}: ms of CPU, and bytes{'page':>14}{'by hand':>22}{'engine':>18}   engine / by hand (at most {MUST})")
                slow += sum(_told(page, own, sides) > MUST for page in PAGES)
    finally:
        shutil.rmtree(folder)
    return 1 if slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench pages", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--orders", type=int, default=6_000)
    return parser.parse_args()


def _told(page: Page, own: int, sides: Mapping[str, Ask]) -> float:
    """Print what a page costs on both sides, request by request in turns; the ratio of the medians."""
    paths = {side: getattr(page, side).format(own) for side in sides}
    times: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(WARM + TURNS):
        for side, ask in sides.items():
            cost = _cost(ask, paths[side])
            times[side] += [cost] if turn >= WARM else []
    medians = {side: statistics.median(costs) for side, costs in times.items()}
    cells = [f"{medians[side]:8.2f} {len(ask(paths[side])):8}" for side, ask in sides.items()]
    ratio = medians["engine"] / medians["hand"]
    print(f"{page.name:>42} | {' | '.join(cells)} | {ratio:.2f}", flush=True)
    return ratio


def _cost(ask: Ask, path: str) -> float:
    """The time of this thread for one answer, in ms."""
    begin = time.thread_time()
    ask(path)
    return (time.thread_time() - begin) * 1000


@contextmanager
def _sides(urls: Mapping[str, str], count: int) -> Iterator[tuple[Mapping[str, Ask], int]]:
    """Both applications, with somebody signed in, and the number of an order of theirs."""
    apply_folder(ROOT, urls["engine"])
    app = open_engine(urls["engine"])
    fill_engine(app, count, LINES)
    own = fill_hand(urls["hand"], count, LINES).own[0]
    gc.freeze()  # what was loaded is not looked through again and again, as in a process that serves
    by_hand, by_engine = make_pages(urls["hand"]), create_app(app, WebSettings(secret=HAND_TOKEN))
    with by_engine.test_request_context():
        begin_session(app, 1, strong=False)
        begun = dict(session)
    yield {"hand": asking(by_hand, {"key": HAND_TOKEN}), "engine": asking(by_engine, begun)}, own
    app.close()


def asking(flask: Flask, kept: Mapping[str, object]) -> Ask:
    """Asks for pages in this process, as a browser whose session holds `kept`."""
    client = flask.test_client()
    with client.session_transaction() as browser:
        browser.update(kept)
    cookie = client.get_cookie("session")
    assert cookie is not None, "the session is kept in a cookie"
    send = inside(flask, {"HTTP_COOKIE": f"session={cookie.value}"})
    return lambda path: send(Get("GET", path))


@contextmanager
def _urls(database: str, folder: Path) -> Iterator[Mapping[str, str]]:
    """The addresses of two new databases."""
    if database == "sqlite":
        yield {side: f"sqlite:///{folder / side}-pages.db" for side in ("hand", "engine")}
        return
    with postgresql_server() as server, postgresql_database(server) as one, postgresql_database(server) as other:
        yield {"hand": one, "engine": other}


if __name__ == "__main__":
    sys.exit(main())
