"""Whose turn it is to write into a SQLite file: threads and processes one after the other, in the order in which they came.

SQLite lets those who find the file locked sleep, longer and longer, and look again: who comes later is often sooner, and some wait for
a tenth of a second. Here whoever ends wakes the next one. It is about order alone: SQLite itself keeps two from writing at once.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import threading
import time
from collections import deque
from pathlib import Path
from typing import NamedTuple

SUFFIXES = ("-next", "-turn")
"""What the names of the two files end with."""
_WORD = 8
ABOUT = 3_000_000
"""Who came within so many nanoseconds came at about the same time: then processes take turns, because the other one computes meanwhile."""


class Place(NamedTuple):
    """A thread that waits, the bell that wakes it, and when it came, by the clock that all processes of a machine share."""

    thread: int
    bell: threading.Lock
    came: int


class Door:
    """Held by one process at a time; the kernel opens it when its holder dies.

    It wakes those who wait in the kernel, but whoever comes at that moment would be quicker. So there are two locks, on two files beside
    the database: who has the first one is the next, has written down there since when it waits, and is alone in waiting for the second.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._files: tuple[int, int] | None = None
        self._held = False

    def take(self, came: int) -> None:
        """Wait for it, unless this process holds it already; `came` is since when its writer waits."""
        if self._held:
            return
        following, turn = self._files or self._opened()
        fcntl.flock(following, fcntl.LOCK_EX)
        try:
            self._awaited[0] = came
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._held = True
        finally:
            self._awaited[0] = 0
            fcntl.flock(following, fcntl.LOCK_UN)

    def leave(self) -> None:
        """The next process may write."""
        if self._files is not None and self._held:
            self._held = False
            fcntl.flock(self._files[1], fcntl.LOCK_UN)

    def is_awaited(self, before: int) -> bool:
        """Whether another process waits since before that moment."""
        return 0 < self._awaited[0] < before

    def close(self) -> None:
        """Let go of the files."""
        if self._files is not None:
            files, self._files = self._files, None
            self._awaited.release()
            self._memory.close()
            for file in files:
                os.close(file)

    def _opened(self) -> tuple[int, int]:
        following, turn = (_shared(Path(f"{self._database}{suffix}"), self._database) for suffix in SUFFIXES)
        os.ftruncate(following, _WORD)
        self._memory = mmap.mmap(following, _WORD)
        self._awaited = memoryview(self._memory).cast("q")
        self._files = following, turn
        return self._files


def _shared(path: Path, database: Path) -> int:
    """A file, opened, for whoever may use the database, as SQLite does with its log: also where the administrator is the first to write."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if database.exists() and os.fstat(file).st_uid == os.geteuid():
        whose = database.stat()
        os.fchmod(file, whose.st_mode & 0o666)
        if os.geteuid() == 0:
            os.fchown(file, whose.st_uid, whose.st_gid)
    return file


class Turn:
    """A lock for one writer of the machine at a time, in the order in which they came; `waiting` are the threads of this process.

    It refuses, instead of waiting for ever, the thread that holds it already. The door stays with this process only where its next thread
    has waited for longer than the next one of another process: that is one with more who write.
    """

    def __init__(self, door: Door, waiting: deque[Place]) -> None:
        self._guard = threading.Lock()
        self._holder: int | None = None
        self._door = door
        self._waiting = waiting

    def __enter__(self) -> None:
        place = Place(threading.get_ident(), threading.Lock(), time.monotonic_ns())
        if self._must_wait(place):
            place.bell.acquire()
        try:
            self._door.take(place.came)
        except BaseException:
            self._pass_on()
            raise

    def __exit__(self, *failure: object) -> None:
        following = self._waiting[0] if self._waiting else None
        if following is None or self._door.is_awaited(following.came + ABOUT):
            self._door.leave()
        self._pass_on()

    def close(self) -> None:
        """Let go of the door's files, unless somebody writes."""
        with self._guard:
            if self._holder is None:
                self._door.close()

    def _must_wait(self, place: Place) -> bool:
        with self._guard:
            if self._holder == place.thread:
                raise RuntimeError("this thread has a write transaction open already")
            if self._holder is None:
                self._holder = place.thread
                return False
            place.bell.acquire()
            self._waiting.append(place)
            return True

    def _pass_on(self) -> None:
        with self._guard:
            following = self._waiting.popleft() if self._waiting else None
            self._holder = None if following is None else following.thread
        if following is not None:
            following.bell.release()
