"""The lines of a file: their cells by path, the lines of their tables, and what became of them so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from engine import storage
from engine.errors import Message
from engine.records import Record, Wish
from engine.sheets import Cell
from engine.unit_of_work import View

from .kept import Safe, cell_of
from .meanings import OWNER, Meaning
from .model import Import
from .typed import text

Cells = Mapping[str, Cell]
Columns = Sequence[tuple[int, str]]
"""Where the cells of a row stand in a line, and the names of their fields."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one cell: its line, its path, the words, what stood there and what may have been meant."""

    line: int
    path: str
    message: Message
    value: str = ""
    suggest: str = ""


@dataclass(slots=True)
class Line:
    """A row of the file: its line, the cells that are read by path, and what is wrong with it."""

    id: int
    line: int
    cells: dict[str, Cell]
    rows: dict[str, list[Line]] = field(default_factory=dict)
    record: Record | None = None
    version: int | None = None
    values: dict[str, object] = field(default_factory=dict)
    positions: dict[str, list[Line | None]] = field(default_factory=dict)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def wish(self) -> Wish:
        """What shall be saved."""
        return Wish(None if self.record is None else self.record.id, self.values, self.version)

    def refuse(self, path: str, message: Message, value: str = "", suggest: str = "") -> None:
        """Remember what is wrong."""
        self.wrong.append(Wrong(self.line, path, message, value, suggest))

    def shown(self, path: str) -> str:
        """What stands in the cell of a path."""
        return text(self.cells.get(path.rpartition(".")[2]))

    def place(self, path: str) -> tuple[Line, str]:
        """The line and path that a problem of the record stands at: `lines.2.qty` is in the line of the second row."""
        table, _, rest = path.partition(".")
        number, _, name = rest.partition(".")
        rows = self.positions.get(table, [])
        found = rows[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(rows) else None
        return (self, path) if found is None else (found, f"{table}.{name}")


def lines_of(doing: Import, rows: Sequence[Mapping[str, Any]], children: Iterable[Mapping[str, Any]], safe: Safe) -> list[Line]:
    """Staged rows as lines, each with the rows of its tables."""
    meanings = doing.meanings
    main = _plan(meanings[0])
    lines = [Line(row["id"], row["line"], _cells(main.get("", ()), row["cells"], safe)) for row in rows]
    by_key = {row["key"]: line for row, line in zip(rows, lines, strict=True) if row["key"] is not None}
    for row, line in zip(rows, lines, strict=True):
        _add_rows(main, line, (row["line"], row["cells"]), safe)
        for below in row["below"] or ():
            _add_rows(main, line, below, safe)
    for row in children:
        plan = _plan(meanings[row["part"]]) if row["part"] < len(meanings) else main
        _add_rows(plan, by_key[row["key"]], (row["line"], row["cells"]), safe)
    return lines


@lru_cache(maxsize=64)
def _plan(meaning: Meaning) -> Mapping[str, Columns]:
    """The columns of the record (under a blank name) and of each of its tables."""
    found: dict[str, list[tuple[int, str]]] = {}
    for at, path in enumerate(meaning.paths):
        if path and path != OWNER:
            table, _, name = path.rpartition(".")
            found.setdefault(table, []).append((at, name))
    return found


def _add_rows(plan: Mapping[str, Columns], owner: Line, row: tuple[int, Sequence[object]], safe: Safe) -> None:
    for table, columns in plan.items():
        if table:
            rows = owner.rows.setdefault(table, [])
            cells = _cells(columns, row[1], safe)
            if list(cells.values()).count(None) < len(cells):
                rows.append(Line(owner.id, row[0], cells))


def _cells(columns: Columns, stored: Sequence[Any], safe: Safe) -> dict[str, Cell]:
    width = len(stored)
    return {name: cell_of(kept, safe) if isinstance(kept := stored[at], dict) else kept for at, name in columns if at < width}


def sample(view: View, doing: Import, rows: int = 3) -> dict[tuple[int, int], str]:
    """What stands in the first rows of a file, by the number of the sheet and of the column."""
    first, safe = storage.first_staged(view.connection, doing.id, rows, len(doing.headings)), Safe(view.cipher, doing.id)
    found: dict[tuple[int, int], list[str]] = {}
    for row in first:
        for at, kept in enumerate(row["cells"]):
            if (words := text(cell_of(kept, safe))) and len(doing.headings) > row["part"]:
                found.setdefault((row["part"], at), []).append(words[:40])
    return {place: " · ".join(dict.fromkeys(words)) for place, words in found.items()}
