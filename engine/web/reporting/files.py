"""A report as a file: exact numbers under typed columns, texts that no spreadsheet calculates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO, Literal

from engine.metadata import Measure
from engine.reports import Figure, Line
from engine.sheets import Cell, Column, CsvBook, Part, XlsxBook
from engine.web.visit import visit
from engine.web.words import _

from .figures import as_number, is_share
from .tables import Naming

FileKind = Literal["csv", "xlsx"]
BOOKS: dict[str, type[CsvBook | XlsxBook]] = {"csv": CsvBook, "xlsx": XlsxBook}
NAME = 31
"""How long the name of a sheet may be."""


def write_file(naming: Naming, kind: FileKind, stream: BinaryIO) -> None:
    """Write a report into `stream`: one line per line, the measures of each column beside each other."""
    outcome = naming.outcome
    money = [
        any(figures[at].currency for line in _lines(naming) for figures in (*line.cells, line.total))
        for at in range(len(outcome.report.measures))
    ]
    book = BOOKS[kind](stream, Part(visit().words(outcome.report.label)[:NAME], tuple(_columns(naming, money))))
    try:
        for line in _lines(naming):
            book.add(list(_cells(naming, line, money)))
    finally:
        book.close()


def _lines(naming: Naming) -> Iterator[Line]:
    yield from naming.outcome.lines
    if naming.outcome.whole is not None:
        yield naming.outcome.whole


def _columns(naming: Naming, money: list[bool]) -> Iterator[Column]:
    outcome, rows = naming.outcome, len(naming.outcome.report.rows)
    for at in range(rows):
        yield Column(naming.heading(at))
    groups = [" · ".join(naming.cell(rows + at, key).text for at, key in enumerate(keys)) for keys in outcome.columns]
    groups += [_("Total")] * outcome.across
    for group in groups:
        for at, measure in enumerate(outcome.report.measures):
            label = visit().words(measure.label)
            heading = f"{group}: {label}" if group else label
            yield Column(heading, _kind(measure), None)
            if money[at]:
                yield Column(f"{heading} ({_('currency')})")


def _kind(measure: Measure) -> Literal["text", "number", "percent", "date"]:
    if is_share(measure):
        return "percent"
    return "text" if measure.kind == "" else "date" if measure.kind == "date" else "number"


def _cells(naming: Naming, line: Line, money: list[bool]) -> Iterator[Cell]:
    outcome, rows = naming.outcome, len(naming.outcome.report.rows)
    words = {"rest": _("All others"), "total": _("Total")}.get(line.kind)
    names = [naming.cell(at, key).text for at, key in enumerate(line.keys)] if words is None else [words] + [""] * (rows - 1)
    yield from names[:rows]
    for figures in (*line.cells, *([line.total] if outcome.across else [])):
        for at, figure in enumerate(figures):
            yield _cell(figure)
            if money[at]:
                yield figure.currency or None


def _cell(figure: Figure) -> Cell:
    value = figure.value
    if isinstance(value, timedelta):
        return as_number(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, (bool, date, Decimal)):
        return value
    return str(value)
