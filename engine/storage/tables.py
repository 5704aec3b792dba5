"""The tables of one revision: one per entity and per child table, each with a table of earlier versions.

Columns are addressed by FIELD name (`table.c["name"]`), whatever they are called in the database: physical names are kept for
life by `metadata.identity`. Business columns allow NULL: what is required is a rule of the definition, which changes with
it, and processes on the previous revision must be able to write while a new one is applied.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from engine.metadata import Entity, Metadata, useful_indexes

from .columns import type_of
from .database import Connection, Dialect
from .expressions.small import Small
from .filling import Filling
from .names import RESERVED, SEALED_UNTIL, SEALED_VALUES, fitting, history_name, spelling_name
from .prepared import Prepared
from .types import Instant, Json, Text, key_type

MOST_STATEMENTS = 5000

_CONVENTION = {"fk": "fk_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}


class Tables:
    """The tables of `metadata`, made when they are first asked for."""

    def __init__(self, metadata: Metadata, dialect: Dialect) -> None:
        self.metadata = metadata
        self.dialect: Dialect = dialect
        self._schema = sa.MetaData(naming_convention=_CONVENTION)
        self._main: dict[str, sa.Table] = {}
        self._history: dict[str, sa.Table] = {}
        self._making = threading.Lock()
        self._prepared: dict[Hashable, Prepared] = {}
        self._fillings: dict[str, Filling] = {}
        self._spellings: dict[str, dict[str, str]] = {}
        self._params: dict[tuple[str, int], Sequence[tuple[str, str]]] = {}

    def table(self, entity: str) -> sa.Table:
        """The table with the rows of `entity` (`receipt.lines` for the rows of a table). Raises KeyError for unknown entities."""
        found = self._main.get(entity)
        return self._made(self._main, entity, self._new_main) if found is None else found

    def history(self, entity: str) -> sa.Table:
        """The table with the earlier versions of the rows of `entity`."""
        found = self._history.get(entity)
        return self._made(self._history, entity, self._new_history) if found is None else found

    def column(self, entity: str, field: str) -> sa.Column[object]:
        """The column of a field or system column. Raises KeyError when it has none."""
        return self.table(entity).c[field]

    def compared(self, entity: str, field: str) -> sa.ColumnElement[Any]:
        """What a field is compared, sorted and indexed by: its column, in small letters where it ignores case."""
        return compared(self.table(entity), self.metadata.entities[entity], field)

    def all(self) -> tuple[sa.Table, ...]:
        """Every table, those of history included."""
        return tuple(make(name) for name in self.metadata.entities for make in (self.table, self.history))

    def index(self, table: str, name: str) -> sa.Index:
        """An index by the name of its table and its own. Raises StopIteration when there is none."""
        found = next(each for each in self.all() if each.name == table)
        return next(index for index in found.indexes if index.name == name)

    def names(self, entity: str) -> tuple[str, ...]:
        """What a row of `entity` holds, in the order of the columns: system columns first, then the fields that are stored."""
        return tuple(str(column.key) for column in self.held(entity))

    def held(self, entity: str) -> tuple[sa.Column[Any], ...]:
        """The columns that a row is made of; what the engine keeps beside them is not read."""
        beside = {"current_from", *self.spellings(entity).values()}
        return tuple(column for column in self.table(entity).c if column.key not in beside)

    def spellings(self, entity: str) -> dict[str, str]:
        """The fields that stand in lists as they are spoken, each with the column of its spelling."""
        found = self._spellings.get(entity)
        if found is None:
            columns = self.metadata.entities[entity].columns
            found = self._spellings[entity] = {field.name: field.spelling for field in columns if field.spelling is not None}
        return found

    def params(self, entity: str, number: int) -> Sequence[tuple[str, str]]:
        """The columns of a new row, each with the name of its parameter in a statement that writes several."""
        found = self._params.get((entity, number))
        if found is None:
            names = (str(column.key) for column in self.table(entity).c if column.key != "id")
            found = self._params[entity, number] = tuple((name, f"{name}${number}") for name in names)
        return found

    def prepared(self, connection: Connection, key: Hashable, make: Callable[[], sa.sql.expression.ClauseElement]) -> Prepared:
        """The statement known as `key`, made and compiled when it is first asked for."""
        found = self._prepared.get(key)
        if found is None:
            if len(self._prepared) >= MOST_STATEMENTS:
                self._prepared.clear()
            found = self._prepared[key] = Prepared(make(), connection.dialect)
        return found

    def filling(self, connection: Connection, entity: str) -> Filling:
        """What writes many new rows of `entity` at once; each says its id."""
        found = self._fillings.get(entity)
        if found is None:
            table = self.table(entity)
            found = self._fillings[entity] = Filling(table, [str(column.key) for column in table.c], connection.dialect)
        return found

    def _made(self, tables: dict[str, sa.Table], entity: str, make: Callable[[Entity], sa.Table]) -> sa.Table:
        with self._making:
            if entity not in tables:
                tables[entity] = make(self.metadata.entities[entity])
            return tables[entity]

    def _new_main(self, entity: Entity) -> sa.Table:
        name = self.physical(entity.name)
        key = sa.Column("id", key_type(), sa.Identity(), primary_key=True)
        columns = [key, *self._system_columns(entity, current=True), *self._field_columns(entity, current=True)]
        table = sa.Table(name, self._schema, *columns, sqlite_strict=True, sqlite_autoincrement=True)
        for fields, unique in self._wanted(entity).items():
            _add_index(table, fields, entity, unique=unique)
        return table

    def _wanted(self, entity: Entity) -> dict[tuple[str, ...], bool]:
        """The columns of the indexes of a table, and whether their values are unique; a longer one does what a shorter one does."""
        wanted = dict(reversed(list(_indexes(entity))))
        leading = {fields[0] for fields in wanted}
        for fields in useful_indexes(self.metadata, entity):
            shorter = fields[:1]
            if len(fields) > 2 and wanted.get(shorter) is False:
                del wanted[shorter]
            elif shorter[0] in leading:
                continue
            wanted[fields] = False
        return wanted

    def _new_history(self, entity: Entity) -> sa.Table:
        name = history_name(self.physical(entity.name))
        key = sa.Column("history_id", key_type(), sa.Identity(), primary_key=True)
        record = sa.Column("id", key_type(), nullable=False)
        until: sa.Column[object] = sa.Column("current_until", Instant(), nullable=False)
        columns = [key, record, until, *self._system_columns(entity, current=False), *self._field_columns(entity, current=False)]
        table = sa.Table(name, self._schema, *columns, sqlite_strict=True)
        _add_index(table, ("id", "current_until"))
        if entity.document:
            _add_index(table, ("document_id", "current_until"))
        return table

    def physical(self, entity: str) -> str:
        """The name of the table of `entity` in the database."""
        return fitting(self.metadata.identity.table(entity))

    def _system_columns(self, entity: Entity, *, current: bool) -> Iterable[sa.Column[object]]:
        yield sa.Column("version", sa.Integer, nullable=False)
        yield sa.Column("current_from", Instant(), nullable=False)
        if entity.sealed:
            yield sa.Column(SEALED_VALUES, Json())
        if entity.may_be_sealed and not entity.document:
            yield sa.Column(SEALED_UNTIL, Instant())
        if entity.document:
            owner = [self._foreign_key(entity.document)] if current else []
            yield sa.Column("document_id", key_type(), *owner, nullable=False)
            yield sa.Column("row_no", sa.Integer, nullable=False)
        else:
            yield sa.Column("created_at", Instant(), nullable=False)
            yield sa.Column("created_by", key_type())
            yield sa.Column("updated_at", Instant(), nullable=False)
            yield sa.Column("updated_by", key_type())
        if entity.lifecycle:
            name = fitting(self.metadata.identity.state_column(entity.name))
            yield sa.Column(name, Text(), key="state", nullable=not current, server_default=entity.lifecycle.start if current else None)

    def _field_columns(self, entity: Entity, *, current: bool) -> Iterable[sa.Column[object]]:
        for field in entity.columns:
            if field.name in RESERVED:
                raise ValueError(f"{entity.name}.{field.name}: this name belongs to the engine")
            name = fitting(self.metadata.identity.column(entity.name, field.name))
            target = (
                [self._foreign_key(field.link.entity)] if current and field.link and field.link.entity in self.metadata.entities else []
            )
            yield sa.Column(name, type_of(field), *target, key=field.name)
            if field.spelling is not None:
                yield sa.Column(spelling_name(name), Text(), key=field.spelling)

    def _foreign_key(self, target: str) -> sa.ForeignKey:
        return sa.ForeignKey(f"{self.physical(target)}.id")


def _indexes(entity: Entity) -> Iterable[tuple[tuple[str, ...], bool]]:
    """The columns to index, and whether their values are unique; within its document where `entity` is a table."""
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


def compared(table: sa.Table, entity: Entity, field: str) -> sa.ColumnElement[Any]:
    """What a field is compared by: its column, in small letters where it ignores case."""
    column, declared = table.c[field], entity.fields.get(field)
    return Small(column) if declared is not None and declared.type.ignore_case else column


def _add_index(table: sa.Table, fields: tuple[str, ...], entity: Entity | None = None, *, unique: bool = False) -> None:
    """An index of these columns; those that ignore case say so in its name, so that it is another one when that changes."""
    keys = [table.c[name] if entity is None else compared(table, entity, name) for name in fields]
    columns = (f"{key.text.name}_small" if isinstance(key, Small) else str(key.name) for key in keys)
    name = fitting("_".join(("uq" if unique else "ix", table.name, *columns)))
    sa.Index(name, *keys, unique=unique)
