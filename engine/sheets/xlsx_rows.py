"""The rows of a sheet of a workbook, as its XML tells of them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from engine.errors import Message

from .cells import Cell
from .sheet import MOST_COLUMNS, refuse_more, too_wide, unreadable
from .xlsx_archive import BROKEN, MOST_BYTES, too_much
from .xlsx_days import day_of, length_of
from .xlsx_parts import Strings, Styles, Words

PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,9})\Z")
COLUMNS = 16_384
"""Columns of the widest sheet."""
LONGEST = 200_000
"""Letters of a value that is no shared string; longer ones are cut, and refused as too long."""
FORMULA = "Cell {cell} holds a formula. Please replace formulas by their values (paste special, values)."


class Rows:
    """Collects the rows that hold anything; `taken` gives them away."""

    def __init__(self, sheet: str, strings: Strings, styles: Styles, *, since_1904: bool) -> None:
        self._sheet = sheet
        self._strings = strings
        self._kinds = styles.kinds
        self._since_1904 = since_1904
        self._rows: list[tuple[int, list[Cell]]] = []
        self._row = 0
        self._column = 0
        self._cells: list[Cell] = []
        self._type = self._kind = ""
        self._value: list[str] | None = None
        self._length = self._letters = 0
        self._words: Words | None = None
        self._columns: dict[str, int] = {}

    def taken(self) -> list[tuple[int, list[Cell]]]:
        """The rows that are complete."""
        found, self._rows = self._rows, []
        return found

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v":
            self._value, self._length = [], 0
        elif name == "row":
            self._begin_row(attributes.get("r"))
        elif self._words is not None:
            self._words.start(name)
        elif name == "is":
            self._words = Words()
        elif name == "f":
            raise unreadable("formula", Message(FORMULA, {"cell": self._place()}))
        elif name == "mergeCell":
            cell = attributes.get("ref", "").partition(":")[0]
            words = Message("Cell {cell} of {sheet} is merged with others. Please split it.", {"cell": cell, "sheet": self._sheet})
            raise unreadable("merged", words)

    def end(self, name: str) -> None:
        """It ends."""
        if name == "v":
            if self._value is not None:
                self._put(self._read("".join(self._value)))
            self._value = None
        elif name == "row":
            if self._cells:
                self._rows.append((self._row, self._cells))
        elif self._words is not None:
            self._words.end(name)
            if name == "is":
                self._put(_text(self._words.taken()))
                self._words = None

    def text(self, words: str) -> None:
        """Text stands in it."""
        if self._value is not None:
            if self._length <= LONGEST:
                self._value.append(words)
                self._length += len(words)
        elif self._words is not None:
            self._words.text(words)

    def _begin_row(self, number: str | None) -> None:
        row = int(number) if number is not None else self._row + 1
        if row <= self._row:
            raise unreadable("broken", BROKEN)
        refuse_more(row, self._sheet)
        self._row, self._column, self._cells = row, 0, []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        where = attributes.get("r")
        self._column = self._column + 1 if where is None else self._placed(where)
        if not len(self._cells) < self._column <= COLUMNS:
            raise unreadable("broken", BROKEN)
        self._type = attributes.get("t", "n")
        style = attributes.get("s")
        self._kind = self._kinds[int(style)] if style is not None and self._type == "n" else ""

    def _placed(self, where: str) -> int:
        letters = where.rstrip("0123456789")
        found = self._columns.get(letters)
        if found is None:
            match = PLACE.match(where)
            if match is None:
                raise unreadable("broken", BROKEN)
            found = self._columns[letters] = _number(letters)
        return found

    def _put(self, cell: Cell) -> None:
        """The value of the cell that was begun; what is blank fills no row."""
        if cell is not None:
            if self._column > MOST_COLUMNS:
                raise too_wide()
            self._cells += [None] * (self._column - 1 - len(self._cells))
            self._cells.append(cell)

    def _read(self, value: str) -> Cell:
        if self._type == "n":
            return self._numbered(float(value)) if value else None
        if self._type == "s":
            return _text(self._shared(int(value)))
        if self._type == "b":
            return value.strip() in ("1", "true")
        if self._type == "d":
            return _day(value)
        if self._type == "e":
            params = {"cell": self._place(), "sheet": self._sheet, "error": value[:20]}
            raise unreadable("error_cell", Message("Cell {cell} of {sheet} holds the error {error}.", params))
        return _text(value)

    def _shared(self, number: int) -> str:
        """A string; one that stands in many cells is counted in each."""
        found = self._strings.at(number)
        self._letters += len(found)
        if self._letters > MOST_BYTES:
            raise too_much()
        return found

    def _numbered(self, number: float) -> Cell:
        if not isfinite(number):
            raise unreadable("broken", BROKEN)
        if self._kind == "day":
            return day_of(number, since_1904=self._since_1904)
        if self._kind == "length":
            return length_of(number)
        return Decimal(int(number)) if number.is_integer() else Decimal(repr(number))

    def _place(self) -> str:
        return place(self._row - 1, max(self._column, 1) - 1)


def _text(words: str) -> Cell:
    return words if words.strip() else None


def _day(value: str) -> Cell:
    """A day, or a day and time, that is written as ISO 8601."""
    found = datetime.fromisoformat(value.removesuffix("Z"))
    return date(found.year, found.month, found.day) if "T" not in value else found


def place(row: int, column: int) -> str:
    """A cell as a spreadsheet names it, from its row and column counted from 0."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _number(letters: str) -> int:
    """A column by its letters, counted from 1."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found
