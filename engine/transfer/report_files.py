"""A report as a file: exact numbers under typed columns, texts that no spreadsheet calculates, periods that stand in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import BinaryIO, Literal

from engine.errors import Message, in_language
from engine.formula import Kind
from engine.metadata import Dimension, Entity, FileKind, Measure, Metadata, Value
from engine.records import end_of
from engine.reports import Figure, Keys, Line, Outcome
from engine.sheets import Cell, Column, CsvBook, CsvStyle, Part, XlsxBook

from .cells import choice_words
from .columns import heading

NAME = 31
"""How long the name of a sheet may be."""
HOUR = timedelta(hours=1)


def write_report(metadata: Metadata, outcome: Outcome, kind: FileKind, language: str, stream: BinaryIO) -> None:
    """Write a report into `stream`: one line per line, the measures of each column beside each other."""
    told, file = _Told(metadata, outcome, language), outcome.report.file
    part = Part(in_language(outcome.report.label, language)[:NAME], tuple(told.columns()))
    style = CsvStyle(file.separator, file.header, file.encoding)
    book: CsvBook | XlsxBook = CsvBook(stream, part, style=style) if kind == "csv" else XlsxBook(stream, part)
    try:
        for line in told.lines:
            book.add(list(told.cells(line)))
    finally:
        book.close()


def report_name(outcome: Outcome, day: date, kind: FileKind) -> str:
    """What the file is called."""
    return f"{outcome.report.file.name or f'{outcome.report.name}-{day:%Y-%m-%d}'}.{kind}"


@dataclass(frozen=True)
class _Told:
    """A report in the words of one language."""

    metadata: Metadata
    outcome: Outcome
    language: str

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines, and the total as the last."""
        whole = self.outcome.whole
        return self.outcome.lines if whole is None else (*self.outcome.lines, whole)

    @cached_property
    def money(self) -> list[bool]:
        """Which measures are told with a currency somewhere."""
        measures = range(len(self.outcome.report.measures))
        return [any(figures[at].currency for line in self.lines for figures in (*line.cells, line.total)) for at in measures]

    def columns(self) -> Iterator[Column]:
        """What stands above: the rows of the report, then its measures for each column."""
        report, first = self.outcome.report, len(self.outcome.report.rows)
        yield from (Column(self._heading(dimension)) for dimension in report.rows)
        for group in [*(self._group(keys, first) for keys in self.outcome.columns), *([self._say("Total")] * self.outcome.across)]:
            for at, measure in enumerate(report.measures):
                label = in_language(measure.label, self.language)
                words = f"{group}: {label}" if group else label
                yield Column(words, _kind(measure), None)
                if self.money[at]:
                    yield Column(f"{words} ({self._say('currency')})")

    def cells(self, line: Line) -> Iterator[Cell]:
        """A line of the file."""
        rows = self.outcome.report.rows
        words = {"rest": "All others", "total": "Total"}.get(line.kind)
        names = [self._key(rows[at], key) for at, key in enumerate(line.keys)] if words is None else [self._say(words)] + [""] * len(rows)
        yield from names[: len(rows)]
        for figures in (*line.cells, *([line.total] if self.outcome.across else [])):
            for at, figure in enumerate(figures):
                yield _cell(figure)
                if self.money[at]:
                    yield figure.currency or None

    def _say(self, words: str) -> str:
        return Message(words).render(self.language)

    def _heading(self, dimension: Dimension) -> str:
        entity, name = self._end(dimension)
        return in_language(dimension.label, self.language) or heading(entity, name, entity.fields.get(name), self.language)

    def _end(self, dimension: Dimension) -> tuple[Entity, str]:
        return end_of(self.metadata, self.metadata.entities[self.outcome.report.entity], dimension.path)

    def _group(self, keys: Keys, first: int) -> str:
        return " · ".join(self._key(self.outcome.report.dimensions[first + at], key) for at, key in enumerate(keys))

    def _key(self, dimension: Dimension, value: Value) -> str:
        """A value that a line or a column stands for."""
        if value is None:
            return in_language(dimension.empty, self.language) or self._say("None")
        if isinstance(value, date):
            return period(value, dimension.step)
        if isinstance(value, bool):
            return self._say("Yes" if value else "No")
        if dimension.formula.type.kind is Kind.REF and isinstance(value, int):
            return self.outcome.titles.get((str(dimension.formula.type.entity), value)) or self._say("not visible to you")
        return self._word(dimension, str(value))

    def _word(self, dimension: Dimension, code: str) -> str:
        """What a choice or a state is called; any other text is as it is."""
        entity, name = self._end(dimension)
        if name in entity.fields:
            return choice_words(entity.fields[name], self.language).get(code, code)
        states = entity.lifecycle.states if entity.lifecycle is not None else {}
        return in_language(states[code].label, self.language) if code in states else code


def period(value: date, step: str) -> str:
    """A period by its first day, so written that files sorted as text stand in order."""
    if step == "year":
        return str(value.year)
    if step == "quarter":
        return f"{value.year}-Q{(value.month + 2) // 3}"
    return f"{value:%Y-%m}" if step == "month" else value.isoformat()


def _kind(measure: Measure) -> Literal["text", "number", "percent", "date"]:
    if measure.kind == "percent" or measure.share or measure.change:
        return "percent"
    return "text" if measure.kind == "" else "date" if measure.kind == "date" else "number"


def _cell(figure: Figure) -> Cell:
    value = figure.value
    if isinstance(value, timedelta):
        return Decimal(value // timedelta(seconds=1)) / (HOUR // timedelta(seconds=1))
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, (bool, date, Decimal)):
        return value
    return str(value)
