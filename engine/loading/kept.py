"""Compiled definitions kept in files, so that the next process need not compile what this one has compiled.

A file belongs to one content of all that a definition is compiled from: its files and ids, the plugins, the engine and Python. It is
sealed with a key of the application: what others wrote or changed, or what is half there, is not read. Nothing depends on a file
being there.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from engine.frozen import frozen
from engine.garbage import uncollected
from engine.metadata import Identity, Metadata, pack, unpack
from engine.plugins import Plugins

from .apart import done_apart
from .check import load_sources
from .folder import Sources

ENGINE = Path(__file__).parent.parent
SUFFIX = ".definition"
MOST = 16
"""How many files stay."""
SEAL = 32
"""The length of the seal that a file begins with."""


@frozen
class Kept:
    """The folder of the compiled definitions and the key that seals them; what compiles in less than `worth` seconds is not kept.

    What is written in more than `large` bytes is compiled in a process of its own and read from its file: compiling leaves half-used
    memory behind, more than what it compiles takes, which would stay as long as the process.
    """

    folder: Path
    key: Callable[[], bytes]
    worth: float = 0.1
    large: int = 250_000

    def load(self, sources: Sources, identity: Identity, number: int, plugins: Plugins) -> Metadata:
        """The metadata of stored files, compiled if it has to be. Raises BadDefinition with all issues."""
        if plugins.field_types:  # their structs are made anew in each process
            return load_sources(sources, identity, number, plugins)
        made_from = _made_from(sources, identity, number, plugins)
        path, given = self.folder / f"{made_from.hex()}{SUFFIX}", (sources, identity, number, plugins)
        found = self._read(path, made_from, plugins)
        if (
            found is None
            and sum(map(len, sources.files.values())) > self.large
            and done_apart(lambda: self._compiled(path, made_from, given))
        ):
            found = self._read(path, made_from, plugins)
        return found or self._compiled(path, made_from, given)

    def _read(self, path: Path, made_from: bytes, plugins: Plugins) -> Metadata | None:
        """What a file holds; None when there is none that was sealed here."""
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if not hmac.compare_digest(content[:SEAL], self._seal(made_from, content[SEAL:])):
            return None
        with uncollected():
            found: Metadata = unpack(content[SEAL:], plugins.functions)
        return found

    def _compiled(self, path: Path, made_from: bytes, given: tuple[Sources, Identity, int, Plugins]) -> Metadata:
        begin = time.thread_time()
        metadata = load_sources(*given)
        if time.thread_time() - begin < self.worth:
            return metadata
        with uncollected():
            content = pack(metadata, given[-1].functions)
        with suppress(OSError):  # a folder that cannot be written costs the next process time, and nothing else
            self._write(path, self._seal(made_from, content) + content)
        return metadata

    def _seal(self, made_from: bytes, content: bytes) -> bytes:
        return hmac.digest(self.key(), made_from + content, "sha256")

    def _write(self, path: Path, content: bytes) -> None:
        """All of it or nothing; of the files that were there the newest stay."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = self.folder / f".{secrets.token_hex(8)}"
        unfinished.touch(mode=0o600, exist_ok=False)
        unfinished.write_bytes(content)
        unfinished.replace(path)
        kept = sorted(self.folder.glob(f"*{SUFFIX}"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in kept[MOST:]:
            old.unlink(missing_ok=True)


def _made_from(sources: Sources, identity: Identity, number: int, plugins: Plugins) -> bytes:
    """What identifies everything that a definition is compiled from."""
    broken = [(each.file, each.reason) for each in plugins.broken]
    others = (sorted(identity.numbers.items()), sorted(identity.physical.items()), number, sorted(plugins.versions.items()), broken)
    return sha256(json.dumps((sources.hash, others, sys.version, _engine())).encode()).digest()


@cache
def _engine() -> str:
    """The engine as it is installed: which files, how long, of when."""
    digest = sha256()
    for path, found in sorted(_files(os.fspath(ENGINE))):
        digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith((".py", ".yaml", ".lark")):
                yield entry.path, entry.stat()
