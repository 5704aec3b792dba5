"""Working through an import: batch by batch, each in a unit of work of its own that also writes what became of its rows.

A batch with a row that fails is given up and done again without it. A rehearsal does everything, effects included, and then gives
it up too; so what it promises is what will happen, as long as nobody changes the data in between.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from engine import storage
from engine.access import Actor
from engine.errors import Invalid, Message, ObjectloomError
from engine.garbage import uncollected
from engine.records import save_many
from engine.storage import DONE, FAILED, GOOD, SAME, WAITING, Fate, Piece
from engine.unit_of_work import Cause, Ground, UnitOfWork, look, run

from .inputs import Inputs
from .intake import Intake
from .kept import Safe
from .lines import RecordLine, Wrong, lines_of
from .meanings import check
from .model import WORKING, Import, load_import
from .references import References
from .suggesting import Suggestions

FIRST, LEAST, MOST = 50, 20, 500
"""Records in a batch: at first, and between which bounds it adapts."""
AIM = 0.15
"""Seconds that a batch should take, so that nobody waits for its locks."""
EVERYTHING = 1_000_000
NOTHING = Message("Nothing was imported, because not all rows could be.")


class _Again(Exception):
    """Ends a unit of work in which rows failed: the others are done without them."""


class _Outdated(Exception):
    """Ends the work on an import whose columns mean something that the definition has no more."""

    def __init__(self, found: Invalid) -> None:
        words = "The application has changed meanwhile: {problem} Please say again what the columns mean."
        self.message = Message(words, {"problem": found.problems[0].message})


class _Rehearsed(Exception):
    """Ends a rehearsal."""


@dataclass
class _Batch:
    """What is known of the lines of a batch, by their numbers: what is wrong with some, and what became of the others."""

    rehearsed: bool
    pieces: Sequence[Piece] = ()
    wrong: dict[int, Sequence[Wrong]] = field(default_factory=dict)
    good: dict[int, Fate] = field(default_factory=dict)
    tried: list[RecordLine] = field(default_factory=list)
    refused: Message | None = None
    count: int = 0


@dataclass
class Course:
    """One worker on one import."""

    ground: Ground
    actor: Callable[[], Actor]
    number: int
    references: References = field(default_factory=References)
    suggestions: Suggestions = field(default_factory=Suggestions)
    size: int = FIRST

    def step(self) -> bool:
        """Do the next batch; False at the end, or when it was cancelled."""
        with look(self.ground, self.actor()) as view:
            doing = load_import(view, self.number, counted=False)
        if doing.state not in WORKING:
            return False
        try:
            return self._whole(doing) if doing.options.whole else self._next(doing)
        except _Outdated as outdated:
            self._end(doing, outdated.message.render(self.actor().language))
            return False

    def _next(self, doing: Import) -> bool:
        """The next rows, as many as fit into the time of a batch."""
        began = time.perf_counter()
        with uncollected():
            count = self._batch(doing, self.size).count  # the batch itself is gone before anything is looked through
        if count == 0:
            self._end(doing)
            return False
        spent = max(time.perf_counter() - began, 0.001)
        self.size = max(LEAST, min(MOST, int(count * min(2.0, AIM / spent)) + 1))
        return True

    def _whole(self, doing: Import) -> bool:
        """All rows in one unit of work, or none."""
        batch, error = self._batch(doing, EVERYTHING), ""
        if not batch.rehearsed and (batch.wrong or batch.refused):
            error = (batch.refused or NOTHING).render(self.actor().language)
        self._end(doing, error)
        return False

    def _batch(self, doing: Import, size: int) -> _Batch:
        """One batch; where something fails that belongs to no single row, smaller ones, until it does."""
        batch = _Batch(rehearsed=doing.state == "checking")
        while True:
            try:
                run(self.ground, self.actor(), lambda uow: self._attempt(uow, batch, size))
            except _Again:
                if batch.rehearsed or not doing.options.whole:
                    continue
                self._write(doing, batch)
            except _Rehearsed:
                self._write(doing, batch)
            except ObjectloomError as refused:
                if doing.options.whole:
                    batch.refused = refused.message
                elif len(batch.tried) > 1:
                    return self._batch(doing, max(1, batch.count // 2))
                else:
                    batch.wrong |= {line.line: _wrong(line, refused) for line in batch.tried}
                batch.good = {}
                self._write(doing, batch)
            return batch

    def _attempt(self, uow: UnitOfWork, batch: _Batch, size: int) -> None:
        doing = load_import(uow, self.number, counted=False, lock=True)
        try:
            check(doing.entity, doing.meanings, doing.options.key)
        except Invalid as invalid:
            raise _Outdated(invalid) from invalid
        batch.pieces = storage.staged_pieces(uow.connection, self.number, WAITING, size) if doing.state in WORKING else ()
        batch.good, batch.tried = {}, []
        uow.cause = Cause("import", str(self.number))
        taken = self._lines(uow, doing, list(_first(batch.pieces, size)))
        batch.count = len(taken)
        lines = [line for line in taken if line.line not in batch.wrong]
        Intake(uow, doing, Inputs(uow, doing, self.references)).wishes(lines)
        batch.wrong |= {line.line: line.wrong for line in lines if line.wrong}
        self._save(uow, doing, batch, [line for line in lines if not line.wrong])
        if batch.rehearsed:
            uow.drain()
            for close in uow.ground.closing:
                close(uow)
            raise _Rehearsed
        if doing.options.whole and batch.wrong:
            raise _Again
        self._mark(uow, doing, batch)

    def _lines(self, uow: UnitOfWork, doing: Import, pieces: Sequence[Piece]) -> list[RecordLine]:
        keys = [piece.key for piece in pieces if piece.key is not None]
        tabled = any(meaning.table or any("." in path for path in meaning.paths) for meaning in doing.meanings)
        children = storage.staged_children(uow.connection, self.number, keys, uow.tables.dialect) if tabled else []
        return lines_of(doing, pieces, children, Safe(uow.cipher, self.number))

    def _save(self, uow: UnitOfWork, doing: Import, batch: _Batch, lines: Sequence[RecordLine]) -> None:
        """Raises _Again when a row failed."""
        same = {line.line: Fate(SAME) for line in lines if line.record is not None and not line.values}
        batch.good, batch.tried = same, [line for line in lines if line.line not in same]
        results = save_many(uow, doing.entity.name, [line.wish for line in batch.tried], self.ground.traffic.give_way)
        made = Fate(GOOD if batch.rehearsed else DONE)
        failed = False
        for line, result in zip(batch.tried, results, strict=False):
            if isinstance(result, ObjectloomError):
                batch.wrong[line.line] = _wrong(line, result)
                failed = True
            else:
                batch.good[line.line] = made
        if failed:
            raise _Again

    def _mark(self, uow: UnitOfWork, doing: Import, batch: _Batch) -> None:
        failed = {number: Fate(FAILED, self.suggestions.told(uow, doing, wrong)) for number, wrong in batch.wrong.items()}
        storage.mark_staged(uow.connection, self.number, batch.pieces, failed | batch.good)

    def _write(self, doing: Import, batch: _Batch) -> None:
        run(self.ground, self.actor(), lambda uow: self._mark(uow, doing, batch))

    def _end(self, doing: Import, error: str = "") -> None:
        state = "checked" if doing.state == "checking" or error else "done"
        with self.ground.database.write() as connection:
            now = storage.import_of(connection, self.number, lock=True)
            if now is not None and now["state"] in WORKING:
                ended = {"state": state, "error": error or None, "ended_at": self.ground.clock.now()}
                storage.change_import(connection, self.number, ended)


def _first(pieces: Iterable[Piece], size: int) -> Iterator[Piece]:
    """As many lines of pieces as a batch holds; the others of the last piece go on waiting."""
    for piece in pieces:
        if size > 0:
            yield piece if piece.size <= size else piece._replace(lines=piece.lines[:size])
        size -= piece.size


def _wrong(line: RecordLine, error: ObjectloomError) -> list[Wrong]:
    """What went wrong with a record, at the lines and columns of the file."""
    if not isinstance(error, Invalid):
        return [Wrong(line.line, "", error.message)]
    found = []
    for problem in error.problems:
        owner, path = line.place(problem.path)
        found.append(Wrong(owner.line, path, problem.message, owner.shown(path)))
    return found
