"""The tables of one revision: one per entity and per child table, each with a table of earlier versions.

Columns are addressed by FIELD name (`table.c["name"]`), whatever they are called in the database.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from engine.metadata import Entity, Metadata

from .blueprint import Blueprint, Index
from .database import Connection, Dialect
from .entity_tables import history_of, physical_name, table_of
from .expressions.small import Small
from .filling import Filling
from .prepared import Prepared

MOST_STATEMENTS = 5000


class Tables:
    """The tables of `metadata`, made when they are first asked for."""

    def __init__(self, metadata: Metadata, dialect: Dialect) -> None:
        self.metadata = metadata
        self.dialect: Dialect = dialect
        self._schema = sa.MetaData()
        self._main: dict[str, sa.Table] = {}
        self._history: dict[str, sa.Table] = {}
        self._blueprints: dict[str, Blueprint] = {}
        self._making = threading.Lock()
        self._prepared: dict[Hashable, Prepared] = {}
        self._fillings: dict[str, Filling] = {}
        self._spellings: dict[str, dict[str, str]] = {}
        self._params: dict[tuple[str, int], Sequence[tuple[str, str]]] = {}

    def table(self, entity: str) -> sa.Table:
        """The table with the rows of `entity` (`receipt.lines` for the rows of a table). Raises KeyError for unknown entities."""
        found = self._main.get(entity)
        return self._made(self._main, entity, self.blueprint(entity)) if found is None else found

    def history(self, entity: str) -> sa.Table:
        """The table with the earlier versions of the rows of `entity`."""
        found = self._history.get(entity)
        return self._made(self._history, entity, history_of(self.metadata, self.metadata.entities[entity])) if found is None else found

    def column(self, entity: str, field: str) -> sa.Column[object]:
        """The column of a field or system column. Raises KeyError when it has none."""
        return self.table(entity).c[field]

    def compared(self, entity: str, field: str) -> sa.ColumnElement[Any]:
        """What a field is compared, sorted and indexed by: its column, in small letters where it ignores case."""
        return compared(self.table(entity), self.metadata.entities[entity], field)

    def blueprint(self, entity: str) -> Blueprint:
        """What the table of an entity is to be. Raises KeyError for unknown entities."""
        found = self._blueprints.get(entity)
        if found is None:
            found = self._blueprints[entity] = table_of(self.metadata, self.metadata.entities[entity])
        return found

    def indexes(self, entity: str) -> tuple[Index, ...]:
        """The indexes of the table of an entity."""
        return self.blueprint(entity).indexes

    @cached_property
    def blueprints(self) -> Mapping[str, Blueprint]:
        """What every table is to be, those of history included, by their names in the database."""
        pairs = ((self.blueprint(entity.name), history_of(self.metadata, entity)) for entity in self.metadata.stored)
        return {blueprint.name: blueprint for pair in pairs for blueprint in pair}

    def names(self, entity: str) -> tuple[str, ...]:
        """What a row of `entity` holds, in the order of the columns: system columns first, then the fields that are stored.

        What the engine keeps beside them is not read.
        """
        beside = {"current_from", *self.spellings(entity).values()}
        return tuple(column.key for column in self.blueprint(entity).columns if column.key not in beside)

    def held(self, entity: str) -> tuple[sa.Column[Any], ...]:
        """The columns that a row is made of."""
        columns = self.table(entity).c
        return tuple(columns[name] for name in self.names(entity))

    def spellings(self, entity: str) -> dict[str, str]:
        """The fields that stand in lists as they are spoken, each with the column of its spelling."""
        found = self._spellings.get(entity)
        if found is None:
            columns = self.metadata.entities[entity].columns
            found = self._spellings[entity] = {field.name: field.spelling for field in columns if field.spelling is not None}
        return found

    def params(self, entity: str, number: int) -> Sequence[tuple[str, str]]:
        """The columns of a new row that it says itself, each with the name of its parameter in a statement that writes several."""
        found = self._params.get((entity, number))
        if found is None:
            names = (column.key for column in self.blueprint(entity).columns if column.key not in {"id", "current_from"})
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

    def physical(self, entity: str) -> str:
        """The name of the table of `entity` in the database."""
        return physical_name(self.metadata, entity)

    def _made(self, tables: dict[str, sa.Table], entity: str, blueprint: Blueprint) -> sa.Table:
        with self._making:
            if entity not in tables:
                tables[entity] = _table(blueprint, self._schema)
            return tables[entity]


def _table(blueprint: Blueprint, schema: sa.MetaData) -> sa.Table:
    """A table for reading and writing; what only matters to who makes it in a database is left out."""
    columns = (
        sa.Column(column.name, column.kind, sa.Identity(), key=column.key, primary_key=True)
        if column.name in blueprint.primary
        else sa.Column(column.name, column.kind, key=column.key, nullable=column.null)
        for column in blueprint.columns
    )
    return sa.Table(blueprint.name, schema, *columns)


def compared(table: sa.Table, entity: Entity, field: str) -> sa.ColumnElement[Any]:
    """What a field is compared by: its column, in small letters where it ignores case."""
    column, declared = table.c[field], entity.fields.get(field)
    return Small(column) if declared is not None and declared.type.ignore_case else column
