"""The tables that an entity calls for: one of its rows, one of their earlier versions.

Physical names are kept for life by `metadata.identity`. Business columns allow NULL: what is required is a rule of the definition, which
changes with it, and processes on the previous revision must be able to write while a new one is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import sqlalchemy as sa

from engine.metadata import ARCHIVED, Entity, Metadata, useful_indexes

from .blueprint import Blueprint, Column, Index
from .columns import type_of
from .names import RESERVED, SEALED_UNTIL, SEALED_VALUES, fitting, history_name, spelling_name
from .types import INSTANT, JSON, TEXT, key_type

_WHOLE = sa.Integer()


def physical_name(metadata: Metadata, entity: str) -> str:
    """The name of the table of an entity in the database."""
    return fitting(metadata.identity.table(entity))


def table_of(metadata: Metadata, entity: Entity) -> Blueprint:
    """The table with the rows of an entity. Raises ValueError for a field with the name of a column of the engine."""
    name = physical_name(metadata, entity.name)
    columns = (Column("id", "id", key_type(), null=False), *_system_columns(metadata, entity), *_field_columns(metadata, entity))
    names = {column.key: column.name for column in columns}
    wanted = _wanted(metadata, entity).items()
    indexes = tuple(_index(name, names, fields, entity, unique=unique) for fields, unique in wanted)
    return Blueprint(name, ("id",), columns, (*indexes, *_in_sight(metadata, entity, name, names)), keeps=True)


def _in_sight(metadata: Metadata, entity: Entity, table: str, names: dict[str, str]) -> Iterator[Index]:
    """What lists use, of the records alone that are not archived: of many that are, none is read on the way."""
    if entity.archives:
        for fields in dict.fromkeys((("id",), *useful_indexes(metadata, entity))):
            whole = _index(table, names, fields, entity)
            yield replace(whole, name=fitting(f"{whole.name}_in_sight"), where=f'"{names[ARCHIVED]}" IS NULL')


def history_of(metadata: Metadata, entity: Entity) -> Blueprint:
    """The table with the earlier versions of these rows: the same columns, which lead nowhere, and from when until when they held."""
    name = history_name(physical_name(metadata, entity.name))
    keys = ("history_id", "id")
    own = (*(Column(key, key, key_type(), null=False) for key in keys), Column("current_until", "current_until", INSTANT, null=False))
    past = (*_system_columns(metadata, entity, past=True), *_field_columns(metadata, entity, past=True))
    columns = (*own, *past)
    names = {column.key: column.name for column in columns}
    leading = ("id", "document_id") if entity.document else ("id",)
    indexes = tuple(_index(name, names, (first, "current_until")) for first in leading)
    return Blueprint(name, ("history_id",), columns, indexes)


def _system_columns(metadata: Metadata, entity: Entity, *, past: bool = False) -> Iterator[Column]:
    yield Column("version", "version", _WHOLE, null=False)
    yield Column("current_from", "current_from", INSTANT, null=False)
    if entity.sealed:
        yield Column(SEALED_VALUES, SEALED_VALUES, JSON)
    if entity.may_be_sealed and not entity.document:
        yield Column(SEALED_UNTIL, SEALED_UNTIL, INSTANT)
    if entity.document:
        owner = "" if past else physical_name(metadata, entity.document)
        yield Column("document_id", "document_id", key_type(), null=False, leads_to=owner)
        yield Column("row_no", "row_no", _WHOLE, null=False)
    else:
        yield Column("created_at", "created_at", INSTANT, null=False)
        yield Column("created_by", "created_by", key_type())
        yield Column("updated_at", "updated_at", INSTANT, null=False)
        yield Column("updated_by", "updated_by", key_type())
    if entity.lifecycle:
        name = fitting(metadata.identity.state_column(entity.name))
        yield Column(name, "state", TEXT, null=past, default=None if past else entity.lifecycle.start)


def _field_columns(metadata: Metadata, entity: Entity, *, past: bool = False) -> Iterator[Column]:
    for field in entity.columns:
        if field.name in RESERVED and not entity.stays:
            raise ValueError(f"{entity.name}.{field.name}: this name belongs to the engine")
        name = fitting(metadata.identity.column(entity.name, field.name))
        leads = field.link is not None and not past and field.link.entity in metadata.entities
        yield Column(name, field.name, type_of(field), leads_to=physical_name(metadata, field.link.entity) if leads and field.link else "")
        if field.spelling is not None:
            yield Column(spelling_name(name), field.spelling, TEXT)


def _wanted(metadata: Metadata, entity: Entity) -> dict[tuple[str, ...], bool]:
    """The fields of the indexes of a table, and whether their values are unique; a longer one does what a shorter one does."""
    wanted = dict(reversed(list(_declared(entity))))
    leading = {fields[0] for fields in wanted}
    for fields in useful_indexes(metadata, entity):
        shorter = fields[:1]
        if len(fields) > 2 and wanted.get(shorter) is False:
            del wanted[shorter]
        elif shorter[0] in leading:
            continue
        wanted[fields] = False
    return wanted


def _declared(entity: Entity) -> Iterable[tuple[tuple[str, ...], bool]]:
    """The fields to index, and whether their values are unique; within its document where `entity` is a table."""
    owner = ("document_id",) if entity.document else ()
    if entity.number:
        yield (*(("company",) if entity.company else ()), "number"), True
    for field in entity.columns:
        if field.unique:
            yield (*owner, field.name), True
    for names in entity.unique:
        yield (*owner, *names), True
    if entity.document:
        yield ("document_id", "row_no"), False
    for names in entity.index:
        yield names, False
    for link in entity.links:
        yield (link.name,), False


def _index(table: str, names: dict[str, str], fields: tuple[str, ...], entity: Entity | None = None, *, unique: bool = False) -> Index:
    """An index of these fields; those that ignore case say so in its name, so that it is another one when that changes."""
    known = entity.fields if entity is not None else {}
    small = {names[field] for field in fields if field in known and known[field].type.ignore_case}
    columns = tuple(names[field] for field in fields)
    said = (f"{column}_small" if column in small else column for column in columns)
    return Index(fitting("_".join(("uq" if unique else "ix", table, *said))), columns, fields, unique, frozenset(small))
