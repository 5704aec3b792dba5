"""A report as sheets of paper: its parameters, then the table with numbers as they are read, its head on every page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from typing import BinaryIO
from unicodedata import east_asian_width

from babel import Locale

from engine.errors import Message, Refusal, in_language
from engine.frozen import frozen
from engine.metadata import Field, Value
from engine.prints import pdf_of
from engine.records import titles
from engine.reports import Figure, Line, Outcome, amount_of, number_words
from engine.unit_of_work import View

from .cells import choice_words
from .report_words import Told

MOST = 12_000
"""How many figures a sheet may hold: more nobody reads on paper, and setting them takes too long."""
PORTRAIT, LANDSCAPE = 88, 138
"""How many letters stand beside each other on a sheet."""
GAP = 3
"""What stands between two columns, in letters."""


def may_be_set() -> bool:
    """Whether what sets sheets is installed (the extra `pdf`)."""
    return find_spec("typst") is not None


def fits_sheets(outcome: Outcome) -> bool:
    """Whether a report is short enough for paper."""
    figures = (len(outcome.columns) + outcome.across) * len(outcome.report.measures)
    return len(outcome.lines) * (len(outcome.report.rows) + figures) <= MOST


def write_sheet(view: View, told: Told, stream: BinaryIO) -> None:
    """Write a report as a PDF into `stream`. Raises Refusal for one that is too long."""
    if not fits_sheets(told.outcome):
        raise Refusal(Message("This report is too long for sheets of paper. Please take it as a spreadsheet, or choose fewer lines."))
    stream.write(pdf_of(sheet_of(view, told), "", told.outcome.at))


def sheet_of(view: View, told: Told) -> Mapping[str, object]:
    """The words of the sheets: its name, what was given for its parameters, and the table."""
    outcome, language = told.outcome, told.language
    tables, landscape = _tables(told)
    given = [[in_language(field.label, language), words] for field, words in _given(view, told)]
    return {
        "language": language,
        "paper": "A4",
        "landscape": landscape,
        "title": in_language(outcome.report.label, language),
        "header": Message(view.metadata.label).render(language),
        "footer": "",
        "at": outcome.at.astimezone(view.zone).strftime("%Y-%m-%d %H:%M"),
        "blocks": [
            *([{"kind": "text", "text": in_language(outcome.report.help, language)}] if outcome.report.help else []),
            *([{"kind": "fields", "rows": given}] if given else []),
            *({"kind": "text", "text": words} for words in told.sealed),
            *tables,
        ],
    }


def _given(view: View, told: Told) -> Iterator[tuple[Field, str]]:
    """The parameters, and what was given for them in words."""
    for field in told.outcome.report.parameters.values():
        value = told.outcome.given.get(field.name)
        yield field, "" if value is None else _value_words(view, told, field, value)


def _value_words(view: View, told: Told, field: Field, value: Value) -> str:
    if field.link is not None and isinstance(value, int):
        return titles(view, field.link.entity, [value]).get(value) or told.say("not visible to you")
    if isinstance(value, bool):
        return told.say("Yes" if value else "No")
    if isinstance(value, Decimal):
        return f"{(value * 100).normalize():f} %" if field.kind == "percent" else f"{value:f}"
    return choice_words(field, told.language).get(str(value), str(value)) if field.kind == "choice" else str(value)


@frozen(slots=False)
class Strip:
    """Columns that belong together: the words over them (blank: none), their headings, and their texts line by line."""

    group: str
    heads: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    right: bool = True

    @property
    def width(self) -> int:
        """How much room it takes, in letters."""
        columns = [(head, *(line[at] for line in self.cells)) for at, head in enumerate(self.heads)]
        return max(sum(GAP + max(map(_letters, column)) for column in columns), _letters(self.group) + GAP)


def _letters(text: str) -> int:
    """How wide a text is; a Chinese sign is as wide as two letters."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _tables(told: Told) -> tuple[list[Mapping[str, object]], bool]:
    """The table, or several below each other where it is wider than a sheet; and whether the sheet lies on its side."""
    names = Strip("", told.headings, tuple(tuple(told.names(line)) for line in told.lines), right=False)
    strips = list(_strips(told))
    landscape = names.width + sum(strip.width for strip in strips) > PORTRAIT
    room = (LANDSCAPE if landscape else PORTRAIT) - min(names.width, LANDSCAPE // 3)
    parts: list[list[Strip]] = [[]]
    for strip in strips:
        if parts[-1] and sum(each.width for each in (*parts[-1], strip)) > room:
            parts.append([])
        parts[-1].append(strip)
    return [_table(told, names, part) for part in parts], landscape


def _strips(told: Told) -> Iterator[Strip]:
    """The measures of each column of the report."""
    outcome, locale = told.outcome, Locale.parse("zh_Hans_CN" if told.language == "zh" else told.language)
    lines = [list(told.figures(line)) for line in told.lines]
    heads = tuple(told.label(measure) for measure in outcome.report.measures)
    for at, group in enumerate(told.groups):
        yield Strip(group, heads, tuple(tuple(_words(told, line[at], locale)) for line in lines))


def _words(told: Told, figures: Sequence[Figure], locale: Locale) -> Iterator[str]:
    for measure, figure in zip(told.outcome.report.measures, figures, strict=True):
        value = figure.value
        if isinstance(value, timedelta):
            value = amount_of(measure, value)
        if isinstance(value, bool):
            yield told.say("Yes" if value else "No")
        elif isinstance(value, Decimal):
            yield number_words(measure, value, figure.currency, locale)
        elif isinstance(value, datetime):
            yield value.strftime("%Y-%m-%d %H:%M")
        else:
            yield value.isoformat() if isinstance(value, date) else "" if value is None else str(value)


def _table(told: Told, names: Strip, strips: Sequence[Strip]) -> Mapping[str, object]:
    """The block of the sheet: its heads in one line, or in two where each column of the report has several measures."""
    grouped = any(strip.group for strip in strips)
    two = grouped and any(len(strip.heads) > 1 for strip in strips)
    one = tuple(strip.group for strip in strips) if grouped else tuple(head for strip in strips for head in strip.heads)
    measures = tuple(head for strip in strips for head in strip.heads) if two else one
    rows = [[*names.cells[at], *(text for strip in strips for text in strip.cells[at])] for at in range(len(told.lines))]
    whole: Line | None = told.outcome.whole
    return {
        "kind": "table",
        "label": "",
        "spreads": [[strip.group, len(strip.heads)] for strip in strips] if two else [],
        "heads": [*names.heads, *measures],
        "right": [False] * len(names.heads) + [True] * len(measures),
        "rows": rows if whole is None else rows[:-1],
        "total": [] if whole is None else rows[-1],
    }
