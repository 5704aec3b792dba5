"""A file is read to its end and its rows are staged; nothing of a file that cannot be read completely is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from itertools import islice
from operator import itemgetter
from pathlib import Path

from engine import storage
from engine.access import Actor, row_rule
from engine.errors import Forbidden, Invalid, Message, Problem
from engine.garbage import uncollected
from engine.metadata import Entity
from engine.sheets import Book, Cell, Sheet, open_book
from engine.storage import Staged
from engine.unit_of_work import Ground, UnitOfWork, View, look, run

from .kept import Keeping, Safe, keeping
from .meanings import Meaning, faults, guess
from .model import READING, Options, made
from .typed import Habits, habits_in, text

PIECES = 10
"""How many pieces of a file are staged in one transaction."""
MOST_ROWS = 1000
"""How many rows below a record are staged; no table takes more."""
KEPT = timedelta(days=30)
REMEMBERED = 50
LOOKED_AT = 2000
"""How many rows are looked at to guess how days and numbers are written."""


def may_import(view: View, entity: Entity) -> bool:
    """Whether the actor may make records of an entity; who may only change them does that one by one."""
    return not row_rule(entity, "create", view.actor).nothing


def stage(ground: Ground, actor: Actor, entity_name: str, source: tuple[Path, str]) -> int:
    """Stage a file (where it lies, and what it is called) in short transactions; the number of the import.

    What its columns mean is taken from the person's last import with the same headings, else guessed. Raises Forbidden, and Invalid
    for a file that cannot be read to its end.
    """
    with look(ground, actor) as view:
        entity = view.metadata.entities[entity_name]
        if not may_import(view, entity):
            raise Forbidden(Message("You may not import {entity}.", {"entity": entity.plural}))
    path, file = source
    book = open_book(path)
    try:
        number, meanings = run(ground, actor, lambda uow: _begun(uow, entity_name, book, file))
        try:
            keep = partial(keeping, Safe(ground.cipher, number), sealing=entity.may_be_sealed)
            _fill(ground, actor, number, storage.pieces_of(_parts(book, meanings, keep)))
            run(ground, actor, lambda uow: _finish(uow, number, [sheet.name for sheet in book.sheets]))
        except BaseException:
            run(ground, actor, lambda uow: storage.forget_import(uow.connection, number))
            raise
        return number
    finally:
        book.close()


def _fill(ground: Ground, actor: Actor, number: int, pieces: Iterator[Sequence[Staged]]) -> None:
    while _filled(ground, actor, number, pieces):
        pass


def _filled(ground: Ground, actor: Actor, number: int, pieces: Iterator[Sequence[Staged]]) -> bool:
    """Stage the next lines; False at the end."""
    with uncollected():
        return _put(ground, actor, number, list(islice(pieces, PIECES)))


def _put(ground: Ground, actor: Actor, number: int, some: Sequence[Sequence[Staged]]) -> bool:
    if some:
        run(ground, actor, lambda uow: storage.put_staged(uow.connection, number, some))
    return bool(some)


def _parts(book: Book, meanings: Sequence[Meaning], keep: Callable[[Sequence[str]], Keeping]) -> Iterator[Staged]:
    if len(meanings) == 1:
        yield from _flat(book.sheets[0], meanings[0].paths, keep(meanings[0].paths))
        return
    for part, (sheet, meaning) in enumerate(zip(book.sheets, meanings, strict=True)):
        if part == 0 or meaning.used:
            stored = keep(meaning.paths).stored
            yield from (Staged(part, line, _join(cells[0]), stored(cells)) for line, cells in sheet.rows())


def _begun(uow: UnitOfWork, entity_name: str, book: Book, file: str) -> tuple[int, Sequence[Meaning]]:
    entity = uow.metadata.entities[entity_name]
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
            "state": READING,
            "headings": headings,
            "meanings": [asdict(each) for each in meanings],
            "options": asdict(options),
        },
    )
    return number, meanings


def _finish(uow: UnitOfWork, number: int, names: Sequence[str]) -> None:
    _refuse_lost(uow, number, names)
    storage.change_import(uow.connection, number, {"state": "staged"})


def _meant(uow: UnitOfWork, entity: Entity, entity_id: int, book: Book) -> tuple[Sequence[Meaning], Options]:
    sheets = [(sheet.name, sheet.headings) for sheet in book.sheets]
    for row in storage.imports_by(uow.connection, uow.actor.id, entity_id, REMEMBERED):
        before = made(row, entity, {})
        alike = [tuple(each) for _, each in before.headings] == [headings for _, headings in sheets]
        if alike and not faults(entity, before.meanings, before.options.key):
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


def _flat(sheet: Sheet, paths: Sequence[str], keep: Keeping) -> Iterator[Staged]:
    """The records of a file with one sheet: lines whose own cells are all blank are rows of the record above them.

    Raises Invalid for more of them than a table may have.
    """
    mine = [at for at, path in enumerate(paths) if "." not in path and (path or ":" not in sheet.headings[at])]
    tabled = len(mine) < len(paths)
    own = itemgetter(*mine) if mine else lambda cells: ()
    blank = own([None] * len(paths))
    record: Staged | None = None
    for line, cells in sheet.rows():
        if tabled and record is not None and own(cells) == blank:
            if len(record.below) >= MOST_ROWS:
                words = Message("Line {line}: a record may have at most {count} rows below it.", {"line": line, "count": MOST_ROWS})
                raise Invalid([Problem("file", "too_many", words)])
            record.below.append((line, keep.stored(cells)))
            continue
        if record is not None:
            yield record
        record = Staged(0, line, None, keep.stored(cells))
    if record is not None:
        yield record


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
