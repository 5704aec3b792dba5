"""What comes back, and records that get a lifecycle again: codes that the new definition has no word for, and no state at all."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.errors import Message
from engine.metadata import Entity
from engine.storage import Known, type_of_shape

from .carried import MOST_WRONG, example
from .change import Change, Step, named
from .codes import COLUMN

_STATES = (
    "{rows:record|records} of {thing} {rows:|is|are} in states that are not there any more. "
    "Declare them again, or write `was: …` at those that take their place."
)
_WORDS = (
    "{thing} is there again, but {rows:record holds|records hold} what is not there any more. "
    "Declare it again, or write `was: …` at the one that takes its place."
)
_UNKNOWN = Message("it is not there any more")


_BEGINNING = "{rows:record|records} of {thing}, made while it had no states, {rows:|begins|begin} as {state}."


def stateless(change: Change) -> Iterator[tuple[Known, str, int]]:
    """Entities that get their states again, each with the first of these and the number of records that have none."""
    back = {thing.owner for thing in change.ids.restored() if thing.kind == COLUMN}
    for thing in change.ids.live:
        lifecycle = change.metadata.entities[thing.name].lifecycle if thing.number in back else None
        if lifecycle is not None and change.survey.has(thing.physical or "", column := change.state_column(thing.name)):
            yield thing, lifecycle.start, change.survey.lacking(thing.physical or "", column)[0]


def homeless(change: Change) -> Iterator[Step]:
    """Blocked steps: applied, such records would be in a state that is gone, or have a value that nobody can choose."""
    for thing, start, rows in stateless(change):
        if rows:
            yield Step("fill", thing.key, Message(_BEGINNING, {"thing": named(thing), "rows": rows, "state": start}), rows)
    back = {thing.number for thing in change.ids.restored()}
    for thing in change.ids.live:
        if thing.kind == "entity" and (entity := change.metadata.entities[thing.name]).lifecycle is not None:
            if thing.number in back or _had_none(change, thing):
                yield from _step(change, thing, (thing.physical or "", change.state_column(thing.name), "text"), _states(change, entity))
        elif thing.kind == "field" and thing.number in back and thing.codes and thing.physical == change.ids.before[thing.number].physical:
            known = {*change.field(thing).choice, *change.recoded(change.ids.before[thing.number].codes)}
            yield from _step(change, thing, (change.table_of(thing), thing.physical or "", thing.shape), known)


def _had_none(change: Change, thing: Known) -> bool:
    """Whether an entity that was there before had no lifecycle then."""
    old = change.ids.before.get(thing.number)
    was = change.before.entities.get(old.name) if change.before is not None and old is not None else None
    return was is not None and was.lifecycle is None


def _states(change: Change, entity: Entity) -> set[str]:
    assert entity.lifecycle is not None
    return {*entity.lifecycle.states, *change.recoded(entity.lifecycle.name)}


def _step(change: Change, thing: Known, place: tuple[str, str, str], known: Collection[str]) -> Iterator[Step]:
    table, column, shape = place
    kind = type_of_shape(shape)
    assert kind is not None
    lost = [
        (value, rows, first)
        for value, rows, first in change.survey.each_value(table, column, kind)
        if not set(value if isinstance(value, tuple) else (value,)) <= set(known)
    ]
    if lost:
        rows = sum(count for _, count, _ in lost)
        some = tuple(example(value, count, first, _UNKNOWN) for value, count, first in lost[:MOST_WRONG])
        message = Message(_STATES if thing.kind == "entity" else _WORDS, {"thing": named(thing), "rows": rows})
        yield Step("values", thing.key, message, rows, blocked=True, examples=some)
