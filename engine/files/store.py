"""Contents on disk, each once, under the hash of its bytes; shared storage that all processes reach.

A content is there before the row that names it, and goes after the row is gone: a crash in between leaves a content that nobody
names, never a name without content.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from engine.frozen import frozen

from .sniffing import HEAD, Found, sniff

CHUNK = 256 * 1024
FRESH = 3600
"""For how many seconds a content that was just put is never removed: its row may not be there yet."""


class TooLarge(Exception):
    """More bytes came than are allowed."""


@frozen
class Kept:
    """A content that lies in the store."""

    hash: str
    size: int
    found: Found


class Store:
    """The folder of all contents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: IO[bytes], name: str, most: int) -> Kept:
        """Keep what `stream` gives. Raises TooLarge beyond `most` bytes."""
        coming = self._folder / "coming"
        coming.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = coming / secrets.token_hex(16)
        try:
            with path.open("xb") as target:
                digest, size, head = _copied(stream, target, most)
                target.flush()
                os.fsync(target.fileno())
            self._settle(path, digest)
        finally:
            path.unlink(missing_ok=True)
        return Kept(digest, size, sniff(head, name))

    def path(self, digest: str) -> Path:
        """Where a content lies."""
        return self._folder / digest[:2] / digest[2:]

    def remove(self, digest: str, unused: Callable[[], bool]) -> bool:
        """Remove a content that is `unused` (asked while nobody can put it) and not fresh; whether it went."""
        with self._alone():
            path = self.path(digest)
            if not path.exists() or time.time() - path.stat().st_mtime < FRESH or not unused():
                return False
            path.unlink()
            return True

    def _settle(self, path: Path, digest: str) -> None:
        target = self.path(digest)
        with self._alone():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            path.replace(target)  # the same bytes, now fresh
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _copied(stream: IO[bytes], target: IO[bytes], most: int) -> tuple[str, int, bytes]:
    digest, size, head = sha256(), 0, b""
    while part := stream.read(CHUNK):
        size += len(part)
        if size > most:
            raise TooLarge
        if len(head) < HEAD:
            head += part[: HEAD - len(head)]
        digest.update(part)
        target.write(part)
    return digest.hexdigest(), size, head
