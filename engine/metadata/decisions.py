"""Decisions, compiled: rows of conditions with what comes out of each. DECIDE in a formula is replaced by them when it is compiled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from engine.errors import Text
from engine.formula import Formula, Frame, Row
from engine.frozen import frozen

from .links import Given
from .people import Who

Hit = Literal["first", "unique", "all"]


@frozen(slots=False, eq=False)
class DecisionRow:
    """One row: what comes out (a value, or people) where `when` holds; the last, without one, is what happens otherwise."""

    when: Formula | None
    value: Given | None = None
    who: tuple[Who, ...] = ()

    def holds(self, row: Row, frame: Frame) -> bool:
        """Whether this row is for a record; null is no."""
        return self.when is None or self.when.holds(row, frame)


@frozen(slots=False, eq=False)
class Decision:
    """A table over the records of `entity`; it gives values, or people."""

    name: str
    label: Text
    entity: str
    rows: tuple[DecisionRow, ...]
    hit: Hit = "first"

    def people(self, row: Row, frame: Frame) -> tuple[Who, ...]:
        """Whom the table names for a record: those of the first row that holds, or of all (`hit: all`)."""
        holding = (each for each in self.rows if each.holds(row, frame))
        return tuple(dict.fromkeys(who for each in self._chosen(holding) for who in each.who))

    def _chosen(self, holding: Iterable[DecisionRow]) -> list[DecisionRow]:
        found = list(holding)
        written = [each for each in found if each.when is not None]
        return (written or found) if self.hit == "all" else found[:1]
