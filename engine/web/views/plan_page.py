"""What applying the folder would do to the database now."""

from __future__ import annotations

from engine.frozen import frozen

from .plain_pages import IssueLine


@frozen
class PlanLine:
    """A step of the plan: its kind, what it says, what it touches, and in smaller letters what explains it."""

    kind: str
    words: str
    details: tuple[str, ...] = ()
    faint: tuple[str, ...] = ()
    blocked: bool = False


@frozen
class PlanPage:
    """The plan in one sentence and line by line, or the mistakes that stand in its way; `more` counts what is not shown."""

    words: str
    blocked: bool = False
    lines: tuple[PlanLine, ...] = ()
    issues: tuple[IssueLine, ...] = ()
    more: int = 0
