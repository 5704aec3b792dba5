"""Reading and writing the rows of one entity, as plain dicts by field name. No rights and no rules: `records` has them.

Every write but an insert first copies the rows as they were into the table of earlier versions. Keys of a dict that are no
column (tables, virtual fields) are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa

from engine.frozen import frozen

from .audit import Head, head_of
from .database import Connection
from .filling import take_ids
from .many import among, listed
from .prepared import Prepared
from .spelling import with_spellings
from .tables import Tables
from .violations import explained

Row = dict[str, Any]
FEW = 50
"""So many rows one INSERT carries; more are written by `Filling`."""
_OURS = frozenset({"id", "version", "current_from"})


def fetch(
    connection: Connection, tables: Tables, entity: str, ids: Sequence[int], *, lock: Literal["share"] | bool = False
) -> dict[int, Row]:
    """Rows by id; ids that do not exist are missing. With `lock` (in id order) nobody else changes them before the commit.

    Several transactions may hold the same row with `share`.
    """
    found = _fetching(connection, tables, entity, lock).rows(connection, {"ids": listed(ids, tables.dialect)})
    return {row["id"]: row for row in found}


def fetch_rows(connection: Connection, tables: Tables, entity: str, documents: Sequence[int]) -> dict[int, list[Row]]:
    """The rows of the table `entity` (`receipt.lines`) by the id of their document, in their order."""
    found = _fetching_rows(connection, tables, entity).rows(connection, {"ids": listed(documents, tables.dialect)})
    return _by_document(found, documents)


def fetch_whole(
    connection: Connection, tables: Tables, entity: str, ids: Sequence[int], *, lock: bool = False
) -> tuple[dict[int, Row], dict[str, dict[int, list[Row]]]]:
    """Rows as `fetch` gives them, and by the name of each table of the entity what `fetch_rows` gives: after the locks, in one trip."""
    owned = [field.rows.name for field in tables.metadata.entities[entity].collections if field.rows is not None]
    asked = [_fetching(connection, tables, entity, lock), *(_fetching_rows(connection, tables, rows) for rows in owned)]
    params = {"ids": listed(ids, tables.dialect)}
    records, *rows = Prepared.rows_of_each(connection, [(prepared, params) for prepared in asked])
    return {row["id"]: row for row in records}, {name: _by_document(found, ids) for name, found in zip(owned, rows, strict=True)}


def fetch_by(connection: Connection, tables: Tables, entity: str, link: str, ids: Sequence[int]) -> list[Row]:
    """The rows of `entity` whose field `link` holds one of these ids, oldest first."""

    def statement() -> sa.Select[Any]:
        table = tables.table(entity)
        return _selected(tables, entity).where(among(table.c[link], tables.dialect)).order_by(table.c.id)

    return tables.prepared(connection, ("fetch_by", entity, link), statement).rows(connection, {"ids": listed(ids, tables.dialect)})


def insert(connection: Connection, tables: Tables, entity: str, values: Mapping[str, Any], now: datetime) -> int:
    """A new row; its id. Raises NotUnique."""

    def statement() -> sa.sql.expression.ClauseElement:
        table = tables.table(entity)
        return sa.insert(table).values(_new(table)).returning(table.c.id)

    prepared = tables.prepared(connection, ("insert", entity), statement)
    with explained(tables, entity):
        return int(prepared.value(connection, _params(tables, entity, [values], now)))


def insert_rows(connection: Connection, tables: Tables, entity: str, rows: Sequence[Mapping[str, Any]], now: datetime) -> list[int]:
    """New rows of tables, each with its `document_id` and `row_no`; their ids, in the order given. Raises NotUnique."""
    count = len(rows)
    if count > FEW:
        return insert_many(connection, tables, entity, rows, now)
    prepared = tables.prepared(connection, ("insert_rows", entity, count), partial(_insert_few, tables, entity, count))
    with explained(tables, entity):
        made = prepared.rows(connection, _params(tables, entity, rows, now))
    found = {(row["document_id"], row["row_no"]): row["id"] for row in made}
    return [found[row["document_id"], row["row_no"]] for row in rows]


def insert_many(connection: Connection, tables: Tables, entity: str, rows: Sequence[Mapping[str, Any]], now: datetime) -> list[int]:
    """Many new rows; their ids, in the order given. Raises NotUnique and Referenced."""
    ids = list(take_ids(connection, tables.table(entity), len(rows)))
    spelled = tables.spellings(entity)
    placed = [with_spellings(spelled, row) for row in rows] if spelled else rows
    with explained(tables, entity):
        tables.filling(connection, entity).write(connection, placed, {"id": ids}, {"version": 1, "current_from": now})
    return ids


def update(connection: Connection, tables: Tables, entity: str, values: Mapping[str, Any], now: datetime) -> Head | None:
    """Write `values` into the row with their `id` if it still has their `version`, which grows by one.

    Without an `updated_at` the write is a derived one, and the version stays. Gives the newest audit entry of the record, None
    when somebody was faster. Raises NotUnique or Referenced.
    """
    table = tables.table(entity)
    written = with_spellings(tables.spellings(entity), values)
    changed = {name: value for name, value in written.items() if name in table.c and name not in _OURS}
    write = _Write(tables, entity, ("update", *changed), partial(_updated, table, tuple(changed)))
    return write.run(connection, {**_named(changed), **_which(values), "now": now})


def update_rows(connection: Connection, tables: Tables, entity: str, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Write whole rows of a table; each is found by its id. Raises NotUnique."""
    table = tables.table(entity)
    names = tuple(name for name in _written(table) if name not in _OURS and name != "document_id")
    _keep(connection, tables, entity, [row["id"] for row in rows], now)
    prepared = tables.prepared(connection, ("update_rows", entity), lambda: _updated(table, names).where(_is_row(table)))
    with explained(tables, entity):
        written = (with_spellings(tables.spellings(entity), row) for row in rows)
        prepared.each(connection, ({**_named({name: row.get(name) for name in names}), "row_id": row["id"], "now": now} for row in written))


def delete_rows(connection: Connection, tables: Tables, entity: str, ids: Sequence[int], now: datetime) -> None:
    """Rows go; what they were is kept. Raises Referenced."""
    table = tables.table(entity)
    _keep(connection, tables, entity, ids, now)
    prepared = tables.prepared(connection, ("delete_rows", entity), lambda: sa.delete(table).where(among(table.c.id, tables.dialect)))
    with explained(tables, entity):
        prepared.count(connection, {"ids": listed(ids, tables.dialect)})


def delete(connection: Connection, tables: Tables, entity: str, row: Mapping[str, Any], now: datetime) -> Head | None:
    """The record with the `id` of `row` goes with the rows of its tables, if it still has the `version`; what they were is kept.

    Gives its newest audit entry. After None the transaction must be given up: the rows of its tables are gone already.
    Raises Referenced.
    """
    for field in tables.metadata.entities[entity].collections:
        assert field.rows is not None
        rows = fetch_rows(connection, tables, field.rows.name, [row["id"]])[row["id"]]
        if rows:
            delete_rows(connection, tables, field.rows.name, [child["id"] for child in rows], now)
    write = _Write(tables, entity, ("delete",), lambda: sa.delete(tables.table(entity)))
    return write.run(connection, {**_which(row), "now": now})


def history(connection: Connection, tables: Tables, entity: str, number: int) -> list[Row]:
    """The earlier versions of a row, newest first, each with `current_from` and `current_until`."""

    def statement() -> sa.Select[Any]:
        table = tables.history(entity)
        beside = {"history_id", *tables.spellings(entity).values()}
        columns = [column for column in table.c if column.key not in beside]
        return sa.select(*columns).where(table.c.id == sa.bindparam("row_id")).order_by(table.c.history_id.desc())

    return tables.prepared(connection, ("history", entity), statement).rows(connection, {"row_id": number})


@frozen
class _Write:
    """A change of one row at one version that keeps the row as it was: one statement on PostgreSQL, two on SQLite."""

    tables: Tables
    entity: str
    key: tuple[str, ...]
    change: Callable[[], Any]

    def run(self, connection: Connection, params: Row) -> Head | None:
        """The newest audit entry of the row; None when there is no such row. Raises NotUnique or Referenced."""
        with explained(self.tables, self.entity):
            if self.tables.dialect == "sqlite":
                self._prepared(connection, "keep", self._kept).count(connection, params)
            found = self._prepared(connection, "write", self._written).rows(connection, params)
        return Head(found[0]["seq"] or 0, found[0]["hash"] or "") if found else None

    def _prepared(self, connection: Connection, part: str, make: Callable[[], Any]) -> Prepared:
        return self.tables.prepared(connection, (part, self.entity, *self.key), make)

    def _kept(self) -> Any:
        return _kept(self.tables, self.entity, _is_version(self.tables.table(self.entity)))

    def _written(self) -> Any:
        table = self.tables.table(self.entity)
        number = self.tables.metadata.identity.number(f"entity:{self.entity}")
        statement = self.change().where(_is_version(table)).returning(*head_of(number, sa.bindparam("row_id")))
        return statement if self.tables.dialect == "sqlite" else statement.add_cte(self._kept().cte("kept"))


def _keep(connection: Connection, tables: Tables, entity: str, ids: Sequence[int], now: datetime) -> None:
    """Copy rows as they are now into the table of earlier versions."""
    table = tables.table(entity)
    prepared = tables.prepared(connection, ("keep", entity), lambda: _kept(tables, entity, among(table.c.id, tables.dialect)))
    prepared.count(connection, {"ids": listed(ids, tables.dialect), "now": now})


def _kept(tables: Tables, entity: str, which: sa.ColumnElement[bool]) -> Any:
    table, earlier = tables.table(entity), tables.history(entity)
    names = [column.key for column in table.c]
    query = sa.select(*(table.c[name] for name in names), _now(table)).where(which)
    return sa.insert(earlier).from_select([*names, "current_until"], query)


def _fetching(connection: Connection, tables: Tables, entity: str, lock: Literal["share"] | bool) -> Prepared:
    def statement() -> sa.Select[Any]:
        table = tables.table(entity)
        query = _selected(tables, entity).where(among(table.c.id, tables.dialect)).order_by(table.c.id)
        if lock == "share":
            return query.with_for_update(read=True)
        return query.with_for_update(key_share=True) if lock else query

    return tables.prepared(connection, ("fetch", entity, lock), statement)


def _fetching_rows(connection: Connection, tables: Tables, entity: str) -> Prepared:
    def statement() -> sa.Select[Any]:
        table = tables.table(entity)
        wanted = among(table.c.document_id, tables.dialect)
        return _selected(tables, entity).where(wanted).order_by(table.c.document_id, table.c.row_no)

    return tables.prepared(connection, ("fetch_rows", entity), statement)


def _by_document(rows: Iterable[Row], documents: Sequence[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {number: [] for number in documents}
    for row in rows:
        found[row["document_id"]].append(row)
    return found


def _selected(tables: Tables, entity: str) -> sa.Select[Any]:
    return sa.select(*tables.held(entity))


def _written(table: sa.Table) -> Iterable[str]:
    return (str(column.key) for column in table.c if column.key != "id")


def _params(tables: Tables, entity: str, rows: Sequence[Mapping[str, Any]], now: datetime) -> Row:
    """The parameters of a statement that writes new rows."""
    found: Row = {}
    for number, given in enumerate(rows):
        row = with_spellings(tables.spellings(entity), given)
        found |= {param: row.get(name) for name, param in tables.params(entity, number)}
        found[f"version${number}"] = row.get("version") or 1
    found["now"] = now
    return found


def _which(row: Mapping[str, Any]) -> Row:
    return {"row_id": row["id"], "row_version": row["version"]}


def _named(values: Mapping[str, Any], number: int = 0) -> Row:
    """Values by the names of their parameters, which are no names of columns."""
    return {f"{name}${number}": value for name, value in values.items()}


def _bound(table: sa.Table, names: Iterable[str], number: int = 0) -> dict[str, sa.BindParameter[Any]]:
    return {name: sa.bindparam(f"{name}${number}", type_=table.c[name].type) for name in names}


def _new(table: sa.Table, number: int = 0) -> dict[str, sa.BindParameter[Any]]:
    return _bound(table, _written(table), number) | {"current_from": _now(table)}


def _insert_few(tables: Tables, entity: str, count: int) -> sa.sql.expression.ClauseElement:
    table = tables.table(entity)
    return (
        sa.insert(table).values([_new(table, number) for number in range(count)]).returning(table.c.id, table.c.document_id, table.c.row_no)
    )


def _updated(table: sa.Table, names: Collection[str]) -> sa.Update:
    derived = "updated_at" in table.c and "updated_at" not in names
    version = table.c.version if derived else table.c.version + 1
    return sa.update(table).values({**_bound(table, names), "version": version, "current_from": _now(table)})


def _now(table: sa.Table) -> sa.BindParameter[Any]:
    return sa.bindparam("now", type_=table.c.current_from.type)


def _is_row(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.id == sa.bindparam("row_id")


def _is_version(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(_is_row(table), table.c.version == sa.bindparam("row_version"))
