"""Files of public forms: only what this browser sent, what an unfinished answer holds, or what lies in the field already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from flask import abort, request, session

from engine.forms import Layout, Placed
from engine.metadata import FILE, Field
from engine.records import Row, ids_of
from engine.storage import UnfinishedAnswer
from engine.web.uploads import DRAWING, with_files

SENT = "files"
"""Where the session of a browser keeps the ids of what it sent."""
MOST = 20
"""How many files come along at once."""
REMEMBERED = 100


def sent_texts(layout: Layout, waiting: timedelta) -> dict[str, list[str]]:
    """The parameters of the form that was sent, with the ids of the files that came along, which wait so long for a record.

    400 for files that the form does not ask for. Raises Invalid for one that is too large.
    """
    asked = dict(_places(layout))
    names = [name for name, sent in request.files.items(multi=True) if sent.filename]
    drawn = [name.removeprefix(DRAWING) for name in request.form if name.startswith(DRAWING)]
    if len(names) > MOST or any(_pattern(name) not in asked for name in (*names, *drawn)):
        abort(400)
    before = {name: list(values) for name, values in request.form.lists()}
    texts = with_files(before, waiting)
    new = [number for name in texts if _pattern(name) in asked for number in texts[name] if number not in before.get(name, ())]
    session[SENT] = [*session.get(SENT, ()), *new][-REMEMBERED:]
    return texts


def only_own(layout: Layout, texts: Mapping[str, Sequence[str]], row: Row | None, begun: UnfinishedAnswer | None) -> dict[str, list[str]]:
    """The parameters without the ids of files that are somebody else's."""
    asked = dict(_places(layout))
    known = {str(number) for number in session.get(SENT, ())}
    known |= {value for name, values in (begun.texts.items() if begun else ()) if _pattern(name) in asked for value in values}
    known |= {str(number) for field in asked.values() for number in _held(field, row)}
    return {
        name: [value for value in values if value in known or not value] if _pattern(name) in asked else list(values)
        for name, values in texts.items()
    }


def _held(field: Field, row: Row | None) -> Iterator[int]:
    value = (row or {}).get(field.name)
    yield from ids_of(field, value) or () if field.relation is not None else ((value,) if isinstance(value, int) else ())


def _places(layout: Layout) -> Iterator[tuple[str, Field]]:
    """The inputs for files: `licence`, `papers.scan`."""
    for placed in layout.placed():
        cells: tuple[Placed, ...] = placed.columns if placed.field.table is not None else (placed,)
        for cell in cells:
            if cell.field.link is not None and cell.field.link.entity == FILE:
                yield (cell.name if cell is placed else f"{placed.name}.{cell.name}"), cell.field


def _pattern(name: str) -> str:
    parts = name.split(".")
    return f"{parts[0]}.{parts[2]}" if len(parts) == 3 else name
