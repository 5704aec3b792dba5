"""Values carried from one column to another, a few rows at a time, while people go on writing the old one.

A trigger empties the new column of a row whose old value changes, so what is left to carry is always what has an old value
and no new one; stopping and starting again loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .database import Connection, dialect_of
from .names import fitting

BATCH = 500
_ON_SQLITE = (
    "CREATE TRIGGER {n} AFTER UPDATE OF {s} ON {t} WHEN OLD.{s} IS NOT NEW.{s} BEGIN UPDATE {t} SET {c} = NULL WHERE id = NEW.id; END"
)
_ON_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {n}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.{c} := NULL; RETURN NEW; END $$; "
    "CREATE TRIGGER {n} BEFORE UPDATE OF {s} ON {t} FOR EACH ROW WHEN (OLD.{s} IS DISTINCT FROM NEW.{s}) EXECUTE FUNCTION {n}()"
)


@frozen(slots=False)
class Carry:
    """From `source` to `target`, two columns of `table` by their physical names; `convert` gives None for what cannot be carried.

    `key` numbers the rows: `id`, in a table of earlier versions `history_id`.
    """

    table: str
    source: str
    target: str
    source_type: sa.types.TypeEngine[Any]
    target_type: sa.types.TypeEngine[Any]
    convert: Callable[[Any], Any]
    key: str = "id"

    def batch(self, connection: Connection, after: int, most: int = BATCH) -> int | None:
        """Carry the next rows behind the key `after`; the key of the last of them, None when there were no more."""
        key, source, target = _column(self.key), sa.column(self.source, self.source_type), sa.column(self.target, self.target_type)
        table = sa.table(self.table, key, source, target)
        query = sa.select(key, source).select_from(table).where(key > after, source.is_not(None), target.is_(None))
        rows = connection.execute(query.order_by(key).limit(most)).all()
        carried = [{"of": number, "to": new} for number, old in rows if (new := self.convert(old)) is not None]
        if carried:
            change = sa.update(table).where(key == sa.bindparam("of")).values({self.target: sa.bindparam("to", type_=self.target_type)})
            connection.execute(change, carried)
        return int(rows[-1][0]) if rows else None

    def watch(self, connection: Connection) -> None:
        """From now on a change of the old value empties the new one."""
        self.leave(connection)
        quote = connection.dialect.identifier_preparer.quote
        name, table, source, target = (quote(n) for n in (_trigger(self.table, self.target), self.table, self.source, self.target))
        text = (_ON_SQLITE if dialect_of(connection) == "sqlite" else _ON_POSTGRESQL).format(n=name, t=table, s=source, c=target)
        connection.exec_driver_sql(text)

    def leave(self, connection: Connection) -> None:
        """The old value is not looked at any more."""
        stop_carrying(connection, self.table, self.target)

    def left(self, connection: Connection) -> int:
        """The rows with an old value and no new one."""
        source, target = _column(self.source), _column(self.target)
        table = sa.table(self.table, source, target)
        query = sa.select(sa.func.count()).select_from(table).where(source.is_not(None), target.is_(None))
        return int(connection.execute(query).scalar_one())

    def clear(self, connection: Connection, most: int = BATCH) -> bool:
        """Empty the old column of the next rows; False when there were none left."""
        key, source = _column(self.key), _column(self.source)
        table = sa.table(self.table, key, source)
        some = sa.select(key).select_from(table).where(source.is_not(None)).order_by(key).limit(most)
        return connection.execute(sa.update(table).where(key.in_(some)).values({self.source: None})).rowcount > 0


def stop_carrying(connection: Connection, table: str, target: str) -> None:
    """No trigger looks after the column `target` any more."""
    quote = connection.dialect.identifier_preparer.quote
    name = quote(_trigger(table, target))
    if dialect_of(connection) == "sqlite":
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        return
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {quote(table)}")
    connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}()")


def _trigger(table: str, target: str) -> str:
    return fitting(f"loom_carry_{table}_{target}")


def _column(name: str) -> sa.ColumnClause[Any]:
    return sa.column(name)
