"""Writing CSV: UTF-8 with the mark that Excel looks for, exact numbers, ISO dates, one table.

The rows of tables stand beside and below their record: the first on its line, the others on lines of their own whose first
columns are blank. A heading of a table's column has the name of the table in front of it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import BinaryIO

from engine.frozen import frozen

from .cells import Cell, Part, guarded

Row = Sequence[Cell]
Rows = Sequence[Sequence[Row]]
"""The rows of each table of a record, in the order of the tables."""


@frozen
class CsvStyle:
    """How a text file is written: what stands between values, whether it begins with headings, and its encoding."""

    separator: str = ","
    header: bool = True
    encoding: str = "utf-8"


class CsvBook:
    """One CSV file that grows record by record."""

    mime = "text/csv; charset=utf-8"
    ending = "csv"

    def __init__(self, stream: BinaryIO, main: Part, tables: Sequence[Part] = (), style: CsvStyle = CsvStyle()) -> None:  # noqa: B008 - it is frozen
        encoding = "utf-8-sig" if style.encoding == "utf-8" else style.encoding
        self._text = io.TextIOWrapper(stream, encoding, newline="", write_through=False)
        self._out = csv.writer(self._text, delimiter=style.separator)
        self._width = len(main.columns)
        self._widths = [len(table.columns) for table in tables]
        self._kinds = [column.kind for part in (main, *tables) for column in part.columns]
        headings = [column.heading for column in main.columns]
        headings += [f"{table.name}: {column.heading}" for table in tables for column in table.columns]
        if style.header:
            self._out.writerow([guarded(heading) for heading in headings])

    def add(self, record: Row, tables: Rows = ()) -> None:
        """One record with the rows of its tables."""
        blank: list[Row] = [() for _ in self._widths]
        for number, rows in enumerate(zip_longest(*tables, fillvalue=())) if any(tables) else [(0, blank)]:
            cells = list(record) if number == 0 else [None] * self._width
            for width, row in zip(self._widths, rows, strict=True):
                cells += [*row, *([None] * (width - len(row)))]
            self._out.writerow([as_text(cell, kind) for cell, kind in zip(cells, self._kinds, strict=True)])

    def close(self) -> None:
        """Write what is left; the stream stays open."""
        self._text.flush()
        self._text.detach()


def as_text(cell: Cell, kind: str) -> str:
    """A cell of a column of this kind as it stands in a text file."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, Decimal):
        return f"{format(cell.scaleb(2), 'f')}%" if kind == "percent" else format(cell, "f")
    return cell.isoformat(" ") if isinstance(cell, datetime) else date.isoformat(cell)
