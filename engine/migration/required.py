"""Fields that must have a value from now on: the default for what is there already, or the list of what has none."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import Field
from engine.storage import Known

from .change import Change, Step, named


def required(change: Change) -> Iterator[Step]:
    """Records without a value in such a field: blocked without a default, unless the field is not shown on every record."""
    for thing, field, rows, first in _newly(change):
        params = {"thing": named(thing), "rows": rows, "entity": field.entity}
        if default_of(field):
            yield Step("fill", thing.key, Message("{thing} of {rows} records gets its default.", params), rows)
        elif field.show is None:
            words = "{thing} is required, but {rows} records that are there already have no value. Give it a default that is no formula."
            some = tuple(Message("{entity} {number}", {"entity": field.entity, "number": number}) for number in first)
            yield Step("fill", thing.key, Message(words, params), rows, blocked=True, examples=some)


def to_fill(change: Change) -> Iterator[tuple[Known, Field]]:
    """The fields whose default goes into records that are there already."""
    return ((thing, field) for thing, field, _, _ in _newly(change) if default_of(field))


def default_of(field: Field) -> bool:
    """Whether the field has a default that is the same for every record."""
    return field.default is not None and field.default.formula is None and field.default.literal is not None


def _newly(change: Change) -> Iterator[tuple[Known, Field, int, list[int]]]:
    """Fields that were not required before, the number of rows without a value, and the first of them."""
    moving = {new.number: old for old, new in change.ids.moved()}
    for thing in change.ids.live:
        if thing.kind != "field" or not thing.physical:
            continue
        field, old = change.field(thing), change.old_field(thing)
        if field.required is not True or field.computed or not field.stored or (old is not None and old.required is True):
            continue
        column = moving[thing.number].physical if thing.number in moving else thing.physical
        rows, first = change.survey.lacking(change.tables.physical(field.entity), column or "")
        if rows:
            yield thing, field, rows, first
