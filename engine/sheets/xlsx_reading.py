"""Reading XLSX with calamine, after a look at what the archive really holds.

Before anything is parsed the archive is unpacked once, counted and let go: a bomb is refused however small it says it
is. Formulas are refused: the value that stands beside one may be old, or 0 where no spreadsheet has calculated it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import python_calamine

from engine.errors import Message

from .cells import Cell
from .sheet import Cells, Sheet, fitted, headings_of, refuse_more, unreadable

MOST_BYTES = 512 * 1024 * 1024
"""Bytes of an archive, unpacked."""
CHUNK = 1 << 20
MOST_CELLS = 10_000_000
"""Cells of the rectangle that a sheet fills, blank ones too: all of it is held in memory, 32 bytes for each."""
FORMULA = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Z]{1,3}[0-9]{1,7})["'][^>]*>\s*<(?:\w+:)?f[\s>/]""")
PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,9})["']""")
LONGEST = 2000
"""Bytes that the beginning of a cell may have."""
BROKEN = Message("This XLSX file is damaged.")
ERRORS = frozenset({"#N/A", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA"})


class XlsxFile:
    """An XLSX file; each of its sheets that has anything in it."""

    described = "XLSX"

    def __init__(self, path: Path) -> None:
        _refuse_bombs(path)
        try:
            self._book = python_calamine.load_workbook(str(path))
            names = [each.name for each in self._book.sheets_metadata if each.typ == python_calamine.SheetTypeEnum.WorkSheet]
            found = [sheet for name in names if (sheet := self._sheet(name)) is not None]
        except python_calamine.PasswordError as wrong:
            raise unreadable("password", Message("This file is protected by a password.")) from wrong
        except (python_calamine.CalamineError, OSError) as wrong:
            raise unreadable("broken", BROKEN) from wrong
        if not found:
            raise unreadable("empty", Message("This file is empty."))
        self.sheets = tuple(found)

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()

    def _sheet(self, name: str) -> Sheet | None:
        sheet = self._book.get_sheet_by_name(name)
        if sheet.start is None or sheet.end is None:
            return None
        if sheet.merged_cell_ranges:
            (row, column), _ = sheet.merged_cell_ranges[0]
            words = Message("Cell {cell} of {sheet} is merged with others. Please split it.", {"cell": place(row, column), "sheet": name})
            raise unreadable("merged", words)
        refuse_more(sheet.end[0] + 1, name)
        first = next(iter(sheet.iter_rows()), [])
        headings = headings_of([_heading(value) for value in [""] * sheet.start[1] + list(first)], name) if sheet.start[0] == 0 else ()
        if not headings:
            words = Message("The first row of {sheet} must hold the headings; it is blank.", {"sheet": name})
            raise unreadable("no_headings", words)
        return Sheet(name, headings, lambda: _rows(sheet, len(headings)))


def _rows(sheet: python_calamine.CalamineSheet, width: int) -> Iterator[tuple[int, Cells]]:
    before: Cells = [None] * (sheet.start or (0, 0))[1]
    for number, values in enumerate(sheet.iter_rows(), 1):
        if number > 1:
            cells = before + [_cell(value, sheet.name, (number - 1, len(before) + at)) for at, value in enumerate(values)]
            found = fitted(cells, width, sheet.name, number)
            if found is not None:
                yield number, found


def _heading(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(_plain(value))


def _cell(value: object, sheet: str, where: tuple[int, int]) -> Cell:
    if isinstance(value, str):
        if value in ERRORS:
            words = Message("Cell {cell} of {sheet} holds the error {error}.", {"cell": place(*where), "sheet": sheet, "error": value})
            raise unreadable("error_cell", words)
        return value if value.strip() else None
    return _plain(value)


def _plain(value: object) -> Cell:
    if isinstance(value, bool | datetime | date):
        return value
    if isinstance(value, float):
        return Decimal(int(value)) if value.is_integer() else Decimal(repr(value))
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, time | timedelta):
        return str(value)
    return None if value is None else str(value)


def place(row: int, column: int) -> str:
    """A cell as a spreadsheet names it, from its row and column counted from 0."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _refuse_bombs(path: Path) -> None:
    """Raises Invalid for an archive that is no workbook, is damaged, unpacks to too much, or holds formulas."""
    try:
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise unreadable("no_workbook", Message("This file is no CSV and no XLSX."))
            left = MOST_BYTES
            for member in archive.infolist():
                left = _unpacked(archive, member, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, UnicodeError) as wrong:
        raise unreadable("broken", BROKEN) from wrong


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """Unpack one member and keep nothing of it; how many bytes are left to others."""
    cells, reach = member.filename.startswith("xl/worksheets/"), _Reach()
    with archive.open(member) as stream:
        end = b""
        while chunk := stream.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise unreadable("bomb", Message("Unpacked, this file is larger than {size} MB.", {"size": MOST_BYTES >> 20}))
            reach.see(end + chunk)  # in every member: the workbook says which of them are sheets
            if cells and (found := FORMULA.search(end + chunk)):
                words = Message(
                    "Cell {cell} holds a formula. Please replace formulas by their values (paste special, values).",
                    {"cell": found[1].decode()},
                )
                raise unreadable("formula", words)
            end = chunk[-LONGEST:]
    return left


class _Reach:
    """How far the cells of a sheet reach; two of them that lie far apart are a bomb too."""

    def __init__(self) -> None:
        self._columns: set[bytes] = set()
        self._row = 0

    def see(self, text: bytes) -> None:
        """Part of a sheet. Raises Invalid when the rectangle of what was seen is too large."""
        found = PLACE.findall(text)
        if not found:
            return
        self._columns.update({column for column, _ in found})
        self._row = max(self._row, *map(int, {row for _, row in found}))
        column = max(map(_number, self._columns))
        if self._row * column > MOST_CELLS:
            words = Message(
                "A sheet reaches to cell {cell}, which is too far. Please delete the columns and rows that lie beyond the table.",
                {"cell": place(self._row - 1, column - 1)},
            )
            raise unreadable("too_far", words)


def _number(column: bytes) -> int:
    """A column by its letters, counted from 1."""
    found = 0
    for letter in column:
        found = found * 26 + letter - 64
    return found
