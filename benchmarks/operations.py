"""What is measured: one request each, the same for both sides, and the goals for the ratio of their times.

What a client must know beforehand (the version of an order, the tasks that wait) it asks for between the slices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import orjson

from benchmarks.fill import Filled

AT = "/api/v1/records/purchase_order"
DRAFT = quote('state = "draft"')
KNOWN = 50
"""Of so many orders a client remembers the version or the state, to write them in turns."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Send = Callable[[Ask], bytes]
"""Sends a request and gives the body of the answer; raises for any status but 2xx."""


@dataclass
class Desk:
    """One client: its share of the orders, and what it remembers of them."""

    side: str
    filled: Filled
    share: int
    shares: int
    send: Send
    versions: dict[int, int] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)
    cursor: str = ""
    turns: Iterator[int] = field(default_factory=count)

    @property
    def mine(self) -> list[int]:
        """The orders of this client's share."""
        return self.filled.own[self.share :: self.shares]

    def next_of(self, numbers: Sequence[int]) -> int:
        """One after the other, from the beginning again after the last."""
        return numbers[next(self.turns) % len(numbers)]

    def fetch(self, number: int) -> Any:
        """An order as it is."""
        return orjson.loads(self.send(Ask("GET", f"{AT}/{number}")))


def read(desk: Desk) -> None:
    """One order with its lines."""
    desk.send(Ask("GET", f"{AT}/{desk.next_of(desk.mine)}"))


def listing(desk: Desk) -> None:
    """The first page of a filtered and sorted list."""
    desk.send(Ask("GET", _list(desk)))


def keyset(desk: Desk) -> None:
    """A page in the middle of the same list."""
    desk.send(Ask("GET", _list(desk)))


def _list(desk: Desk) -> str:
    where = "state=draft" if desk.side == "hand" else f"where={DRAFT}&sort=-order_date"
    return f"{AT}?{where}" + (f"&after={quote(desk.cursor)}" if desk.cursor else "")


def create(desk: Desk) -> None:
    """A new order with five lines."""
    turn = next(desk.turns)
    rows = [{"product": f"Part {at}", "qty": at + 1, "price": "12.50"} for at in range(5)]
    values: dict[str, Any] = {
        "supplier": turn % desk.filled.suppliers + 1,
        "order_date": "2026-02-03",
        "delivery_date": "2026-03-03",
        "terms": "net30",
        "ship_to": "Gate 7",
        "reference": f"B{turn}",
        "lines": rows,
    }
    desk.send(Ask("POST", AT, orjson.dumps(values)))


def update(desk: Desk) -> None:
    """Change two fields of an order, with its version."""
    number = desk.next_of([*desk.versions])
    seen = desk.versions[number]
    values = {"note": f"changed {seen}", "reference": f"U{seen}"}
    found = desk.send(Ask("PATCH", f"{AT}/{number}", orjson.dumps(values), {"If-Match": f'"{seen}"'}))
    desk.versions[number] = orjson.loads(found)["version"]


def transition(desk: Desk) -> None:
    """Fire an action: hand an order in, next time open it again."""
    number = desk.next_of([*desk.states])
    action, after = ("reopen", "draft") if desk.states[number] == "submitted" else ("submit", "submitted")
    desk.send(Ask("POST", f"{AT}/{number}/actions/{action}", b"{}"))
    desk.states[number] = after


def approve(desk: Desk) -> None:
    """Approve a task with a remark: the right to it, the votes, the next step and its task, history, audit, events."""
    number = desk.filled.pool.take()
    remark = {"values": {"note": f"approved as {number}"}, "comment": "Seen."}
    desk.send(Ask("POST", f"/api/v1/tasks/{number}/approve", orjson.dumps(remark)))


def _nothing(desk: Desk) -> None:
    """Nothing is asked for beforehand."""


def _cursor(desk: Desk) -> None:
    for _ in range(0 if desk.cursor else 3):
        desk.cursor = orjson.loads(desk.send(Ask("GET", _list(desk))))["next"]


def _versions(desk: Desk) -> None:
    desk.versions = desk.versions or {number: desk.fetch(number)["version"] for number in desk.mine[:KNOWN]}


def _states(desk: Desk) -> None:
    desk.states = desk.states or {number: desk.fetch(number)["state"] for number in desk.mine[:KNOWN]}


def _tasks(desk: Desk) -> None:
    """All open tasks, page by page, for the first client to come; newest first."""

    def page(before: int | None) -> list[int]:
        found = desk.send(Ask("GET", "/api/v1/tasks" + (f"?before={before}" if before else "")))
        return [task["id"] for task in orjson.loads(found)["tasks"]]

    if desk.share == 0:
        desk.filled.pool.fill(page)


@dataclass(frozen=True, slots=True)
class Operation:
    """What is measured, and how much slower than by hand it may be; what writes waits for others who do.

    `ready` is called before each slice.
    """

    name: str
    run: Callable[[Desk], None]
    must: float
    aim: float
    writes: bool = False
    ready: Callable[[Desk], None] = _nothing


OPERATIONS = (
    Operation("read", read, 1.25, 1.0),
    Operation("list", listing, 1.1, 0.9),
    Operation("keyset", keyset, 1.15, 1.0, ready=_cursor),
    Operation("create", create, 1.5, 1.2, writes=True),
    Operation("update", update, 1.4, 1.2, writes=True, ready=_versions),
    Operation("transition", transition, 1.4, 1.2, writes=True, ready=_states),
    Operation("approve", approve, 1.4, 1.2, writes=True, ready=_tasks),
)
