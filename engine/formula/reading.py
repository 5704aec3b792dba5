"""How values are read at run time: from the row, from what surrounds it, over links, through collections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from .frame import Frame, Row, Value
from .names import CollectionPath, Path, Root, Via

_EMPTY: Row = {}
Source = Callable[[Frame], Row | None]
SURROUNDINGS: dict[Root, Source] = {
    Root.PARENT: lambda frame: frame.parent,
    Root.OLD: lambda frame: frame.old,
    Root.USER: lambda frame: frame.user,
    Root.CANDIDATE: lambda frame: frame.candidate,
    Root.MESSAGE: lambda frame: frame.message,
    Root.PARAMETER: lambda frame: frame.parameters,
    Root.EXTRA: lambda frame: frame.extra,
    Root.ROWS: lambda frame: _EMPTY,
}


def follow(row: Row | None, frame: Frame, path: Path) -> Value:
    """The value at the end of `path`, from `row`; the document of the row at hand is read where the frame carries it."""
    if row is None:
        return None
    hops = path.hops
    if hops and hops[0].via is Via.DOCUMENT and frame.owner is not None and path.root is Root.ROW:
        row, hops = frame.owner, hops[1:]
        path = Path(path.root, path.hops[0].target, hops, path.field)
    return frame.follow(row, path) if hops else row.get(path.field)


def follow_row(row: Row | None, frame: Frame, path: Path) -> Value:
    """The same inside a collection argument, where the frame's document is not that of the row."""
    return None if row is None else frame.follow(row, path)


def rows(row: Row | None, frame: Frame, path: CollectionPath) -> Sequence[Row]:
    """The rows behind `path`, from `row`; own tables are read from the record where it carries them."""
    if row is None:
        return ()
    if path.table is not None:
        own = row.get(path.table)
        if own is not None:
            return cast(Sequence[Row], own)
    return frame.rows(row, path)
