"""What is measured: one request each, the same for both sides, and the goals for the ratio of their times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import orjson

from benchmarks.fill import Filled

AT = "/api/v1/records/purchase_order"
DRAFT = quote('state = "draft"')


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

    def own(self) -> int:
        """The next order of this client's share."""
        mine = self.filled.own[self.share :: self.shares]
        return mine[next(self.turns) % len(mine)]


def read(desk: Desk) -> None:
    """One order with its lines."""
    desk.send(Ask("GET", f"{AT}/{desk.own()}"))


def listing(desk: Desk) -> None:
    """The first page of a filtered and sorted list."""
    desk.send(Ask("GET", _list(desk)))


def keyset(desk: Desk) -> None:
    """A page in the middle of the same list; its cursor is fetched once."""
    for _ in range(0 if desk.cursor else 3):
        desk.cursor = orjson.loads(desk.send(Ask("GET", _list(desk))))["next"]
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
    number = desk.own()
    seen = desk.versions.get(number) or orjson.loads(desk.send(Ask("GET", f"{AT}/{number}")))["version"]
    values = {"note": f"changed {seen}", "reference": f"U{seen}"}
    found = desk.send(Ask("PATCH", f"{AT}/{number}", orjson.dumps(values), {"If-Match": f'"{seen}"'}))
    desk.versions[number] = orjson.loads(found)["version"]


def transition(desk: Desk) -> None:
    """Fire an action: hand an order in, next time open it again."""
    number = desk.own()
    state = desk.states.get(number) or orjson.loads(desk.send(Ask("GET", f"{AT}/{number}")))["state"]
    action = "reopen" if state == "submitted" else "submit"
    desk.send(Ask("POST", f"{AT}/{number}/actions/{action}", b"{}"))
    desk.states[number] = "submitted" if action == "submit" else "draft"
    desk.versions.pop(number, None)


def approve(desk: Desk) -> None:
    """Approve a task with a remark: the right to it, the votes, the next step and its task, history, audit, events."""
    number = desk.filled.pool.take(lambda: _newest(desk))
    remark = {"values": {"note": f"approved as {number}"}, "comment": "Seen."}
    desk.send(Ask("POST", f"/api/v1/tasks/{number}/approve", orjson.dumps(remark)))


def _newest(desk: Desk) -> list[int]:
    return [task["id"] for task in orjson.loads(desk.send(Ask("GET", "/api/v1/tasks")))["tasks"]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What is measured, and how much slower than by hand it may be; what writes waits for others who do."""

    name: str
    run: Callable[[Desk], None]
    must: float
    aim: float
    writes: bool = False


OPERATIONS = (
    Operation("read", read, 1.25, 1.0),
    Operation("list", listing, 1.1, 0.9),
    Operation("keyset", keyset, 1.15, 1.0),
    Operation("create", create, 1.5, 1.2, writes=True),
    Operation("update", update, 1.4, 1.2, writes=True),
    Operation("transition", transition, 1.4, 1.2, writes=True),
    Operation("approve", approve, 1.4, 1.2, writes=True),
)
