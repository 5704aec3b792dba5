"""How lists and searches change as a table grows: `./dev bench growing [--rows 10000 1000000] [--database both] [--only search …]`.

The same pages are asked of a small and of a large table, in this process, on both databases; the ratio is the result: a page of a
list may take 1.2 times as long (docs/reference/performance.md).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date

from benchmarks.grown import grown
from benchmarks.operations import Ask
from benchmarks.serve import inside
from engine import records, storage
from engine.access import AUTH
from engine.metadata import GroupBy, SortKey
from engine.records import Query
from engine.unit_of_work import UnitOfWork, View
from engine.web.api import create_token, make_api
from tests.applications import World
from tests.databases import postgresql_server

MUST = 1.2
ROUNDS = 40
DUE = (SortKey("due", descending=True),)
Question = Callable[[View], object]
Asked = tuple[str, Question]
"""Who asks, and what."""


def _page(who: str = "buyer", *typed: str, sort: tuple[SortKey, ...] = DUE, **more: object) -> Asked:
    return who, lambda view: records.find(view, Query("order", typed=typed, sort=sort, **more))  # type: ignore[arg-type]


def _count(who: str, *typed: str, **more: object) -> Asked:
    return who, lambda view: records.count(view, Query("order", typed=typed, **more))  # type: ignore[arg-type]


def _groups(view: View) -> object:
    return records.groups(view, Query("order"), GroupBy("kind"), ("total",))


LISTS: Mapping[str, Asked] = {
    "first page": _page(),
    "next page": _page(after=storage.Place((date(2025, 1, 1),), 5000)),
    "newest": _page(sort=()),
    "by another column": _page(sort=(SortKey("total"),)),
    "of a common kind": _page("buyer", 'kind = "small"'),
    "of a rare kind": _page("buyer", 'kind = "odd"'),
    "of some days": _page("buyer", 'due >= "2025-03-01" AND due <= "2025-03-31"'),
    "with paths": _page(paths=("supplier.name", "supplier.agent.name")),
    "one's own": _page("clerk"),
    "few of one's own": _page("keeper"),
    "own suppliers'": _page("agent"),
    "own suppliers', rare": _page("agent", 'kind = "odd"'),
    "own suppliers', word": _page("agent", search="bolts"),
    "own, by another": _page("agent", sort=(SortKey("total"),)),
    "contains, common": _page("buyer", 'CONTAINS(subject, "olts")'),
    "rare word": _page(search="unusual"),
    "common word": _page(search="bolts"),
    "one's own, word": _page("clerk", search="bolts"),
    "lookup, rare word": _page(words="unusual", limit=30),
    "lookup, common word": _page(words="bol", limit=30),
    "search, rare word": ("buyer", lambda view: records.search(view, "unusual")),
    "search, common word": ("buyer", lambda view: records.search(view, "bolts nuts")),
    "count, common": _count("buyer", 'kind = "small"'),
    "count, rare": _count("buyer", 'kind = "odd"'),
    "count, one's own": _count("keeper"),
    "count, common word": _count("buyer", search="bolts"),
    "word of a tenth": _page(search="tenth"),
}
"""Pages that may take no longer."""
OTHERS: Mapping[str, Asked] = {
    "word of a hundredth": _page(search="hundredth"),
    "contains, rare": _page("buyer", 'CONTAINS(subject, "nusual")'),
    "search box, rare": _page("buyer", 'SEARCH("NUSUAL", subject) > 0'),
    "one supplier's": _page("buyer", "supplier.id = 17"),
    "count, own suppliers'": _count("agent"),
    "own suppliers', few": _page("agent", search="hundredth"),
    "own, by no index": _page("agent", sort=(SortKey("number"),)),
    "groups": ("buyer", _groups),
}
"""What grows with what it finds or looks through, for orientation."""


def main() -> int:
    """Measure and print; 1 when a page is slower than it must be."""
    options = _options()
    os.environ["LOOM_KEYS"] = tempfile.mkdtemp()
    slow = 0
    with nullcontext("") if options.database == "sqlite" else postgresql_server() as server:
        for database in ("sqlite", "postgresql") if options.database == "both" else (options.database,):
            few, many = options.rows
            print(f"\n{database}: milliseconds at {few:,} and at {many:,} rows, and their ratio", flush=True)
            with grown(database, few, server) as small, grown(database, many, server) as large:
                slow += _compared((small, large), options.only)
    return 1 if slow else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev bench growing", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rows", type=int, nargs=2, default=[10_000, 1_000_000])
    parser.add_argument("--only", nargs="+", default=[], help="pages whose name contains one of these")
    return parser.parse_args()


def _compared(worlds: Sequence[World], only: Sequence[str]) -> int:
    """How many pages are slower than they must be."""
    slow = 0
    for name, asks in _questions(worlds).items():
        if only and not any(part in name for part in only):
            continue
        small, large = (sorted(times) for times in _times(asks))
        missed = name not in OTHERS and large[0] / small[0] > MUST
        slow += missed
        usual, seldom = _cells(small[0], large[0]), _cells(*(times[len(times) * 95 // 100] for times in (small, large)))
        print(f"  {name:20} {usual}   p95 {seldom}{'  too slow' if missed else ''}", flush=True)
    return slow


def _cells(small: float, large: float) -> str:
    return f"{small:8.2f} {large:8.2f} {large / small:6.2f}"


def _questions(worlds: Sequence[World]) -> dict[str, Sequence[Callable[[], object]]]:
    """What is asked of each world, by name."""
    found: dict[str, Sequence[Callable[[], object]]] = {"list over the API": [_over_api(world) for world in worlds]}
    for name, (who, ask) in {**LISTS, **OTHERS}.items():
        found[name] = [_looking(world, who, ask) for world in worlds]
    return found


def _looking(world: World, who: str, ask: Question) -> Callable[[], object]:
    def run() -> object:
        with world.look(who) as view:
            return ask(view)

    return run


def _over_api(world: World) -> Callable[[], object]:
    def work(uow: UnitOfWork) -> str:
        return create_token(uow, world.people["buyer"], "growing")

    send = inside(make_api(world.app), {"HTTP_AUTHORIZATION": f"Bearer {world.app.run(AUTH, work)}"})
    return lambda: send(Ask("GET", "/api/v1/records/order?sort=-due&limit=50"))


def _times(asks: Sequence[Callable[[], object]]) -> list[list[float]]:
    """What some runs took on each, in turns and after two that prepare; what else the machine does only adds to a time."""
    taken: list[list[float]] = [[] for _ in asks]
    for at in range(ROUNDS + 2):
        for number, ask in enumerate(asks):
            begin = time.perf_counter()
            ask()
            if at > 1:
                taken[number].append((time.perf_counter() - begin) * 1000)
    return taken


if __name__ == "__main__":
    sys.exit(main())
