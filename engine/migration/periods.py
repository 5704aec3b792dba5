"""Entities whose records hold for a time from now on: records that are there already must not hold on the same days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.errors import Message
from engine.metadata import Entity
from engine.storage import Known, Period

from .becoming import Becomings
from .change import Change, Step, named

_OVERLAP = (
    "{thing}: of those alike in {fields} one holds on each day from now on, but {rows:record holds|records hold} on days of another, "
    "or end before they begin. Correct `valid_from` and `valid_to` of these first."
)
_ANOTHER = "{entity} {number} begins on {begins}, and another holds until {until}"
_BACKWARDS = "{entity} {number} begins on {begins} and ends on {ends}"


def overlapping(change: Change) -> Iterator[Step]:
    """Blocked where they do; looked at again behind the fence, since no index keeps two periods apart."""
    becomings = Becomings.of(change)
    for thing in change.ids.live:
        entity = change.metadata.entities[thing.name] if thing.kind == "entity" else None
        if entity is None or entity.dated is None:
            continue
        rows, some = _found(becomings, thing, entity)
        if rows:
            params = {"thing": named(thing), "fields": ", ".join(entity.dated), "rows": rows}
            examples = tuple(_example(entity, *one) for one in some)
            yield Step("period", thing.key, Message(_OVERLAP, params), rows, blocked=True, examples=examples)


def _found(becomings: Becomings, thing: Known, entity: Entity) -> tuple[int, list[Period]]:
    change = becomings.change
    columns = (change.tables.column(entity.name, name).name for name in becomings.told_apart(entity))
    if becomings.reach(change.tables.physical(entity.name), columns):
        return becomings.overlapping(entity)
    key = [change.tables.compared(entity.name, name) for name in entity.dated or ()]
    return change.survey.overlapping(change.tables.table(entity.name), key) if _is_new(change, thing, entity) else (0, [])


def _is_new(change: Change, thing: Known, entity: Entity) -> bool:
    """Whether it held for no time before, or other fields told which records exclude each other."""
    old = change.ids.before.get(thing.number)
    was = change.before.entities.get(old.name) if change.before is not None and old is not None else None
    return was is None or was.dated != entity.dated


def _example(entity: Entity, number: int, begins: date, ends: date | None, until: date | None) -> Message:
    params = {"entity": entity.name, "number": number, "begins": begins, "ends": ends, "until": until}
    return Message(_BACKWARDS if ends is not None and ends < begins else _ANOTHER, params)
