"""Making one record of two: first the other record is chosen, then the values."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Choice


@frozen
class MergeField:
    """A field that holds something else in the record that goes, and may be taken over."""

    name: str
    label: str
    kept: str
    gone: str
    rows: bool = False


@frozen
class MergePage:
    """Everything on the page: candidates to choose from, or, once one is chosen (`other`), what would happen.

    `hidden` are candidates that the reader may not see; `undo` says that the last merge can be undone; `problem` why this
    one cannot be made, `proof` what somebody shows again who they are with to take over what asks for it.
    """

    title: str
    back: str
    candidates: tuple[Choice, ...] = ()
    hidden: int = 0
    search: str = ""
    other: str = ""
    other_id: str = ""
    other_href: str = ""
    fields: tuple[MergeField, ...] = ()
    referring: tuple[Choice, ...] = ()
    undo: bool = False
    problem: str = ""
    proof: str = ""
