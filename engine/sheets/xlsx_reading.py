"""Reading XLSX as a stream: whatever its size, only a piece of a sheet is held, and its strings lie in a file.

Formulas are refused: the value that stands beside one may be old, or 0 where no spreadsheet has calculated it. So are merged cells, of
which nobody can tell where the value belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from engine.errors import Message

from .cells import Cell
from .sheet import Cells, Sheet, fitted, headings_of, refuse_long, unreadable
from .xlsx_archive import MOST_BYTES, WORKBOOK, Archive, too_much
from .xlsx_parts import Catalogue, Links, Strings, Styles
from .xlsx_rows import Rows

RELATIONS = "xl/_rels/workbook.xml.rels"
WORKSHEET = "/worksheet"
SHARED = "/sharedStrings"
STYLES = "/styles"
SMALL, STYLED = 1 << 22, 1 << 25
"""Bytes of the parts that say which sheets there are, and of that which says how they look."""
MOST_SHEETS = 500


class XlsxFile:
    """An XLSX file; each of its sheets that has anything in it."""

    described = "XLSX"

    def __init__(self, path: Path) -> None:
        self._archive, self._styles, self._strings = Archive(path), Styles(), Strings()
        try:
            self.sheets = self._opened()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._strings.close()
        self._archive.close()

    def _opened(self) -> tuple[Sheet, ...]:
        book, links = Catalogue(), Links()
        self._archive.read_all(WORKBOOK, book, SMALL)
        self._archive.read_all(RELATIONS, links, SMALL)
        self._since_1904 = book.since_1904
        for kind, handler, most in ((STYLES, self._styles, STYLED), (SHARED, self._strings, MOST_BYTES)):
            part = links.only(kind)
            if part is not None:
                self._archive.read_all(_part(part), handler, most)
        parts = [(name, _part(links.target(key))) for name, key in book.sheets if links.kind(key).endswith(WORKSHEET)]
        if len(parts) > MOST_SHEETS or sum(self._archive.size(part) for _, part in parts) > MOST_BYTES:
            raise too_much()
        found = tuple(sheet for name, part in parts if (sheet := self._sheet(name, part)) is not None)
        if not found:
            raise unreadable("empty", Message("This file is empty."))
        return found

    def _sheet(self, name: str, part: str) -> Sheet | None:
        number, cells = next(self._cells(name, part), (0, []))
        if not number:
            return None
        headings = headings_of([_heading(cell) for cell in cells], name) if number == 1 else ()
        if not headings:
            raise unreadable("no_headings", Message("The first row of {sheet} must hold the headings; it is blank.", {"sheet": name}))
        return Sheet(name, headings, lambda: self._rows(name, part, len(headings)))

    def _rows(self, name: str, part: str, width: int) -> Iterator[tuple[int, Cells]]:
        for number, cells in self._cells(name, part):
            found = fitted(cells, width, name, number) if number > 1 else None
            if found is not None:
                refuse_long(found, name, number)
                yield number, found

    def _cells(self, name: str, part: str) -> Iterator[tuple[int, list[Cell]]]:
        """The rows that hold anything."""
        rows = Rows(name, self._strings, self._styles, since_1904=self._since_1904)
        for _ in self._archive.read(part, rows):
            yield from rows.taken()


def _part(target: str) -> str:
    """The part of the archive that a link of the workbook leads to."""
    path = PurePosixPath(target) if target.startswith("/") else PurePosixPath(WORKBOOK).parent / target
    return str(path).lstrip("/")


def _heading(cell: object) -> str:
    return "" if cell is None else str(cell)
