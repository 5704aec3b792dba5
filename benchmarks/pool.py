"""Tasks that wait to be approved, shared by the clients of one side so that no two take the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Pool:
    """Ids of open tasks; fetched again when there are none, and then only those that are newer than all seen before."""

    waiting: list[int] = field(default_factory=list)
    newest: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, fetch: Callable[[], list[int]]) -> int:
        """A task for the caller alone. Raises RuntimeError where all of them are being approved by others."""
        with self.lock:
            if not self.waiting:
                self.waiting = [number for number in fetch() if number > self.newest]
                if not self.waiting:
                    raise RuntimeError("no task is left: fill more orders")
                self.newest = max(self.waiting)
            return self.waiting.pop()
