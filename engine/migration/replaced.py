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
ANOTHER_TABLE = (
    "{thing}: rows do not become links, nor links rows, and {rows:row is|rows are} there. "
    "Add the new field under another name, fill it, and then remove this one."
)
UNSEEN = "{thing} is calculated when it is read from now on: the values of {rows:record|records} stay in the database, unseen."


def replaced(change: Change) -> Iterator[Step]:
    """What would be overwritten or lost from sight is blocked; what only stays unseen is told."""
    for thing in change.ids.live:
        if thing.kind != "field":
            continue
        old, new = change.old_field(thing), change.field(thing)
        if old is not None and old.rows is not None and (step := _other_rows(change, thing, (old, new))) is not None:
            yield step
        words = _words(new) if old is not None and old.stored and not old.computed else ""
        rows = change.survey.values(change.table_of(thing), _column(change, thing)) if words else 0
        if rows:
            message = Message(words, {"thing": named(thing), "rows": rows})
            yield Step("retired" if words == UNSEEN else "column", thing.key, message, rows, blocked=words != UNSEEN, lock="none")


def _other_rows(change: Change, thing: Known, fields: tuple[Field, Field]) -> Step | None:
    """A table of rows becomes links to many, or the reverse: what the rows hold would be lost from sight, and they would be empty."""
    old, new = fields
    if new.rows is None or (old.relation is None) is (new.relation is None):
        return None
    rows = change.survey.rows(change.tables.physical(new.rows.name))
    message = Message(ANOTHER_TABLE, {"thing": named(thing), "rows": rows})
    return Step("column", thing.key, message, rows, blocked=True, lock="none") if rows else None


def _words(new: Field) -> str:
    if new.computed:
        return CALCULATED if new.stored else UNSEEN
    return ROWS if not new.stored else ""


def _column(change: Change, thing: Known) -> str:
    return change.ids.before[thing.number].physical or ""
