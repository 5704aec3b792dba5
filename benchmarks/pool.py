"""Tasks that wait to be approved, shared by the clients of one side so that no two take the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Pool:
    """Ids of open tasks; fetched again when there are none, and then only those that nobody has taken.

    What is taken is remembered by its id: a number is no sign of age, because tasks are not committed in the order of their numbers.
    """

    waiting: list[int] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, fetch: Callable[[], list[int]]) -> int:
        """A task for the caller alone. Raises RuntimeError where all of them are being approved by others."""
        with self.lock:
            if not self.waiting:
                self.waiting = [number for number in fetch() if number not in self.taken]
                if not self.waiting:
                    raise RuntimeError("all tasks are being approved")
                self.taken.update(self.waiting)
            return self.waiting.pop()
