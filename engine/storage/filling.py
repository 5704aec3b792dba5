"""Many new rows in one go: values are converted column by column, and the driver gets them all at once.

SQLite runs one prepared INSERT for all of them, PostgreSQL takes them by COPY, which comes after what was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, repeat
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
TOGETHER = 32
"""So many rows one INSERT of SQLite carries: with their values they stay far below what a statement may have of them (32,766)."""


class Filling:
    """How rows of a table are written; `names` are the keys of its columns."""

    def __init__(self, table: sa.Table, names: Sequence[str], dialect: sa.Dialect) -> None:
        quoted = dialect.identifier_preparer
        self._names = tuple(names)
        self._encode = [encoder(table.c[name].type, dialect) for name in names]
        self._pouring = Pouring(quoted.format_table(table), [quoted.quote(table.c[name].name) for name in names], dialect.name)

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
        self._pouring.run(connection, zip(*found, strict=False))


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


class Pouring:
    """An INSERT of SQLite that carries many rows, or a COPY of PostgreSQL, into columns of a table; names are written as SQL has them.

    SQLite takes half as long for rows that come together as for each in a statement of its own.
    """

    def __init__(self, table: str, columns: Sequence[str], dialect: str) -> None:
        into = f"{table} ({', '.join(columns)})"
        row = f"({', '.join('?' * len(columns))})"
        self._width = len(columns)
        self._copy = f"COPY {into} FROM STDIN" if dialect == "postgresql" else ""
        self._one = f"INSERT INTO {into} VALUES {row}"  # noqa: S608 - names of the schema
        self._many = f"INSERT INTO {into} VALUES {', '.join([row] * TOGETHER)}"  # noqa: S608

    def run(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Write the rows, whose values are as the driver takes them. Raises what the driver raises."""
        driver = driver_of(connection)
        if self._copy:
            exchange_of(connection).settle()
        cursor = driver.cursor()
        try:
            if self._copy:
                self._by_copy(cursor, rows)
            else:
                self._by_insert(cursor, list(chain.from_iterable(rows)))
        finally:
            cursor.close()

    def _by_copy(self, cursor: Any, rows: Iterable[Sequence[Any]]) -> None:
        with cursor.copy(self._copy) as copy:
            for row in rows:
                copy.write_row(row)

    def _by_insert(self, cursor: Any, values: Sequence[Any]) -> None:
        size = self._width * TOGETHER
        rest = len(values) - len(values) % size
        cursor.executemany(self._many, (values[at : at + size] for at in range(0, rest, size)))
        cursor.executemany(self._one, (values[at : at + self._width] for at in range(rest, len(values), self._width)))


def take_ids(connection: Connection, table: sa.Table, count: int) -> Sequence[int]:
    """Ids for so many new rows, which nobody else gets. On SQLite they are taken by whoever writes them: one transaction does at a time."""
    if connection.dialect.name == "sqlite":
        last = _IDS["sqlite"].on(connection).value(connection, {"name": table.name}) or 0
        return range(last + 1, last + 1 + count)
    name = connection.dialect.identifier_preparer.format_table(table)
    return [row[0] for row in _IDS["postgresql"].on(connection).tuples(connection, {"name": name, "count": count})]
