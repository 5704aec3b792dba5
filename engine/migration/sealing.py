"""A field that begins to be sealed although values lie in it openly: in its column, its history, the audit and every backup."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message

from .change import Change, Step, named


def newly_sealed(change: Change) -> Iterator[Step]:
    """Fields with values that would be called sealed and lie open; applying is blocked, because no later step could take that back."""
    for thing in change.ids.live:
        if thing.kind != "field" or not thing.physical:
            continue
        old, new = change.old_field(thing), change.field(thing)
        if old is None or old.seal is not None or new.seal is None or not old.stored:
            continue
        if rows := change.survey.values(change.table_of(thing), thing.physical):
            yield Step("seal", thing.key, Message(_WORDS, {"thing": named(thing), "rows": rows}), rows, blocked=True)


_WORDS = (
    "{thing} would be sealed, but the values of {rows} records have been kept openly, also in their history. "
    "Declare a new field that is sealed, and remove this one."
)
