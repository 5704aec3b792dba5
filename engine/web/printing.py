"""The prints beside a record: those that were frozen, and those that its reader may make."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import in_language
from engine.records import prints_of
from engine.workflow import own_prints

from .panels import Reading
from .views import Cell, Choice, PrintLine
from .visit import visit


def printed(reading: Reading) -> Iterator[PrintLine]:
    """What was printed of the record, as far as the reader may know all of it."""
    view, display = reading.view, reading.display
    if not any(sheet.entity == reading.entity.name for sheet in view.metadata.prints.values()):
        return
    for each in prints_of(view, reading.record):
        label = in_language(each.label, display.language)
        file = Cell("file", label, f"/files/{each.file}") if each.file else Cell("text", label)
        parts = (display.moment(each.at), in_language(each.step, display.language) if each.step else "")
        yield PrintLine(file, " · ".join(part for part in parts if part), each.hash)


def printable(reading: Reading) -> Iterator[Choice]:
    """What the reader may print themselves."""
    for sheet in own_prints(reading.view, reading.record, reading.row):
        yield Choice(visit().words(sheet.label), value=f"/records/{reading.entity.name}/{reading.record.id}/print/{sheet.name}")
