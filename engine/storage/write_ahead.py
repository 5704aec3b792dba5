"""The log into which SQLite writes first: what stands there is carried over into the database by a thread of its own.

Otherwise whoever commits when the log is full carries all of it, and syncs twice, while everybody else waits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

ENOUGH = 200
"""After so many changed rows there is enough to carry."""
PAGES = 4000
"""From this length of the log on (16 MB) who commits carries the little that is left: only so it begins anew while many write."""
CARRYING = "write-ahead"
"""What the thread is called."""


class Carrier:
    """Calls `carry` in a thread whenever enough was written and no thread is at it; only who may write tells of what was written."""

    def __init__(self, carry: Callable[[], object]) -> None:
        self._carry = carry
        self._rows = 0
        self._thread: threading.Thread | None = None

    def wrote(self, rows: int) -> None:
        """So many rows were changed and committed."""
        self._rows += rows
        if self._rows >= ENOUGH and (self._thread is None or not self._thread.is_alive()):
            self._rows = 0
            self._thread = threading.Thread(target=self._carry, name=CARRYING, daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Until nothing is being carried."""
        if self._thread is not None:
            self._thread.join()
