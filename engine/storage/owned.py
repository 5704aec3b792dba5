"""Rows of a table that the definition does not name any more: they hold the documents that they belong to back no longer.

What ties a row to its document is one constraint. PostgreSQL drops and adds it; SQLite has no words for that, but its documented way for
changes that leave the rows as they are: the text of the table is written anew (sqlite.org/lang_altertable.html, section 7).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import sqlalchemy as sa

from .database import Connection, dialect_of
from .names import fitting

OWNER = "document_id"
_TIE = re.compile(rf',\s*CONSTRAINT \S+ FOREIGN KEY\({OWNER}\) REFERENCES ("[^"]+"|\w+) \(id\)')
_END = re.compile(r"\s*\)\s*STRICT\s*$")


def release_rows(connection: Connection, table: str) -> None:
    """From now on documents may be deleted although rows of `table` belong to them."""
    for key in sa.inspect(connection).get_foreign_keys(table):
        if key["constrained_columns"] == [OWNER]:
            if dialect_of(connection) == "sqlite":
                _rewrite(connection, table, lambda text: _TIE.sub("", text))
            else:
                quote = connection.dialect.identifier_preparer.quote
                connection.exec_driver_sql(f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(str(key['name']))}")


def bind_rows(connection: Connection, table: str, documents: str, links: Sequence[str] = ()) -> None:
    """Rows of `table` belong to the rows of `documents` again; those whose document is gone go, and those without a value in `links`."""
    if any(key["constrained_columns"] == [OWNER] for key in sa.inspect(connection).get_foreign_keys(table)):
        return
    rows, owners = sa.table(table, *map(sa.column, (OWNER, *links))), sa.table(documents, sa.column("id"))
    lost = (rows.c[OWNER].not_in(sa.select(owners.c.id)), *(rows.c[link].is_(None) for link in links))
    connection.execute(sa.delete(rows).where(sa.or_(*lost)))
    quote = connection.dialect.identifier_preparer.quote
    tie = f"CONSTRAINT {quote(_name(table))} FOREIGN KEY({OWNER}) REFERENCES {quote(documents)} (id)"
    if dialect_of(connection) == "sqlite":
        _rewrite(connection, table, lambda text: _END.sub(lambda end: f", \n\t{tie}{end[0]}", text))
    else:
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} ADD {tie}")


def _name(table: str) -> str:
    return fitting(f"fk_{table}_{OWNER}")


def _rewrite(connection: Connection, table: str, change: Callable[[str], str]) -> None:
    """Change the text that SQLite knows a table by; every connection reads it anew. Raises RuntimeError where it has another form."""
    text = str(connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).scalar_one())
    if (changed := change(text)) == text:
        raise RuntimeError(f"the table {table} is not written as this engine writes tables")
    version = int(connection.exec_driver_sql("PRAGMA schema_version").scalar_one())
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?", (changed, table))
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
