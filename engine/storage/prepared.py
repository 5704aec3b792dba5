"""Statements that are compiled once and then run on the driver itself, for less than half of the time of `connection.execute`.

Whatever runs often and always alike goes this way: rows of records, lists, audit, counters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa

from .database import Connection
from .failing import told
from .lending import driver_of
from .postgresql import exchange_of
from .types import Convert, Decoded, Exact

Params = Mapping[str, Any]
_CONSTANTS = {"render_postcompile": True}
"""A list of constants is written out when the statement is compiled."""


class Prepared:
    """One statement for one database; parameters by name in, plain dicts out."""

    def __init__(self, statement: sa.sql.expression.ClauseElement, dialect: sa.Dialect) -> None:
        self._on_server = dialect.name == "postgresql"
        spoken = _numbered(dialect) if self._on_server else dialect
        compiled = cast("sa.sql.compiler.SQLCompiler", statement.compile(dialect=spoken, compile_kwargs=_CONSTANTS))
        self.text = str(compiled)
        self._order = compiled.positiontup or ()
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._encode = [(name, code) for name, bind in compiled.binds.items() if (code := encoder(bind.type, dialect))]
        columns = _columns(statement)
        self._keys = tuple(str(column.key) for column in columns)
        self._decode = [(str(column.key), code) for column in columns if (code := _decoder(column.type, dialect))]
        self._decode_at = [(at, code) for at, column in enumerate(columns) if (code := _decoder(column.type, dialect))]

    def rows(self, connection: Connection, params: Params) -> list[dict[str, Any]]:
        """All rows that the statement gives, by the keys of its columns."""
        return self.named(self._found(connection, params))

    @staticmethod
    def rows_of_each(connection: Connection, asked: Sequence[tuple[Prepared, Params]]) -> list[list[dict[str, Any]]]:
        """What `rows` gives for each of these statements, one after the other; a server is waited for once."""
        if len(asked) == 1 or connection.dialect.name == "sqlite":
            return [prepared.rows(connection, params) for prepared, params in asked]
        with told():
            found = exchange_of(connection).rows_of_each([(prepared.text, prepared.bound(params)) for prepared, params in asked])
        return [prepared.named(rows) for (prepared, _), rows in zip(asked, found, strict=True)]

    def named(self, rows: Iterable[tuple[Any, ...]]) -> list[dict[str, Any]]:
        """Rows as the driver gives them, by the keys of the columns."""
        found = [dict(zip(self._keys, row, strict=True)) for row in rows]
        for key, decode in self._decode:
            for row in found:
                if row[key] is not None:
                    row[key] = decode(row[key])
        return found

    def tuples(self, connection: Connection, params: Params) -> list[tuple[Any, ...]]:
        """All rows that the statement gives, in the order of its columns."""
        found = self._found(connection, params)
        if not self._decode_at or not found:
            return found
        columns = list(zip(*found, strict=True))
        for at, decode in self._decode_at:
            columns[at] = tuple([None if raw is None else decode(raw) for raw in columns[at]])
        return list(zip(*columns, strict=True))

    def value(self, connection: Connection, params: Params) -> Any:
        """The first column of the first row, as the driver gives it; None when there is no row."""
        found = self._found(connection, params)
        return found[0][0] if found else None

    def count(self, connection: Connection, params: Params) -> int:
        """How many rows the statement changed."""
        if self._on_server:
            return exchange_of(connection).count(self.text, self.bound(params))
        return int(driver_of(connection).execute(self.text, self.bound(params)).rowcount)

    def each(self, connection: Connection, params: Iterable[Params]) -> int:
        """Run the statement for each set of parameters, in one batch; how many rows it changed."""
        many = [self.bound(one) for one in params]
        if self._on_server:
            return exchange_of(connection).each(self.text, many)
        return int(driver_of(connection).executemany(self.text, many).rowcount)

    def tell(self, connection: Connection, params: Params) -> None:
        """Run the statement for what it does, before whatever is run next: a server is told with that, which then raises what is wrong."""
        if self._on_server:
            exchange_of(connection).tell(self.text, self.bound(params))
        else:
            driver_of(connection).execute(self.text, self.bound(params))

    def tell_each(self, connection: Connection, params: Iterable[Params]) -> None:
        """The same for each set of parameters."""
        for one in params:
            self.tell(connection, one)

    def plan(self, connection: Connection, params: Params) -> list[str]:
        """How the database would run it, in its own words; nothing is run."""
        bound = self.bound(params)
        if self._on_server:
            return [str(row[0]) for row in exchange_of(connection).rows(f"EXPLAIN {self.text}", bound)]
        return [str(row[3]) for row in driver_of(connection).execute(f"EXPLAIN QUERY PLAN {self.text}", bound).fetchall()]

    def _found(self, connection: Connection, params: Params) -> list[tuple[Any, ...]]:
        bound = self.bound(params)
        with told():
            if self._on_server:
                return exchange_of(connection).rows(self.text, bound)
            found: list[tuple[Any, ...]] = driver_of(connection).execute(self.text, bound).fetchall()
        return found

    def bound(self, params: Params) -> Sequence[Any]:
        """The parameters as the driver takes them, in their order."""
        values = {**self._fixed, **params}
        for name, encode in self._encode:
            given = values.get(name)
            values[name] = None if given is None else encode(given)
        return [*map(values.get, self._order)]


@lru_cache(maxsize=16)
def _numbered(dialect: sa.Dialect) -> sa.Dialect:
    """The same dialect with parameters as a server takes them: `$1`, `$2` …"""
    found = copy(dialect)
    found.paramstyle, found.positional = "numeric_dollar", True
    found.identifier_preparer = found.preparer(found)
    return found


def _columns(statement: Any) -> Sequence[sa.ColumnElement[Any]]:
    if isinstance(statement, sa.Select):
        return list(statement.selected_columns)
    return list(getattr(statement, "exported_columns", ()))


def encoder(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Convert | None:
    """What makes a value of a column, which is not null, into what the driver of a database takes; None where it is that already."""
    if isinstance(kind, Exact):
        return kind.encoder(dialect.name)
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _decoder(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Convert | None:
    if isinstance(kind, Exact):
        return kind.decoded if isinstance(kind, Decoded) and dialect.name in kind.decodes else None
    if isinstance(kind, sa.Numeric):
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Standing:
    """A statement of the engine's own tables, prepared for each kind of database when it is first needed there.

    Where the databases say it in different ways, it is made of the name of one.
    """

    def __init__(self, statement: sa.sql.expression.ClauseElement | Callable[[str], sa.sql.expression.ClauseElement]) -> None:
        self._statement = statement
        self._by_dialect: dict[str, Prepared] = {}

    def on(self, connection: Connection) -> Prepared:
        """The statement for the database of `connection`."""
        dialect = connection.dialect
        found = self._by_dialect.get(dialect.name)
        if found is None:
            made = self._statement if isinstance(self._statement, sa.sql.expression.ClauseElement) else self._statement(dialect.name)
            found = self._by_dialect[dialect.name] = Prepared(made, dialect)
        return found
