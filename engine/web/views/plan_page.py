"""What applying the folder would do to the database now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A step of the plan: its kind, what it says, what it touches, and in smaller letters what explains it."""

    kind: str
    words: str
    details: tuple[str, ...] = ()
    faint: tuple[str, ...] = ()
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The plan in one sentence and line by line; `more` counts lines that are not shown, `mistakes` those that stand in its way."""

    words: str
    lines: tuple[PlanLine, ...] = ()
    more: int = 0
    blocked: bool = False
    mistakes: int = 0
