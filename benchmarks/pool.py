"""Tasks that wait to be approved, shared by the clients of one side so that no two take the same."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Page = Callable[[int | None], list[int]]
"""The ids of open tasks before this one, newest first; of the newest for None."""


class Spent(Exception):
    """There is nothing more to take: the slice ends early."""


@dataclass
class Pool:
    """Ids of open tasks, filled between the slices: nobody waits for a list while approvals are measured."""

    waiting: deque[int] = field(default_factory=deque)

    def fill(self, page: Page) -> None:
        """Every task that is open now, the oldest first. Raises RuntimeError where there is none."""
        found: list[int] = []
        while more := page(found[-1] if found else None):
            found += more
        if not found:
            raise RuntimeError("no task is open")
        self.waiting = deque(reversed(found))

    def take(self) -> int:
        """A task for the caller alone. Raises Spent after the last one."""
        try:
            return self.waiting.popleft()
        except IndexError:
            raise Spent from None
