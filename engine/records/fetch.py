"""The whole record as the system sees it: its row, its tables, and the values that are computed when they are read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from engine import storage
from engine.errors import Invisible
from engine.metadata import Entity, Field, Value
from engine.unit_of_work import UnitOfWork, View

from .compute import virtual
from .draft import ChildRow, Row, key_of, rows_of
from .rows import fetch_children, fetch_many, fetch_whole


def fetch(view: View, entity_name: str, number: int, *, lock: bool = False) -> Row:
    """The whole record with its tables, as the system sees it; with `lock` nobody else changes it before the commit.

    A row of a table comes in its document, which is what is locked. Raises Invisible when there is none.
    """
    entity = view.metadata.entities[entity_name]
    if entity.document is not None:
        return _fetch_row(view, entity, number, lock=lock)
    held = view.held.get((entity_name, number)) if isinstance(view, UnitOfWork) else None
    found = _copy(view, entity, held) if held is not None else _read(view, entity, number, lock=lock)
    virtual(view, entity.virtual, [found])
    return found


def fetch_at(view: View, entity: Entity, number: int, at: datetime) -> Row:
    """The record with its rows as it was at an instant, without what is computed when it is read. Raises Invisible where there was none."""
    row = storage.version_at(view.connection, view.tables, entity.name, number, at)
    if row is None:
        raise Invisible
    for table in entity.collections:
        assert table.rows is not None
        rows = storage.rows_at(view.connection, view.tables, table.rows.name, number, at)
        row[table.name] = [ChildRow(child, row) for child in rows]
    return row


def _fetch_row(view: View, rows: Entity, number: int, *, lock: bool) -> ChildRow:
    found = fetch_many(view, rows.name, [number]).get(number)
    if found is None:
        raise Invisible
    return fetch_beside(view, rows, found, lock=lock)


def fetch_beside(view: View, rows: Entity, row: Row, *, lock: bool = False) -> ChildRow:
    """A row of a table as it is now, in its document. Raises Invisible when it is gone."""
    assert rows.document is not None
    number = row["document_id"]
    assert isinstance(number, int)
    return row_in(fetch(view, rows.document, number, lock=lock), rows, key_of(row))


def row_in(document: Mapping[str, Value], rows: Entity, number: int) -> ChildRow:
    """A row of a table of a document at hand. Raises Invisible when there is none."""
    there = document.get(rows.table_name) or []
    assert isinstance(there, list)
    found = next((row for row in there if row["id"] == number), None)
    if found is None:
        raise Invisible
    return found if isinstance(found, ChildRow) else ChildRow(found, document)


def fetch_all(view: View, entity_name: str, numbers: Sequence[int]) -> list[Row]:
    """Records or rows of a table by id, whole and in this order, as they lie in the database; those that are gone are left out."""
    entity = view.metadata.entities[entity_name]
    rows = _whole(view, entity, numbers)
    virtual(view, entity.virtual, rows)
    return rows


def _read(view: View, entity: Entity, number: int, *, lock: bool) -> Row:
    found = _whole(view, entity, [number], lock=lock)
    if not found:
        raise Invisible
    if lock and isinstance(view, UnitOfWork):
        _hold(view, entity, found[0])
    return found[0]


def _hold(uow: UnitOfWork, entity: Entity, row: Row) -> None:
    kept = {rows.name: [dict(child) for child in rows_of(row, rows)] for rows in entity.collections}
    uow.held[entity.name, key_of(row)] = row | kept


def hold_records(uow: UnitOfWork, entity: Entity, numbers: Collection[int]) -> None:
    """Lock records that will be changed, in the order of their ids, and read them at once; those that are gone are left out.

    Of rows of a table it is their documents.

    Those of a tree are not: whoever moves one holds the tree first.
    """
    if len(numbers) < 2 or entity.tree is not None:
        return
    if entity.document is not None:
        owners = {int(str(row["document_id"])) for row in fetch_many(uow, entity.name, list(numbers)).values()}
        hold_records(uow, uow.metadata.entities[entity.document], owners)
        return
    for row in _whole(uow, entity, sorted(set(numbers)), lock=True):
        _hold(uow, entity, row)


def _copy(view: View, entity: Entity, held: Row) -> Row:
    copied = dict(held)
    for table in entity.collections:
        assert table.rows is not None
        copied[table.name] = [ChildRow(child, copied) for child in rows_of(held, table)]
        virtual(view, table.rows.virtual, rows_of(copied, table))
    return copied


def fetch_if_there(view: View, entity_name: str, number: int, *, lock: bool = False) -> Row | None:
    """The same, or None when there is none."""
    try:
        return fetch(view, entity_name, number, lock=lock)
    except Invisible:
        return None


def attach_tables(view: View, entity: Entity, rows: Sequence[Row]) -> None:
    """Give records the rows of their tables."""
    _attach(view, entity.collections, rows)


def attach_relations(view: View, entity: Entity, rows: Sequence[Row], wanted: Collection[str] | None) -> None:
    """Give records the pairs of their many-to-many links of these names (None: all)."""
    _attach(view, [field for field in entity.relations if wanted is None or field.name in wanted], rows)


def _whole(view: View, entity: Entity, numbers: Sequence[int], *, lock: bool = False) -> list[Row]:
    """Records with their tables, in this order; those that are gone are left out."""
    found, owned = fetch_whole(view, entity.name, numbers, lock=lock)
    rows = [found[number] for number in numbers if number in found]
    for table in entity.collections:
        assert table.rows is not None
        _give(view, table, rows, owned[table.rows.name])
    return rows


def _attach(view: View, fields: Sequence[Field], rows: Sequence[Row]) -> None:
    for table in fields:
        assert table.rows is not None
        _give(view, table, rows, fetch_children(view, table.rows.name, [key_of(row) for row in rows]))


def _give(view: View, table: Field, rows: Sequence[Row], owned: Mapping[int, Sequence[Row]]) -> None:
    """Give records the rows of one of their tables."""
    assert table.rows is not None
    for row in rows:
        row[table.name] = [ChildRow(child, row) for child in owned.get(key_of(row), ())]
    virtual(view, table.rows.virtual, [child for row in rows for child in rows_of(row, table)])
