"""The lines of a file: their cells by path, the lines of their tables, and what became of them so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine import storage
from engine.errors import Message
from engine.records import Record, Wish
from engine.sheets import Cell
from engine.unit_of_work import View

from .meanings import OWNER, Meaning
from .model import Import
from .typed import text

Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one cell: its line, its path, the words, what stood there and what may have been meant."""

    line: int
    path: str
    message: Message
    value: str = ""
    suggest: str = ""


@dataclass
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


def lines_of(meanings: Sequence[Meaning], rows: Sequence[Mapping[str, Any]], children: Iterable[Mapping[str, Any]]) -> list[Line]:
    """Staged rows as lines, each with the rows of its tables."""
    lines = [Line(row["id"], row["line"], {}) for row in rows]
    by_key = {row["key"]: line for row, line in zip(rows, lines, strict=True) if row["key"] is not None}
    for row, line in zip(rows, lines, strict=True):
        cells = _cells(meanings[0], row["cells"])
        line.cells = {path: cell for path, cell in cells.items() if "." not in path}
        _add_rows(line, row, cells)
    for row in children:
        owner = by_key[row["key"]]
        meaning = meanings[row["part"]] if row["part"] < len(meanings) else meanings[0]
        _add_rows(owner, row, _cells(meaning, row["cells"]))
    return lines


def _add_rows(owner: Line, row: Mapping[str, Any], cells: Cells) -> None:
    tables: dict[str, dict[str, Cell]] = {}
    for path, cell in cells.items():
        table, dot, name = path.partition(".")
        if dot:
            tables.setdefault(table, {})[name] = cell
    for table, found in tables.items():
        owner.rows.setdefault(table, [])
        if any(cell is not None for cell in found.values()):
            owner.rows[table].append(Line(row["id"], row["line"], found))


def _cells(meaning: Meaning, stored: Sequence[object]) -> dict[str, Cell]:
    return {path: cell_of(kept) for path, kept in zip(meaning.paths, stored, strict=False) if path and path != OWNER}


def stored_cell(cell: Cell) -> object:
    """A cell as JSON."""
    if isinstance(cell, Decimal):
        return {"n": format(cell, "f")}
    if isinstance(cell, datetime):
        return {"t": cell.isoformat()}
    return {"d": cell.isoformat()} if isinstance(cell, date) else cell


def cell_of(kept: Any) -> Cell:
    """A cell from JSON."""
    if not isinstance(kept, dict):
        return kept  # type: ignore[no-any-return]
    if "n" in kept:
        return Decimal(kept["n"])
    return datetime.fromisoformat(kept["t"]) if "t" in kept else date.fromisoformat(kept["d"])


def sample(view: View, doing: Import, rows: int = 3) -> dict[tuple[int, int], str]:
    """What stands in the first rows of a file, by the number of the sheet and of the column."""
    first = storage.first_staged(view.connection, doing.id, rows, len(doing.headings))
    found: dict[tuple[int, int], list[str]] = {}
    for row in first:
        for at, kept in enumerate(row["cells"]):
            if (words := text(cell_of(kept))) and len(doing.headings) > row["part"]:
                found.setdefault((row["part"], at), []).append(words[:40])
    return {place: " · ".join(dict.fromkeys(words)) for place, words in found.items()}
