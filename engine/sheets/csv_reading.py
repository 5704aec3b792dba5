"""Reading CSV: the encoding is found by decoding all of it, the delimiter by its first line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from engine.errors import Message

from .cells import Cell, unguarded
from .sheet import MOST_LETTERS, Cells, Sheet, fitted, headings_of, refuse_long, refuse_more, unreadable

CHUNK = 1 << 20
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DELIMITERS = ",;\t"
WORDS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "gb18030": "GB18030"}
NAME = "CSV"
PIECE = 200
"""So many records are read at once."""


class CsvFile:
    """A CSV file with one sheet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = _encoding_of(path)
        with self._open() as text:
            self._delimiter = _delimiter_of(text.readline(MOST_LETTERS))
        first = next(self._pieces(), None)
        if first is None:
            raise unreadable("empty", Message("This file is empty."))
        headings = headings_of([unguarded(text) for text in first[0]], NAME)
        self.sheets = (Sheet(NAME, headings, lambda: self._rows(len(headings))),)
        self.described = f"CSV, {WORDS[self._encoding]}"

    def close(self) -> None:
        """Nothing is held open between readings."""

    def _open(self) -> io.TextIOWrapper:
        return self._path.open(encoding=self._encoding, newline="")

    def _pieces(self) -> Iterator[list[list[str]]]:
        """Its records, some at a time."""
        with self._open() as text:
            reader = csv.reader(text, delimiter=self._delimiter, strict=True)
            try:
                while some := list(islice(reader, PIECE)):
                    yield some
            except csv.Error as wrong:
                words = Message("Line {line} is no valid CSV: {reason}", {"line": reader.line_num, "reason": str(wrong)})
                raise unreadable("bad_csv", words) from wrong

    def _rows(self, width: int) -> Iterator[tuple[int, Cells]]:
        number = 1
        for some in self._pieces():
            refuse_more(number + len(some) - 1, NAME)
            yield from _read(some[1:], 2, width) if number == 1 else _read(some, number, width)
            number += len(some)


def _read(some: Sequence[Sequence[str]], first: int, width: int) -> Iterator[tuple[int, Cells]]:
    """Records as rows with their numbers, from the first on: all of them at once where they are as wide as the headings."""
    every = list(chain.from_iterable(some))
    if every and len(max(every, key=len)) > MOST_LETTERS:
        for number, record in enumerate(some, first):
            refuse_long(record, NAME, number)
    cells = iter([text if "(" <= text < "\x7f" else _cell(text) if text else None for text in every])
    if set(map(len, some)) == {width}:
        blank = (None,) * width
        yield from ((number, row) for number, row in enumerate(zip(*[cells] * width, strict=True), first) if row != blank)
        return
    for number, record in enumerate(some, first):
        row = fitted(list(islice(cells, len(record))), width, NAME, number)
        if row is not None:
            yield number, row


def _cell(text: str) -> Cell:
    """A cell that may be blank or guarded; one that begins with a letter or a digit is neither."""
    return None if text.isspace() else unguarded(text)


def _encoding_of(path: Path) -> str:
    """How the file is encoded: by its mark, else UTF-8 if all of it is, else GB18030 if all of it is. Raises Invalid."""
    with path.open("rb") as file:
        first = file.read(4)
    for mark, name in MARKS:
        if first.startswith(mark):
            _decode(path, name)
            return name
    for name in ("utf-8", "gb18030"):
        try:
            _decode(path, name)
        except UnicodeError:
            continue
        return name
    raise unreadable("encoding", Message("The encoding of this file is not known. Please save it as CSV UTF-8."))


def _decode(path: Path, encoding: str) -> None:
    """Raises UnicodeError where the file is not of this encoding, Invalid where it is no text at all."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if "\x00" in decoder.decode(chunk):
                raise unreadable("no_text", Message("This file is no CSV and no XLSX."))
        decoder.decode(b"", final=True)


def _delimiter_of(line: str) -> str:
    """The one of the three that stands most often in the first line, outside of quotes."""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)
