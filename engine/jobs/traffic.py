"""People first: work in the background lets those go first who are being answered in the same process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SHARE = 2.0
"""How many times as long as it works, work may wait for people; with people without end it goes on all the same, a little slower."""
LONGEST = 0.03
"""For how many seconds at once; what is being worked on may hold locks."""


class Traffic:
    """How many people are being answered right now, and how long work may wait for them."""

    def __init__(self, share: float = SHARE, longest: float = LONGEST) -> None:
        self._share, self._longest = share, longest
        self._answering = 0
        self._counting = threading.Lock()
        self._quiet = threading.Event()
        self._quiet.set()
        self._patience = 0.0
        self._since = time.perf_counter()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Somebody is being answered until the block ends."""
        self._change(1)
        try:
            yield
        finally:
            self._change(-1)

    def give_way(self) -> None:
        """Wait until nobody is being answered, but not for long; to be called between two small pieces of work."""
        begin = time.perf_counter()
        self._patience = min(self._longest, self._patience + self._share * (begin - self._since))
        self._quiet.wait(self._patience)
        self._since = time.perf_counter()
        self._patience -= min(self._patience, self._since - begin)

    def _change(self, by: int) -> None:
        with self._counting:
            self._answering += by
            if self._answering:
                self._quiet.clear()
            else:
                self._quiet.set()
