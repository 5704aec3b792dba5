"""Fields that must have a value from now on: the default for what is there already, or the list of what has none."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.metadata import Field, SubtypeField, Value
from engine.storage import Known

from .change import Change, Step, named

GIVE_DEFAULT = (
    "{thing} is required, but {rows:record that is there already has|records that are there already have} no "
    "value. Give it a default that is no formula."
)
WRITE_FIRST = (
    "{thing} is required, but {rows:record that is there already has|records that are there already have} no "
    "value. Write the field itself first, `{written}`, "
    "apply that, and give it a value in these records; then write `{key}` in its place: it is the same field."
)
"""What a key of the entity brings has no default that anybody could write."""


def required(change: Change) -> Iterator[Step]:
    """Records without a value in such a field: blocked without a default, unless the field is not shown on every record."""
    for thing, field, rows, first in _newly(change):
        params = {"thing": named(thing), "rows": rows, "entity": field.entity}
        if _default(change, field) is not None:
            yield Step("fill", thing.key, Message("{thing} of {rows:record|records} gets its default.", params), rows)
        elif field.show is None:
            key, written = _brought(change, field)
            words = Message(WRITE_FIRST if key else GIVE_DEFAULT, {**params, "key": key, "written": written})
            some = tuple(Message("{entity} {number}", {"entity": field.entity, "number": number}) for number in first)
            yield Step("fill", thing.key, words, rows, blocked=True, examples=some)


def to_fill(change: Change) -> Iterator[tuple[Known, Field, Value]]:
    """The fields whose default goes into records that are there already, each with this default."""
    for thing, field, _, _ in _newly(change):
        if (value := _default(change, field)) is not None:
            yield thing, field, value


def _default(change: Change, field: Field) -> Value:
    """The default of a field that is the same for every record; where there is one company, everything is its own."""
    if field.name == "company" and change.metadata.entities[field.entity].company:
        companies = [number for _, number in change.survey.column(change.tables.physical("company"), "id", None)]
        return companies[0] if len(companies) == 1 else None
    return field.later


def _brought(change: Change, field: Field) -> tuple[str, str]:
    """The key of the entity that brings a field, and how the field itself is written; empty for a field that is written anyway."""
    entity = change.metadata.entities[field.entity]
    if field.name == "company" and entity.company:
        return "company: true", "company: {type: link, to: company}"
    if field.name == "valid_from" and entity.dated is not None:
        return f"dated: [{', '.join(entity.dated)}]", "valid_from: {type: date}"
    if isinstance(field.declared, SubtypeField):
        return "subtypes", f"{field.name}: {{type: choice, of: [{', '.join(choice.code for choice in field.choices)}]}}"
    return "", ""


def _newly(change: Change) -> Iterator[tuple[Known, Field, int, list[int]]]:
    """Fields in which something must stand that were not so before, the number of rows without a value, and the first of them."""
    moving = {new.number: old for old, new in change.ids.moved()}
    for thing in change.ids.live:
        if thing.kind != "field" or not thing.physical:
            continue
        field, old = change.field(thing), change.old_field(thing)
        if not _full(field) or not field.stored or (old is not None and _full(old)):
            continue
        column = moving[thing.number].physical if thing.number in moving else thing.physical
        rows, first = change.survey.lacking(change.tables.physical(field.entity), column or "")
        if rows:
            yield thing, field, rows, first


def _full(field: Field) -> bool:
    """Whether something stands in a field of every record: one that is required, or whose blank counts as zero."""
    return field.counts_as_zero or (field.required is True and not field.computed)
