"""All rows of a database in a form that any other database takes: table by table, each column with the word for its type.

What the database holds is asked of itself, so columns and tables that are gone from the definition come along; their types are
those that the ids for life remember. The full-text index goes as the words of each record.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import sqlalchemy as sa

from engine.errors import Message, Refusal
from engine.frozen import frozen

from .blueprint import Blueprint, Column
from .columns import type_of_shape
from .database import Connection
from .ddl import creating, run
from .names import SEALED_UNTIL, SEALED_VALUES, history_name
from .own_columns import SYSTEM
from .revisions import known_things
from .schema import add_column
from .search.index import SEARCH_TABLE, search_rows, write_search_rows
from .system_tables import meta
from .tables import Tables
from .types import Boolean, Codes, Date, Duration, Instant, Json, Number, Passing, Text
from .workflow_tables import WORKFLOW

CHUNK = 1000
HELD = "held"
"""The name in `loom_meta` of the fact that this database must do nothing outside."""
_WORDS: Mapping[type[Any], str] = {
    Text: "text", Boolean: "boolean", Date: "date", Instant: "instant", Duration: "duration", Codes: "codes", Json: "json",
    Passing: "json", sa.LargeBinary: "binary", sa.Integer: "integer", sa.BigInteger: "key",
}  # fmt: skip
_OURS: Mapping[str, str] = {
    **dict.fromkeys(("id", "created_by", "updated_by", "document_id", "history_id"), "key"),
    **dict.fromkeys(("version", "row_no"), "integer"),
    **dict.fromkeys(("created_at", "updated_at", "current_from", "current_until"), "instant"),
    "state": "text",
    SEALED_VALUES: "json",
    SEALED_UNTIL: "instant",
}
_REFLECTED: Sequence[tuple[type[Any], str]] = (
    (sa.Integer, "key"), (sa.Text, "text"), (sa.String, "text"), (sa.Boolean, "boolean"), (sa.Date, "date"), (sa.DateTime, "instant"),
    (sa.Interval, "duration"), (sa.ARRAY, "codes"), (sa.LargeBinary, "binary"),
)  # fmt: skip
"""Words for what a database says of a column."""
_MICROSECOND = timedelta(microseconds=1)


@frozen
class Dumped:
    """A table as it lies in a database: its columns with the words for their types, and the last id that was given out."""

    name: str
    columns: tuple[tuple[str, str], ...]
    last: int = 0


def dumped_tables(connection: Connection, tables: Tables) -> list[Dumped]:
    """Every table of the database, those of the engine first."""
    inspector = sa.inspect(connection)
    known = _known_types(connection, tables)
    names = [name for name in inspector.get_table_names() if not name.startswith((SEARCH_TABLE, "sqlite_"))]
    found = []
    for name in sorted(names, key=lambda each: (not each.startswith("loom_"), each)):
        reflected = {str(column["name"]): column["type"] for column in inspector.get_columns(name)}
        columns = tuple((column, known.get((name, column)) or _remaining((name, column), kind)) for column, kind in reflected.items())
        found.append(Dumped(name, columns, _last(connection, name) if "id" in reflected else 0))
    return found


def dump_table(connection: Connection, table: Dumped) -> Iterator[list[object]]:
    """The rows of a table as plain data, in the order of their ids."""
    made = _table(table)
    first = [made.c[name] for name in ("id", "history_id", "number", "key", "name") if name in made.c][:1]
    rows = connection.execute(sa.select(made).order_by(*first).execution_options(yield_per=CHUNK))
    for row in rows:
        yield [_plain(value) for value in row]


def dump_search(connection: Connection) -> Iterator[list[object]]:
    """The words of each record: entity, record, words."""
    yield from search_rows(connection)


def empty(connection: Connection) -> None:
    """Nothing that the engine put into its own tables stays, but the facts about this database."""
    for table in reversed((*SYSTEM.sorted_tables, *WORKFLOW.sorted_tables)):
        if table.name != meta.name:
            connection.execute(sa.delete(table))


def defer_references(connection: Connection) -> Callable[[], None]:
    """References are tested at the end of the transaction; what is given makes the tables as they were, before the commit."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        return lambda: None
    inspector = sa.inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    keys = [(table, str(key["name"])) for table in inspector.get_table_names() for key in inspector.get_foreign_keys(table)]
    for table, key in keys:
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} ALTER CONSTRAINT {quote(key)} DEFERRABLE INITIALLY DEFERRED")
    connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")

    def settle() -> None:
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        for table, key in keys:
            connection.exec_driver_sql(f"ALTER TABLE {quote(table)} ALTER CONSTRAINT {quote(key)} NOT DEFERRABLE")

    return settle


def make_lacking(connection: Connection, table: Dumped) -> None:
    """The table, or the columns of it, that the definition does not have any more."""
    inspector = sa.inspect(connection)
    if not inspector.has_table(table.name):
        key = "history_id" if any(name == "history_id" for name, _ in table.columns) else "id"
        columns = (Column(name, name, type_of_word(word), null=name != key) for name, word in table.columns)
        run(connection, list(creating([Blueprint(table.name, (key,), tuple(columns), keeps=key == "id")], connection.dialect)))
        return
    there = {str(column["name"]) for column in inspector.get_columns(table.name)}
    for name, word in table.columns:
        if name not in there:
            add_column(connection, table.name, name, type_of_word(word))


def fill_table(connection: Connection, table: Dumped, rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as `dump_table` gave them; how many there were."""
    made = _table(table)
    decoders = [_decoder(word) for _, word in table.columns]
    statement, count, left = sa.insert(made), 0, iter(rows)
    while chunk := list(islice(left, CHUNK)):
        names = [name for name, _ in table.columns]
        values = [
            {name: value if value is None else decode(value) for name, value, decode in zip(names, row, decoders, strict=True)}
            for row in chunk
        ]
        connection.execute(statement, values)
        count += len(chunk)
    if table.last:
        _go_on(connection, table)
    return count


def fill_search(connection: Connection, rows: Iterable[Sequence[Any]]) -> int:
    """Write the words of records."""
    return write_search_rows(connection, rows)


def hold_outside(connection: Connection, held: str | None) -> None:
    """Remember that this database must do nothing outside (why, in a word), or that it may again."""
    connection.execute(sa.delete(meta).where(meta.c.name == HELD))
    if held is not None:
        connection.execute(sa.insert(meta), {"name": HELD, "value": held})


def is_held(connection: Connection) -> bool:
    """Whether this database must do nothing outside: it was restored, and nobody has released it."""
    return connection.execute(sa.select(meta.c.value).where(meta.c.name == HELD)).scalar() is not None


def type_of_word(word: str) -> sa.types.TypeEngine[Any]:
    """The column type of a word."""
    own: dict[str, Callable[[], sa.types.TypeEngine[Any]]] = {"json": Json, "binary": sa.LargeBinary, "integer": sa.Integer}
    made = own[word]() if word in own else type_of_shape(word)
    if made is None:
        raise ValueError(f"a later version of Objectloom wrote this: no column is of type {word}")
    return made


def _word_of(kind: sa.types.TypeEngine[Any]) -> str:
    """The word for a type of ours."""
    word = f"number({kind.scale})" if isinstance(kind, Number) else _WORDS.get(type(kind))
    if word is None:
        raise TypeError(f"a backup has no word for columns of type {kind!r}")
    return word


def _known_types(connection: Connection, tables: Tables) -> dict[tuple[str, str], str]:
    """The word for each column by table and name: of the engine, of what is gone, of the definition."""
    things = known_things(connection)
    by_number = {thing.number: thing for thing in things}
    found: dict[tuple[str, str], str] = {}
    for thing in things:
        owner = by_number.get(thing.owner or 0)
        if thing.kind == "entity" and thing.physical:
            for table in (thing.physical, history_name(thing.physical)):
                found |= {(table, column): word for column, word in _OURS.items()}
        if thing.kind in ("field", "column") and thing.physical and owner is not None and owner.physical and thing.shape:
            word = {"location": "text", "choice": "text", "markup": "text"}.get(thing.shape, thing.shape)
            word = "text" if word == "json" else "key" if word == "link" else word
            found |= {(table, thing.physical): word for table in (owner.physical, history_name(owner.physical))}
    found |= {(table.name, column.name): _word_of(column.kind) for table in tables.blueprints.values() for column in table.columns}
    own = (*SYSTEM.sorted_tables, *WORKFLOW.sorted_tables)
    return found | {(table.name, column.name): _word_of(column.type) for table in own for column in table.columns}


def _remaining(place: tuple[str, str], kind: sa.types.TypeEngine[Any]) -> str:
    """The word for a column that nobody remembers, such as that of values which were converted. Raises Refusal for a foreign type."""
    if isinstance(kind, sa.Numeric) and kind.scale is not None:
        return f"number({kind.scale})"
    word = next((word for made, word in _REFLECTED if isinstance(kind, made)), None)
    if word is None:
        words = "The column {column} of the table {table} is none of Objectloom, and of a type that a backup cannot hold ({type})."
        raise Refusal(Message(words, {"table": place[0], "column": place[1], "type": str(kind)}))
    return word


def _table(table: Dumped) -> sa.Table:
    return sa.Table(table.name, sa.MetaData(), *(sa.Column(name, type_of_word(word)) for name, word in table.columns))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return list(value) if isinstance(value, tuple) else value


def _decoder(word: str) -> Callable[[Any], Any]:
    return {
        "date": date.fromisoformat,
        "instant": datetime.fromisoformat,
        "duration": lambda value: value * _MICROSECOND,
        "codes": tuple,
        "binary": base64.b64decode,
    }.get(word.partition("(")[0], Decimal if word.startswith("number") else lambda value: value)


def _last(connection: Connection, table: str) -> int:
    """The last id that the table gave out, whatever became of the row."""
    if connection.dialect.name == "sqlite":
        has = sa.text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
        if connection.execute(has).scalar() is None:
            return 0
        return int(connection.execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table}).scalar() or 0)
    quoted = connection.dialect.identifier_preparer.quote(table)
    serial = connection.execute(sa.text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": quoted}).scalar()
    if serial is None:
        return 0
    row = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {serial}").one()  # noqa: S608 - the server's own name
    return int(row[0]) if row[1] else 0


def _go_on(connection: Connection, table: Dumped) -> None:
    """The next id is the one after the last that was given out where the rows come from."""
    if connection.dialect.name == "sqlite":
        changed = sa.text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name")
        if connection.execute(changed, {"last": table.last, "name": table.name}).rowcount == 0:
            counting = "SELECT :name, :last FROM sqlite_master WHERE name = :name AND sql LIKE '%AUTOINCREMENT%'"
            has = sa.text(f"INSERT INTO sqlite_sequence (name, seq) {counting}")
            connection.execute(has, {"last": table.last, "name": table.name})
        return
    quoted = connection.dialect.identifier_preparer.quote(table.name)
    serial = connection.execute(sa.text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": quoted}).scalar()
    if serial is not None:
        connection.execute(sa.text("SELECT setval(:serial, :last)"), {"serial": serial, "last": table.last})
