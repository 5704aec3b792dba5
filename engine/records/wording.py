"""Words that a definition fills from a record, as the acting person may know them: what is closed to them shows as a mask."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from engine.access import Sight, granting, holding, sight_of, with_rows
from engine.errors import Message
from engine.formula import Formula, Kind, Path, Root, Wording, trace
from engine.metadata import Entity

from .child_rows import sight_of_row
from .draft import ChildRow, Draft, Line, Row, part_of
from .explain import Eyes, Values
from .frame import RecordFrame
from .present import sight_on
from .titles import titles

Seen = Callable[[], Sight | None]
"""What the acting person sees of the record or row that words are about, found out once words tell something of it."""


def filled(wording: Wording, row: Row, frame: RecordFrame, seen: Seen, typed: Collection[str] = ()) -> Message:
    """The words about a row, in which a value that the acting person may not know is masked; what they `typed` they know."""
    if not _tell(wording.formulas, frame):
        return wording.message(row, frame)
    return wording.message(row, frame, Teller(frame, row, seen(), typed).knows)


def may_know(formulas: Sequence[Formula], row: Row, frame: RecordFrame, seen: Seen) -> bool:
    """Whether the acting person may know what all of these formulas give for a row."""
    if not _tell(formulas, frame):
        return True
    teller = Teller(frame, row, seen())
    return all(teller.knows(formula) for formula in formulas)


def seen_of_record(frame: RecordFrame, entity: Entity, row: Row) -> Seen:
    """What is seen of a record, or of a row with its document, as it lies in the database."""
    view = frame.view
    if not isinstance(row, ChildRow):
        return lambda: sight_on(view, entity, row)
    document = view.metadata.entities[str(entity.document)]

    def of_row() -> Sight | None:
        sight = sight_on(view, document, dict(row.document))
        return None if sight is None else sight_of_row(view, document.fields[entity.table_name], row, sight)

    return of_row


def seen_of_line(frame: RecordFrame, draft: Draft, line: Line) -> Seen:
    """What is seen of a row of a draft: of a record that is there as it was, so that nobody shows it to themselves by what they type.

    Of a record that is being made, what rules that hold for it show, or else what none hides; who reads none knows only what they typed.
    """

    def of_line() -> Sight | None:
        sight = _of_new(frame, draft) if draft.old is None else sight_on(frame.view, draft.entity, draft.old)
        if sight is None or not line.inner:
            return sight
        below, part = sight.below(line.entity.table_name), part_of(line.row)
        return None if part.unseen or line.entity.table_name in sight.hidden else Sight(below.hidden | part.closed, below.masked)

    return of_line


def _of_new(frame: RecordFrame, draft: Draft) -> Sight | None:
    actor = frame.view.actor
    rules = granting(draft.entity, "read", actor)
    if not rules:
        return None
    held = holding(rules, draft.new, RecordFrame(frame.view))
    closed = frozenset[str]().union(*(each.rule.hide | each.rule.mask.keys() for each in rules))
    return with_rows(draft.entity, actor, sight_of(held) if held else Sight(closed))


class Teller(Eyes):
    """What the acting person may know of what words about a row say."""

    def __init__(self, frame: RecordFrame, row: Row, seen: Sight | None, typed: Collection[str] = ()) -> None:
        super().__init__(frame)
        self._row = row
        self._seen = seen
        self._typed = typed

    def knows(self, formula: Formula) -> bool:
        """Whether the value of a hole may be known; of a link, what it leads to too."""
        step = trace(formula, self._row, self._frame, self)
        if not step.known or formula.type.kind is not Kind.REF or not isinstance(step.value, int):
            return step.known
        return titles(self._view, str(formula.type.entity), [step.value])[step.value] is not None

    def reads(self, path: Path, row: Values | None) -> bool:
        """What an action asked for is known to who answered."""
        return path.root is Root.EXTRA or super().reads(path, row)

    def _opens(self, entity: Entity, row: Values, name: str) -> bool:
        if row is not self._row:
            return super()._opens(entity, row, name)
        return name in self._typed or (self._seen is not None and self._seen.readable(name))


def _tell(formulas: Sequence[Formula], frame: RecordFrame) -> bool:
    """Whether something that formulas give may be closed to the acting person."""
    actor = frame.view.actor
    return not (actor.trusted or actor.administrator) and any(formula.references for formula in formulas)
