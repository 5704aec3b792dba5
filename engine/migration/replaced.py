"""Fields that people filled in and that hold something else from now on: rows, records, or what a formula says."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import Field
from engine.storage import Known

from .change import Change, Step, named

CALCULATED = (
    "{thing} is calculated from now on, but {rows:record has|records have} a value there that somebody gave. Give "
    "the calculated field another name."
)
ROWS = (
    "{thing} holds rows from now on, but {rows:record has|records have} a value there. "
    "Add the new field under another name, fill it, and then remove this one."
)
UNSEEN = "{thing} is calculated when it is read from now on: the values of {rows:record|records} stay in the database, unseen."


def replaced(change: Change) -> Iterator[Step]:
    """What would be overwritten or lost from sight is blocked; what only stays unseen is told."""
    for thing in change.ids.live:
        if thing.kind != "field":
            continue
        old, new = change.old_field(thing), change.field(thing)
        words = _words(new) if old is not None and old.stored and not old.computed else ""
        rows = change.survey.values(change.table_of(thing), _column(change, thing)) if words else 0
        if rows:
            message = Message(words, {"thing": named(thing), "rows": rows})
            yield Step("retired" if words == UNSEEN else "column", thing.key, message, rows, blocked=words != UNSEEN, lock="none")


def _words(new: Field) -> str:
    if new.computed:
        return CALCULATED if new.stored else UNSEEN
    return ROWS if not new.stored else ""


def _column(change: Change, thing: Known) -> str:
    return change.ids.before[thing.number].physical or ""
