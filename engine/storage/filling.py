"""Many new rows in one go: values are converted column by column, and the driver gets them all at once.

SQLite runs one prepared INSERT for all of them, PostgreSQL takes them by COPY, which comes after what was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import repeat
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .lending import driver_of
from .postgresql import exchange_of
from .prepared import Standing, encoder
from .types import Convert

_IDS = {
    "sqlite": Standing(sa.text("SELECT max(seq) FROM sqlite_sequence WHERE name = :name")),
    "postgresql": Standing(sa.text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")),
}

_REPEATED = (Decimal, date)
"""Numbers, days and instants: equal ones are the same to a database, and converting one costs more than finding it again."""
NONE: Mapping[str, Any] = {}


class Filling:
    """How rows of a table are written; `names` are the keys of its columns."""

    def __init__(self, table: sa.Table, names: Sequence[str], dialect: sa.Dialect) -> None:
        quoted = dialect.identifier_preparer
        self._names = tuple(names)
        self._encode = [encoder(table.c[name].type, dialect) for name in names]
        columns = ", ".join(quoted.quote(table.c[name].name) for name in names)
        into = f"{quoted.format_table(table)} ({columns})"
        places = ", ".join("?" * len(self._names))
        sqlite = dialect.name == "sqlite"
        self._text = f"INSERT INTO {into} VALUES ({places})" if sqlite else f"COPY {into} FROM STDIN"  # noqa: S608 - names of the schema

    def write(
        self,
        connection: Connection,
        rows: Sequence[Mapping[str, Any]],
        columns: Mapping[str, Sequence[Any]] = NONE,
        shared: Mapping[str, Any] = NONE,
    ) -> None:
        """Write the rows; what one does not say is null.

        `columns` are given for all rows, and `shared` is the same in each of them. Raises what the driver raises.
        """
        found: list[Iterable[Any]] = []
        own = [name for name in self._names if name not in columns and name not in shared]
        given = {**dict(zip(own, in_columns(rows, own), strict=True)), **columns}
        for name, encode in zip(self._names, self._encode, strict=True):
            if name not in given:
                found.append(repeat(shared[name] if encode is None or shared[name] is None else encode(shared[name])))
                continue
            values = given[name]
            found.append(values if encode is None else _encoded(values, encode))
        pour(connection, self._text, zip(*found, strict=False))


def in_columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Sequence[Any]]:
    """The values of rows by column; what a row does not say is null."""
    if len(names) < 2 or not rows:
        return [[row.get(name) for row in rows] for name in names]
    try:
        return list(zip(*map(itemgetter(*names), rows), strict=True))
    except KeyError:
        return [[row.get(name) for row in rows] for name in names]


class _Known(dict[Any, Any]):
    """Values as the driver takes them: what stands in many rows is converted once."""

    __slots__ = ("_encode",)

    def __init__(self, encode: Convert) -> None:
        super().__init__({None: None})
        self._encode = encode

    def __missing__(self, value: Any) -> Any:
        made = self[value] = self._encode(value)
        return made


def _encoded(values: Sequence[Any], encode: Convert) -> list[Any]:
    """The values as the driver takes them."""
    first = next((value for value in values if value is not None), None)
    if isinstance(first, _REPEATED):
        return list(map(_Known(encode).__getitem__, values))
    return [None if value is None else encode(value) for value in values] if None in values else list(map(encode, values))


class StandingFilling:
    """The same for a table of the engine's own, made for each kind of database when it is first needed there."""

    def __init__(self, table: sa.Table, names: Sequence[str]) -> None:
        self._table = table
        self._names = names
        self._by_dialect: dict[str, Filling] = {}

    def on(self, connection: Connection) -> Filling:
        """What writes rows into the database of `connection`."""
        dialect = connection.dialect
        found = self._by_dialect.get(dialect.name)
        if found is None:
            found = self._by_dialect[dialect.name] = Filling(self._table, self._names, dialect)
        return found


def pour(connection: Connection, text: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run an INSERT of SQLite for all rows, or feed them to a COPY of PostgreSQL; values are as the driver takes them."""
    driver = driver_of(connection)
    if connection.dialect.name == "postgresql":
        exchange_of(connection).settle()
    cursor = driver.cursor()
    try:
        if connection.dialect.name == "sqlite":
            cursor.executemany(text, rows)
            return
        with cursor.copy(text) as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()


def take_ids(connection: Connection, table: sa.Table, count: int) -> Sequence[int]:
    """Ids for so many new rows, which nobody else gets. On SQLite they are taken by whoever writes them: one transaction does at a time."""
    if connection.dialect.name == "sqlite":
        last = _IDS["sqlite"].on(connection).value(connection, {"name": table.name}) or 0
        return range(last + 1, last + 1 + count)
    name = connection.dialect.identifier_preparer.format_table(table)
    return [row[0] for row in _IDS["postgresql"].on(connection).tuples(connection, {"name": name, "count": count})]
