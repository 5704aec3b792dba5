"""Fields that begin to be sealed although values lie in them openly, and those that change while values of theirs are sealed."""

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
    "{thing} would be sealed, but the values of {rows:record|records} have been kept openly, also in their history. "
    "Declare a new field that is sealed, and remove this one."
)


def still_sealed(change: Change) -> Iterator[Step]:
    """Sealed fields of which records hold envelopes: these carry the name, the type and the seal that the field has now."""
    before = change.before
    for old in change.ids.before.values() if before is not None else ():
        entity, _, name = old.name.rpartition(".")
        field = before.entities[entity].fields.get(name) if before is not None and entity in before.entities else None
        if old.kind != "field" or old.retired_in is not None or field is None or field.seal is None:
            continue
        thing = next(one for one in change.ids.after if one.number == old.number)
        new = change.field(thing) if thing.retired_in is None else None
        if new is not None and new.seal is not None and (new.name, new.kind) == (field.name, field.kind):
            continue
        if rows := change.survey.sealed(change.table_of(thing), field.name):
            words = "{thing} holds sealed values of {rows:record|records}. Change or remove it when they are open."
            yield Step("seal", old.key, Message(words, {"thing": named(old), "rows": rows}), rows, blocked=True)
