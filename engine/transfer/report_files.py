"""A report as a file: exact numbers under typed columns, texts that no spreadsheet calculates, periods that stand in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO, Literal

from engine.errors import in_language
from engine.frozen import frozen
from engine.metadata import FileKind, Measure
from engine.reports import Figure, Line, Outcome, amount_of
from engine.sheets import Cell, Column, CsvBook, CsvStyle, Part, XlsxBook
from engine.unit_of_work import View

from .report_sheets import write_sheet
from .report_words import Told

NAME = 31
"""How long the name of a sheet may be."""


def write_report(view: View, outcome: Outcome, kind: FileKind, language: str, stream: BinaryIO) -> None:
    """Write a report into `stream`: one line per line, the measures of each column beside each other. Raises Refusal as `write_sheet`."""
    told, file = Told(view.metadata, outcome, language), outcome.report.file
    if kind == "pdf":
        write_sheet(view, told, stream)
        return
    figures = [each for line in told.lines for each in told.figures(line)]
    measures = range(len(outcome.report.measures))
    beside = Beside(
        [any(each[at].currency for each in figures) for at in measures], [any(each[at].sealed for each in figures) for at in measures]
    )
    part = Part(in_language(outcome.report.label, language)[:NAME], tuple(_columns(told, beside)))
    style = CsvStyle(file.separator, file.header, file.encoding)
    book: CsvBook | XlsxBook = CsvBook(stream, part, style=style) if kind == "csv" else XlsxBook(stream, part)
    try:
        for line in told.lines:
            book.add(list(_cells(told, line, beside)))
    finally:
        book.close()


@frozen
class Beside:
    """Which measures have a column beside them: with their currency, with how many sealed values they lack."""

    money: list[bool]
    sealed: list[bool]


def report_name(outcome: Outcome, day: date, kind: FileKind) -> str:
    """What the file is called."""
    return f"{outcome.report.file.name or f'{outcome.report.name}-{day:%Y-%m-%d}'}.{kind}"


def _columns(told: Told, beside: Beside) -> Iterator[Column]:
    """What stands above: the rows of the report, then its measures for each column, with what stands beside them."""
    yield from (Column(name) for name in told.headings)
    for group in told.groups:
        for at, measure in enumerate(told.outcome.report.measures):
            words = f"{group}: {told.label(measure)}" if group else told.label(measure)
            yield Column(words, _kind(measure), None)
            if beside.money[at]:
                yield Column(f"{words} ({told.say('currency')})")
            if beside.sealed[at]:
                yield Column(f"{words} ({told.say('sealed values not in it')})", "number", None)


def _cells(told: Told, line: Line, beside: Beside) -> Iterator[Cell]:
    """A line of the file."""
    yield from told.names(line)
    for figures in told.figures(line):
        for at, figure in enumerate(figures):
            yield _cell(told.outcome.report.measures[at], figure)
            if beside.money[at]:
                yield figure.currency or None
            if beside.sealed[at]:
                yield Decimal(figure.sealed)


def _kind(measure: Measure) -> Literal["text", "number", "percent", "date"]:
    if measure.kind == "percent" or measure.share or measure.change:
        return "percent"
    return "text" if measure.kind == "" else "date" if measure.kind == "date" else "number"


def _cell(measure: Measure, figure: Figure) -> Cell:
    value = figure.value
    if isinstance(value, timedelta):
        return amount_of(measure, value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, (bool, date, Decimal)):
        return value
    return str(value)
