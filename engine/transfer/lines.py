"""The lines of a file: their cells by path, the lines of their tables, and what became of them so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from engine import storage
from engine.errors import Message
from engine.frozen import frozen
from engine.records import Record, Wish
from engine.sheets import Cell
from engine.unit_of_work import View

from .kept import Safe, cell_of
from .meanings import OWNER, Meaning
from .model import Import
from .typed import text

Cells = Mapping[str, Cell]
Read = tuple[int, Sequence[Cell]]
"""The number of a line, and its cells."""


@frozen
class Wrong:
    """What is wrong with one cell: its line, its path, the words, what stood there and what may have been meant."""

    line: int
    path: str
    message: Message
    value: str = ""
    suggest: str = ""


@frozen(slots=False, eq=False)
class Columns:
    """Where the cells of a record, or of the rows of a table, stand in a line, by the names of their fields."""

    at: Mapping[str, int]

    @cached_property
    def own(self) -> Callable[[Any], Any]:
        """What takes these cells out of a line."""
        return itemgetter(*self.at.values())

    @cached_property
    def blank(self) -> Any:
        """What it gives where they are blank."""
        return self.own(dict.fromkeys(self.at.values()))

    def rows(self, read: Iterable[Read]) -> Rows:
        """Lines as rows of a table, without those that say nothing of it."""
        own, blank = self.own, self.blank
        return Rows(self, [each for each in read if own(each[1]) != blank])


def _read(stored: Sequence[tuple[int, Sequence[Any]]], safe: Safe) -> Sequence[Read]:
    """Lines with their cells, which mostly are what is kept of them."""
    if dict not in set(map(type, chain.from_iterable([cells for _, cells in stored]))):
        return stored
    return [(line, [cell_of(kept, safe) for kept in cells]) for line, cells in stored]


NOTHING = Columns({})


@dataclass(slots=True)
class Line:
    """A row of the file: its line, where which cell stands, the cells, and what is wrong with it."""

    line: int
    columns: Columns
    stored: Sequence[Cell]
    wrong: tuple[Wrong, ...] = ()

    @property
    def cells(self) -> Cells:
        """The cells by the names of their fields."""
        return {name: self.stored[at] for name, at in self.columns.at.items()}

    def cell(self, name: str) -> Cell:
        """The cell of a field; None too where the file has none."""
        at = self.columns.at.get(name)
        return None if at is None else self.stored[at]

    def refuse(self, path: str, message: Message, value: str = "", suggest: str = "") -> None:
        """Remember what is wrong."""
        self.wrong = (*self.wrong, Wrong(self.line, path, message, value, suggest))

    def shown(self, path: str) -> str:
        """What stands in the cell of a path."""
        return text(self.cell(path.rpartition(".")[2]))


@dataclass(slots=True)
class Rows:
    """Rows of a table of a record with the same columns; each becomes a line of its own only where something is said of it."""

    columns: Columns
    read: Sequence[Read]
    made: list[Line] | None = None

    @property
    def lines(self) -> list[Line]:
        """The rows, the same whenever they are asked for."""
        if self.made is None:
            self.made = [Line(line, self.columns, each) for line, each in self.read]
        return self.made


@dataclass(slots=True)
class RecordLine(Line):
    """A line that speaks of a record: the lines of its tables, the record that it is, and what of it shall be different."""

    rows: dict[str, list[Rows]] = field(default_factory=dict)
    record: Record | None = None
    version: int | None = None
    values: dict[str, object] = field(default_factory=dict)
    positions: dict[str, Sequence[Line | None]] = field(default_factory=dict)

    @property
    def wish(self) -> Wish:
        """What shall be saved."""
        return Wish(None if self.record is None else self.record.id, self.values, self.version)

    def below(self, table: str) -> list[Line]:
        """The lines of a table."""
        return [line for rows in self.rows.get(table, ()) for line in rows.lines]

    def place(self, path: str) -> tuple[Line, str]:
        """The line and path that a problem of the record stands at: `lines.2.qty` is in the line of the second row."""
        table, _, rest = path.partition(".")
        number, _, name = rest.partition(".")
        rows: Sequence[Line | None] = self.positions[table] if table in self.positions else self.below(table)
        found = rows[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(rows) else None
        return (self, path) if found is None else (found, f"{table}.{name}")


def lines_of(doing: Import, pieces: Iterable[storage.Piece], children: Iterable[Mapping[str, Any]], safe: Safe) -> list[RecordLine]:
    """Staged lines of records, each with the rows of its tables."""
    meanings = doing.meanings
    main = _plan(meanings[0])
    own, tables = main.get("", NOTHING), _tables(main)
    lines: list[RecordLine] = []
    by_key: dict[str, RecordLine] = {}
    for piece in pieces:
        for number, cells, below in piece.lines:
            read = _read([(number, cells), *below], safe)
            lines.append(RecordLine(number, own, read[0][1], rows={table: [columns.rows(read)] for table, columns in tables}))
        if piece.key is not None:
            by_key[piece.key] = lines[-1]
    for row in children:
        plan = _plan(meanings[row["part"]]) if row["part"] < len(meanings) else main
        for table, columns in _tables(plan):
            by_key[row["key"]].rows.setdefault(table, []).append(columns.rows(_read([(row["line"], row["cells"])], safe)))
    return lines


def _tables(plan: Mapping[str, Columns]) -> list[tuple[str, Columns]]:
    return [(table, columns) for table, columns in plan.items() if table]


@lru_cache(maxsize=64)
def _plan(meaning: Meaning) -> Mapping[str, Columns]:
    """The columns of the record (under a blank name) and of each of its tables."""
    found: dict[str, dict[str, int]] = {}
    for at, path in enumerate(meaning.paths):
        if path and path != OWNER:
            table, _, name = path.rpartition(".")
            found.setdefault(table, {})[name] = at
    return {table: Columns(at) for table, at in found.items()}


def sample(view: View, doing: Import, rows: int = 3) -> dict[tuple[int, int], str]:
    """What stands in the first rows of a file, by the number of the sheet and of the column."""
    first, safe = storage.first_staged(view.connection, doing.id, rows, len(doing.headings)), Safe(view.cipher, doing.id)
    found: dict[tuple[int, int], list[str]] = {}
    for part, cells in first:
        for at, kept in enumerate(cells):
            if (words := text(cell_of(kept, safe))) and len(doing.headings) > part:
                found.setdefault((part, at), []).append(words[:40])
    return {place: " · ".join(dict.fromkeys(words)) for place, words in found.items()}
