"""The recycle bin."""

from __future__ import annotations

from engine.frozen import frozen


@frozen
class BinLine:
    """A deleted record; `number` names it in the bin."""

    number: int
    title: str
    kind: str
    who: str
    when: str


@frozen
class BinPage:
    """What may be restored, the last deleted first; `next` leads to what was deleted before."""

    lines: tuple[BinLine, ...]
    may_purge: bool = False
    next: str = ""
