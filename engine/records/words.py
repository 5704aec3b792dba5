"""Which words a record is found by: those of its texts and of its rows', by field, so that each finds only what they may read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from engine import storage
from engine.metadata import WORDED, Entity, Field, Metadata
from engine.unit_of_work import UnitOfWork, View

from .draft import Row, key_of, rows_of
from .fetch import fetch_if_there
from .grants import entity_id
from .markup import words_of
from .veil import always_readable


def indexed(entity: Entity) -> tuple[Field, ...]:
    """The fields of an entity or table whose words are kept. What no interface shows is not found either."""
    return tuple(field for field in entity.columns if field.kind in WORDED) if entity.api else ()


def index_words(uow: UnitOfWork, entity: Entity, row: Row, changed: Collection[str] | None = None) -> None:
    """Keep the words of a record as it is now, unless none of what `changed` has any."""
    if entity.document is None and _concerned(entity, changed):
        storage.put_words(uow.connection, entity_id(uow, entity), key_of(row), _texts(uow.metadata, entity, row))


def index_new(uow: UnitOfWork, entity: Entity, rows: Sequence[Row]) -> None:
    """Keep the words of new records."""
    if len(rows) == 1:
        index_words(uow, entity, rows[0])
    elif entity.document is None and has_words(entity):
        said = [(key_of(row), _texts(uow.metadata, entity, row)) for row in rows]
        storage.begin_words(uow.connection, entity_id(uow, entity), said)


def find_again(uow: UnitOfWork, entity_name: str, number: int) -> None:
    """Keep the words of a record anew, because they were written past `save`; a record that is gone has none."""
    row = fetch_if_there(uow, entity_name, number, lock=True)
    if row is not None:
        index_words(uow, uow.metadata.entities[entity_name], row)


def drop_words(uow: UnitOfWork, entity: Entity, row: Row) -> None:
    """The record is not found any more."""
    if _concerned(entity, None):
        storage.drop_words(uow.connection, entity_id(uow, entity), key_of(row))


def sought(view: View, entity: Entity, text: str, names: Iterable[str] | None = None) -> str | None:
    """The question to the index for `text`: in these fields, or in all, as far as the actor may read them on every row.

    None when one of the names has no words. A field that is hidden in some rows is not searched at all.
    """
    paths = _paths(entity)
    wanted = list(paths) if names is None else list(names)
    if any(name not in paths for name in wanted):
        return None
    numbers = [
        field_number(view.metadata, paths[name])
        for name in wanted
        if paths[name].search is not False and always_readable(view, entity, name)
    ]
    return storage.question(text, numbers, view.tables.dialect)


@lru_cache(maxsize=512)
def _paths(entity: Entity) -> dict[str, Field]:
    """The fields with words by name, those of tables as `lines.note`."""
    found = {field.name: field for field in indexed(entity)}
    for table in entity.collections if entity.api else ():
        assert table.rows is not None
        found |= {f"{table.name}.{field.name}": field for field in indexed(table.rows)}
    return found


def _concerned(entity: Entity, changed: Collection[str] | None) -> bool:
    return has_words(entity) if changed is None else not _holding(entity).isdisjoint(changed)


@lru_cache(maxsize=512)
def _holding(entity: Entity) -> frozenset[str]:
    """The fields and tables of an entity that have words."""
    return frozenset(path.split(".", 1)[0] for path in _paths(entity))


def has_words(entity: Entity) -> bool:
    """Whether records of this entity can be found by words at all."""
    return bool(_paths(entity))


def _texts(metadata: Metadata, entity: Entity, row: Row) -> list[storage.Said]:
    found: list[storage.Said] = []
    for table, fields in _worded(metadata, entity):
        for each in (row,) if table is None else rows_of(row, table):
            for field, number in fields:
                if text := each.get(field.name):
                    said = words_of(str(text)) if field.kind == "rich_text" else str(text)
                    found.append(storage.Said(number, said, field.kind == "text"))
    return found


@lru_cache(maxsize=512)
def _worded(metadata: Metadata, entity: Entity) -> tuple[tuple[Field | None, tuple[tuple[Field, int], ...]], ...]:
    """The fields with words of a record (None) and of the rows of its tables, each with its number for life."""
    owners = [(None, entity), *((table, table.rows) for table in entity.collections)]
    found = [(table, tuple((field, field_number(metadata, field)) for field in indexed(owner))) for table, owner in owners if owner]
    return tuple((table, fields) for table, fields in found if fields)


def field_number(metadata: Metadata, field: Field) -> int:
    """The number for life behind which the words of a field stand."""
    number = metadata.identity.number(f"field:{field.entity}.{field.name}")
    assert number is not None, f"{field.entity}.{field.name} has not been applied"
    return number
