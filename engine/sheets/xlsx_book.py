"""Writing XLSX row by row: a sheet for the records, one for each table. Nothing is ever written as a formula.

A row of a table begins with the first cell of its record.

Numbers with more digits than a spreadsheet keeps (15) are written as text, so that none is rounded silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from .cells import Cell, Column, Part
from .csv_book import Row, Rows

DIGITS = 15
"""Digits of a number that a spreadsheet keeps."""
WIDTHS = {"text": 24, "number": 14, "percent": 10, "date": 12, "datetime": 20, "boolean": 8}
EARLIEST = date(1900, 3, 1)
"""Before it the calendar of spreadsheets has a day too many."""


class XlsxBook:
    """One XLSX file that grows record by record; rows lie in files of the system until `close` packs them."""

    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ending = "xlsx"

    def __init__(self, stream: BinaryIO, main: Part, tables: Sequence[Part] = ()) -> None:
        from xlsxwriter import Workbook  # noqa: PLC0415 - heavy, and few processes write a sheet

        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = Workbook(stream, options)
        heading = self._book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        names: set[str] = set()
        self._main = _Sheet(self._book, main, heading, names)
        keyed = [Part(table.name, (main.columns[0], *table.columns)) for table in tables]
        self._tables = [_Sheet(self._book, table, heading, names) for table in keyed]

    def add(self, record: Row, tables: Rows = ()) -> None:
        """One record with the rows of its tables."""
        self._main.add(record)
        for sheet, rows in zip(self._tables, tables, strict=False):
            for row in rows:
                sheet.add([record[0], *row])

    def close(self) -> None:
        """Write the file into the stream, which stays open."""
        self._book.close()


class _Sheet:
    def __init__(self, book: Any, part: Part, heading: Any, taken: set[str]) -> None:
        self._sheet = book.add_worksheet(_name(part.name, taken))
        self._sheet.freeze_panes(1, 0)
        self._kinds = [column.kind for column in part.columns]
        self._formats = []
        for number, column in enumerate(part.columns):
            made = book.add_format({"num_format": _format(column)})
            self._formats.append(made)
            self._sheet.set_column(number, number, WIDTHS[column.kind], made)
        for number, column in enumerate(part.columns):
            self._sheet.write_string(0, number, column.heading, heading)
        self._next = 1

    def add(self, row: Row) -> None:
        """The next row. Raises OverflowError beyond the last that a sheet can hold."""
        if self._next >= self._sheet.xls_rowmax:
            raise OverflowError("a sheet holds no more rows")
        for number, cell in enumerate(row):
            if cell is not None:
                self._write(number, cell)
        self._next += 1

    def _write(self, column: int, cell: Cell) -> None:
        where = self._next, column
        made = self._formats[column]
        if isinstance(cell, bool):
            self._sheet.write_boolean(*where, cell)
        elif isinstance(cell, Decimal):
            exact = len(cell.normalize().as_tuple().digits) <= DIGITS
            self._sheet.write_number(*where, cell, made) if exact else self._sheet.write_string(*where, format(cell, "f"))
        elif isinstance(cell, datetime | date):
            day = cell.date() if isinstance(cell, datetime) else cell
            whole = not isinstance(cell, datetime) or cell.microsecond % 1000 == 0
            if day >= EARLIEST and whole and self._kinds[column] in ("date", "datetime"):
                self._sheet.write_datetime(*where, cell, made)
            else:
                self._sheet.write_string(*where, cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat())
        else:
            self._sheet.write_string(*where, str(cell))


def _format(column: Column) -> str:
    digits = "." + "0" * column.scale if column.scale else ""
    return {"number": f"#,##0{digits}" if column.scale is not None else "General", "percent": "0.##%", "date": "yyyy-mm-dd"}.get(
        column.kind, "yyyy-mm-dd hh:mm:ss" if column.kind == "datetime" else "@" if column.kind == "text" else "General"
    )


def _name(wanted: str, taken: set[str]) -> str:
    """A name that a sheet may have: at most 31 characters, none of those that stand in addresses, none twice."""
    plain = "".join(" " if letter in "[]:*?/\\" else letter for letter in wanted).strip("' ")[:31] or "Sheet"
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain[:27]} {number}", number + 1
    taken.add(name.lower())
    return name
