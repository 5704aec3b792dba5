"""A file that was read: its sheets, row by row, and what no sheet may be like, whatever kind of file it came in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from engine.errors import Invalid, Message, Problem
from engine.frozen import frozen

from .cells import Cell

MOST_ROWS = 1_000_000
"""Rows of one sheet that are read."""
MOST_COLUMNS = 500
MOST_LETTERS = 100_000
"""Characters of one cell."""

Cells = Sequence[Cell]


@frozen(slots=False)
class Sheet:
    """One sheet: its headings and, each time `rows` is called, its rows with their numbers as a spreadsheet shows them.

    Rows are as wide as the headings; blank ones are left out.
    """

    name: str
    headings: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[int, Cells]]]


class Book(Protocol):
    """An open file."""

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets that hold anything."""

    @property
    def described(self) -> str:
        """What it was found to be: `XLSX`, `CSV, GB18030`."""

    def close(self) -> None:
        """Let go of the file."""


def unreadable(code: str, message: Message) -> Invalid:
    """The refusal of a file."""
    return Invalid([Problem("file", code, message)])


def too_wide() -> Invalid:
    """The refusal of a sheet with more columns than are read."""
    return unreadable("too_wide", Message("At most {count} columns are possible.", {"count": MOST_COLUMNS}))


def headings_of(row: list[str], sheet: str) -> tuple[str, ...]:
    """The first row of a sheet as headings. Raises Invalid where there are none, or two are alike."""
    headings = [" ".join(text.split()) for text in row]
    while headings and not headings[-1]:
        headings.pop()
    if not any(headings):
        raise unreadable("no_headings", Message("The first row of {sheet} must hold the headings; it is blank.", {"sheet": sheet}))
    if len(headings) > MOST_COLUMNS:
        raise too_wide()
    seen: set[str] = set()
    for heading in filter(None, headings):
        if heading.lower() in seen:
            words = Message(
                "The heading {heading} stands twice in {sheet}. Please rename one of them.", {"heading": heading, "sheet": sheet}
            )
            raise unreadable("heading_twice", words)
        seen.add(heading.lower())
    return tuple(headings)


def fitted(cells: list[Cell], width: int, sheet: str, number: int) -> Cells | None:
    """A row as wide as the headings; None for a blank one. Raises Invalid for a value outside all columns."""
    count = len(cells)
    if cells.count(None) == count:
        return None
    if count == width:
        return cells
    if count > width and cells[width:].count(None) < count - width:
        words = "Row {row} of {sheet} has more cells than the first row, which must hold the headings and nothing above them."
        raise unreadable("ragged", Message(words, {"row": number, "sheet": sheet}))
    return cells[:width] + [None] * (width - count)


def refuse_long(cells: Iterable[Cell], sheet: str, number: int) -> None:
    """Raises Invalid for a text that is longer than a cell may be."""
    for cell in cells:
        if isinstance(cell, str) and len(cell) > MOST_LETTERS:
            raise unreadable("too_long", Message("A cell in row {row} of {sheet} is too long.", {"row": number, "sheet": sheet}))


def refuse_more(number: int, sheet: str) -> None:
    """Raises Invalid for a row beyond the last that is read."""
    if number > MOST_ROWS + 1:
        raise unreadable(
            "too_many", Message("{sheet} has more than {count} rows. Please split the file.", {"sheet": sheet, "count": MOST_ROWS})
        )
