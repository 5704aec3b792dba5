"""Deleting for ever what the definition does not name any more, only when it is asked for.

Tables of entities that are gone, columns of fields that are, columns that values were converted from. Who did it, and how much
went, is kept (`loom_purged`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from engine.errors import Message
from engine.frozen import frozen
from engine.loading import load_sources
from engine.metadata import SPELLING, Metadata
from engine.plugins import Plugins
from engine.storage import (
    Connection,
    Database,
    Known,
    Survey,
    Tables,
    applying_now,
    close_fence,
    dialect_of,
    drop_column,
    drop_table,
    forget_entity,
    known_things,
    names,
    note_purged,
    served,
    write_things,
)

from .codes import COLUMN, HOLDERS
from .patience import patiently
from .stored import stored


@frozen
class Waste:
    """A table, or a column of one, that nothing names; `thing` is what it was, None for the old column of a converted field."""

    table: str
    column: str | None
    rows: int
    thing: Known | None

    @property
    def name(self) -> str:
        """What it is called in the list of what was purged."""
        return self.thing.key if self.thing else f"column:{self.table}.{self.column}"

    @property
    def message(self) -> Message:
        """What goes, in words."""
        params = {"name": self.thing.name if self.thing else f"{self.table}.{self.column}", "rows": self.rows}
        if self.column is None:
            return Message("entity {name} with {rows:record|records}, history included", params)
        if self.thing and self.thing.kind == COLUMN:
            return Message("the states of {rows:record|records} of {name}", {**params, "name": self.thing.name.rpartition(".")[0]})
        if self.thing:
            return Message("field {name} with the values of {rows:record|records}", params)
        if self.column.endswith(SPELLING):
            return Message("column {name}: the order of {rows:text|texts}", params)
        return Message("column {name}: {rows:value|values} before a conversion", params)


def waste(connection: Connection, plugins: Plugins | None = None) -> tuple[Waste, ...]:
    """Everything that a purge would delete; nothing while an apply is under way, which needs some of it."""
    number = served(connection)
    if not number or applying_now(connection) is not None:
        return ()
    found = stored(connection, number)
    metadata = load_sources(found.sources, found.identity, number, plugins)
    return tuple(_waste(connection, metadata))


def _waste(connection: Connection, metadata: Metadata) -> Iterator[Waste]:
    survey, tables = Survey(connection, dialect_of(connection)), Tables(metadata, dialect_of(connection))
    known = known_things(connection)
    gone = [thing for thing in known if thing.retired_in is not None and thing.physical]
    for thing in sorted((one for one in gone if one.kind == "entity"), key=lambda one: one.owner is None):
        yield Waste(thing.physical or "", None, survey.rows(thing.physical or ""), thing)
    for entity in metadata.entities:
        table, number = tables.physical(entity), metadata.identity.number(f"entity:{entity}")
        fields = {thing.physical: thing for thing in gone if thing.owner == number and thing.kind in HOLDERS}
        for column in sorted(survey.columns(table) - {column.name for column in tables.blueprint(entity).columns}):
            rows = survey.values(table, column)
            if rows or column in fields:
                yield Waste(table, column, rows, fields.get(column))


def purge(database: Database, by: str, now: datetime, expected: tuple[Waste, ...], plugins: Plugins | None = None) -> int:
    """Delete exactly what was `expected`, and remember who did; how many tables and columns. Nobody writes meanwhile."""

    def attempt() -> int:
        with database.write() as connection:
            close_fence(connection)
            going = [one for one in waste(connection, plugins) if one in expected]
            for one in going:
                _delete(connection, one)
            note_purged(connection, by, now, {one.name: one.rows for one in going})
            emptied = {one.thing.number for one in going if one.thing is not None}
            write_things(connection, _without_place(known_things(connection), emptied))
            return len(going)

    return patiently(database, attempt)


def _without_place(known: list[Known], emptied: set[int]) -> Iterator[Known]:
    """All things; those that have nothing any more, and what belonged to them, have no table and no column."""
    for thing in known:
        lost = thing.number in emptied or (thing.owner in emptied and thing.retired_in is not None)
        yield replace(thing, physical=None, shape="" if thing.kind == "field" else thing.shape) if lost else thing


def _delete(connection: Connection, one: Waste) -> None:
    if one.column is not None:
        survey = Survey(connection, dialect_of(connection))
        for table in (one.table, names.history_name(one.table)):
            if survey.has(table, one.column):
                drop_column(connection, table, one.column)
        return
    assert one.thing is not None
    drop_table(connection, names.history_name(one.table))
    drop_table(connection, one.table)
    forget_entity(connection, one.thing.number)
