"""A file is read to its end and its rows are staged; nothing of a file that cannot be read completely is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from itertools import islice
from pathlib import Path

from engine import storage
from engine.access import row_rule
from engine.errors import Forbidden, Invalid, Message, Problem
from engine.metadata import Entity
from engine.sheets import Book, Cell, Sheet, open_book
from engine.storage import Staged
from engine.unit_of_work import UnitOfWork, View

from .lines import stored_cell
from .meanings import Meaning, guess
from .model import Options, made
from .typed import Habits, habits_in, text

ROWS = 2000
"""How many rows are staged at once."""
KEPT = timedelta(days=30)
REMEMBERED = 50
LOOKED_AT = 2000
"""How many rows are looked at to guess how days and numbers are written."""


def may_import(view: View, entity: Entity) -> bool:
    """Whether the actor may make or change any record of an entity."""
    return not (row_rule(entity, "create", view.actor).nothing and row_rule(entity, "update", view.actor).nothing)


def stage(uow: UnitOfWork, entity: Entity, path: Path, file: str) -> int:
    """Stage the file at `path`, called `file`; the number of the import. Raises Forbidden, Invalid for a file that cannot be read.

    What its columns mean is taken from the person's last import with the same headings, else guessed.
    """
    if not may_import(uow, entity):
        raise Forbidden(Message("You may not import {entity}.", {"entity": entity.plural}))
    book = open_book(path)
    try:
        return _staged(uow, entity, book, file)
    finally:
        book.close()


def _staged(uow: UnitOfWork, entity: Entity, book: Book, file: str) -> int:
    entity_id = uow.metadata.identity.number(f"entity:{entity.name}")
    assert entity_id is not None
    headings = [[sheet.name, list(sheet.headings)] for sheet in book.sheets]
    meanings, options = _meant(uow, entity, entity_id, book)
    storage.forget_imports(uow.connection, uow.now - KEPT)
    number = storage.add_import(
        uow.connection,
        {
            "entity_id": entity_id,
            "owner": uow.actor.id,
            "at": uow.now,
            "file": file[:200],
            "described": book.described,
            "state": "staged",
            "headings": headings,
            "meanings": [asdict(each) for each in meanings],
            "options": asdict(options),
        },
    )
    for part, (sheet, meaning) in enumerate(zip(book.sheets, meanings, strict=True)):
        if part == 0 or meaning.used:
            rows = _rows(part, sheet, meaning.paths, flat=len(meanings) == 1)
            while chunk := list(islice(rows, ROWS)):
                storage.put_staged(uow.connection, number, chunk)
    _refuse_lost(uow, number, [name for name, _ in headings])  # type: ignore[misc]
    return number


def _meant(uow: UnitOfWork, entity: Entity, entity_id: int, book: Book) -> tuple[Sequence[Meaning], Options]:
    sheets = [(sheet.name, sheet.headings) for sheet in book.sheets]
    for row in storage.imports_by(uow.connection, uow.actor.id, entity_id, REMEMBERED):
        before = made(row, entity, {})
        if [tuple(each) for _, each in before.headings] == [headings for _, headings in sheets]:
            return before.meanings, before.options
    meanings = guess(entity, sheets, uow.metadata.languages)
    days, decimals = habits_in(_texts(book, meanings, entity))
    return meanings, Options(key=_key(entity, meanings[0]), habits=Habits(days or "ymd", decimals or "point"))


def _key(entity: Entity, main: Meaning) -> tuple[str, ...]:
    """By what records are found where nobody has said it yet: the number, else a unique text of the file."""
    unique = [field.name for field in entity.columns if field.unique or (field.name == "number" and entity.number)]
    found = [name for name in unique if name in main.paths]
    return ("number",) if "number" in found else tuple(found[:1])


def _texts(book: Book, meanings: Sequence[Meaning], entity: Entity) -> list[str]:
    """The texts in columns of days and numbers, as far as it is looked."""
    found = []
    for sheet, meaning in zip(book.sheets, meanings, strict=True):
        wanted = [at for at, path in enumerate(meaning.paths) if _habitual(entity, path)]
        for _, cells in islice(sheet.rows(), LOOKED_AT):
            found += [cell for at in wanted if isinstance(cell := cells[at], str)]
    return found


def _habitual(entity: Entity, path: str) -> bool:
    table, _, name = path.rpartition(".")
    owner = entity.fields[table].table if table in entity.fields else entity
    field = owner.fields.get(name) if owner is not None else None
    return field is not None and field.kind in ("date", "datetime", "decimal", "money", "integer", "percent")


def _rows(part: int, sheet: Sheet, paths: Sequence[str], *, flat: bool) -> Iterator[Staged]:
    """The rows of a sheet. In a file with one sheet, lines whose own cells are all blank are rows of the record above them."""
    mine = [at for at, path in enumerate(paths) if "." not in path and (path or ":" not in sheet.headings[at])]
    owner: str | None = None
    for line, cells in sheet.rows():
        kept = [stored_cell(cell) for cell in cells]
        below = flat and owner is not None and len(mine) < len(cells) and all(cells[at] is None for at in mine)
        if part > 0:
            yield Staged(part, line, _join(cells[0]), kept)
        elif below:
            yield Staged(1, line, owner, kept)
        else:
            owner = f"line {line}" if flat else _join(cells[0])
            yield Staged(0, line, owner, kept)


def _join(cell: Cell) -> str | None:
    return text(cell).strip() or None


def _refuse_lost(uow: UnitOfWork, number: int, names: Sequence[str]) -> None:
    """Raises Invalid for a row of a table whose record is not in the file, and for two records that one row would belong to."""
    lost = storage.orphaned(uow.connection, number)
    if lost is not None:
        words = Message("Line {line} of {sheet} belongs to no record of the first sheet.", {"line": lost[1], "sheet": names[lost[0]]})
        raise Invalid([Problem("file", "orphan", words)])
    twice = storage.repeated(uow.connection, number) if len(names) > 1 else None
    if twice is not None:
        words = Message("{value} stands twice in the first column of {sheet}.", {"value": twice[0], "sheet": names[0]})
        raise Invalid([Problem("file", "key_twice", words)])
