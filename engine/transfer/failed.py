"""The rows of an import that did not become records, as a file like the one they came from, each with its problems.

It can be corrected and imported again: a column that means no field is not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from engine import storage
from engine.errors import Message
from engine.sheets import Cell, Column, CsvBook, Part, XlsxBook
from engine.unit_of_work import View

from .export import Kind
from .kept import Safe, cell_of
from .model import Import

PAGE = 500
PROBLEM = Message("What is wrong")


def failed_file(view: View, doing: Import, kind: Kind, stream: BinaryIO) -> int:
    """Write the rows that failed, with the rows of their tables, into `stream`; how many there were."""
    parts = [Part(name, tuple(Column(heading or "-") for heading in headings)) for name, headings in doing.headings]
    main = Part(parts[0].name, (*parts[0].columns, Column(PROBLEM.render(view.actor.language))))
    tables = [Part(part.name, part.columns[1:]) for part in parts[1:]]
    book = (CsvBook if kind == "csv" else XlsxBook)(stream, main, tables)
    count = 0
    safe = Safe(view.cipher, doing.id)
    for piece, children in _failed(view, doing):
        words = "; ".join(f"{problem['path']}: {problem['words']}".removeprefix(": ") for problem in piece.problems or ())
        rows = [[_cells(child["cells"], safe)[1:] for child in children if child["part"] == number] for number in range(1, len(parts))]
        ((_, cells, below),) = piece.lines
        book.add([*_cells(cells, safe), words], rows)
        for _, inner in below:
            book.add([*_cells(inner, safe), None])
        count += 1
    book.close()
    return count


def _failed(view: View, doing: Import) -> Iterator[tuple[storage.Piece, Sequence[dict[str, Any]]]]:
    """Each line that failed, which lies alone, with the lines of other sheets that belong to it."""
    after = 0
    while pieces := storage.staged_pieces(view.connection, doing.id, storage.FAILED, PAGE, after):
        keys = [piece.key for piece in pieces if piece.key is not None]
        children = storage.staged_children(view.connection, doing.id, keys, view.tables.dialect)
        for piece in pieces:
            yield piece, [child for child in children if child["key"] == piece.key]
        after = pieces[-1].line


def _cells(stored: Sequence[Any], safe: Safe) -> list[Cell]:
    return [cell_of(kept, safe) for kept in stored]
