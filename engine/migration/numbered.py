"""Numbers that records get from now on: those that are there already keep what they have, or stay without one."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message

from .change import Change, Step, named


def numbered(change: Change) -> Iterator[Step]:
    """Entities that are numbered from now on, or in another way, with the records that this does not reach."""
    for thing in change.ids.live:
        old = change.ids.before.get(thing.number)
        was = change.before.entities.get(old.name) if change.before is not None and old is not None else None
        if thing.kind != "entity" or was is None or was.number == (now := change.metadata.entities[thing.name].number) or now is None:
            continue
        if not (rows := change.survey.rows(thing.physical or "")):
            continue
        words = _WITHOUT if was.number is None else _OTHERWISE
        yield Step("number", thing.key, Message(words, {"thing": named(thing), "rows": rows}), rows, lock="none")


_WITHOUT = (
    "{thing} is numbered from now on; its {rows:record that is there already stays|records that are there already stay} without a number."
)
_OTHERWISE = (
    "{thing} is numbered in another way from now on; its "
    "{rows:record that is there already stays as it is|records that are there already stay as they are}."
)
