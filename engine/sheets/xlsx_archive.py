"""The parts of an XLSX archive: what is in it and fits, and its XML piece by piece, without ever holding more than a piece.

No part unpacks to more than the archive says, because no more of it is unpacked; so what it says may be counted. A document type, and
with it every entity of its own, is refused, and so is XML of which one piece has no end.
"""

from __future__ import annotations

import io
import lzma
import struct
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from xml.parsers import expat

from engine.errors import Invalid, Message

from .sheet import unreadable

MOST_BYTES = 512 * 1024 * 1024
"""Bytes of an archive, unpacked."""
CHUNK = 1 << 18
LONGEST = 1 << 22
"""Bytes of one tag or name."""
DIRECTORY = 1 << 22
"""Bytes in which an archive says what is in it: each entry takes ten times as many when it is read."""
BROKEN = Message("This XLSX file is damaged.")
DAMAGES = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, expat.ExpatError),
    *(ArithmeticError, EOFError, LookupError, OSError, RuntimeError, ValueError),
)
"""What zipfile, zlib, expat and the numbers of a part raise for something that is not what it should be."""
WORKBOOK = "xl/workbook.xml"


class Handler(Protocol):
    """Who is told of the XML of a part; names come without their prefixes."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """It ends."""

    def text(self, words: str) -> None:
        """Text stands in it."""


class _Bounded(io.FileIO):
    """A file of which no more is read at once than an archive may say of itself."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > DIRECTORY:
            raise too_much()
        return super().read(size) or b""


class Archive:
    """An archive that is a workbook. Raises Invalid for one that is none, or unpacks to too much."""

    def __init__(self, path: Path) -> None:
        file = _Bounded(path)
        self.close = weakref.finalize(self, file.close)
        """Let go of the file."""
        try:
            with _understood():
                self._zip = zipfile.ZipFile(file)
            with _understood():
                self._count()
        except Invalid:
            self.close()
            raise

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._zip.NameToInfo

    def read(self, part: str, handler: Handler) -> Iterator[None]:
        """Tell `handler` of a part, a piece at each step. Raises Invalid where it is damaged, and what the handler raises."""
        with _understood():
            if not self.has(part):
                raise unreadable("broken", BROKEN)
            parser, fed = _parser(handler), 0
            with self._zip.open(part) as stream:
                while chunk := stream.read(CHUNK):
                    parser.Parse(chunk, False)
                    fed += len(chunk)
                    if fed - parser.CurrentByteIndex > LONGEST:
                        raise unreadable("broken", BROKEN)
                    yield
                parser.Parse(b"", True)
            yield

    def size(self, part: str) -> int:
        """Bytes of a part, unpacked."""
        return self._zip.NameToInfo[part].file_size if self.has(part) else 0

    def read_all(self, part: str, handler: Handler, most: int) -> None:
        """The same in one go, of at most so many bytes: what it tells of is all held."""
        if self.size(part) > most:
            raise too_much()
        for _ in self.read(part, handler):
            pass

    def _count(self) -> None:
        if not self.has(WORKBOOK):
            raise unreadable("no_workbook", Message("This file is no CSV and no XLSX."))
        if sum(member.file_size for member in self._zip.infolist()) > MOST_BYTES:
            raise too_much()


def too_much() -> Invalid:
    """The refusal of a file that says more than anybody wants to hold."""
    return unreadable("bomb", Message("Unpacked, this file is larger than {size} MB.", {"size": MOST_BYTES >> 20}))


@contextmanager
def _understood() -> Iterator[None]:
    """What is wrong with an archive or its XML, in words."""
    try:
        yield
    except DAMAGES as wrong:
        raise unreadable("broken", BROKEN) from wrong


def _parser(handler: Handler) -> Any:
    names: dict[str, str] = {}

    def local(name: str) -> str:
        found = names.get(name)
        if found is None:
            found = names[name] = name.rpartition(":")[2]
        return found

    def doctype(*_: object) -> None:
        raise unreadable("broken", BROKEN)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: handler.start(local(name), attributes)
    parser.EndElementHandler = lambda name: handler.end(local(name))
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = doctype
    return parser
