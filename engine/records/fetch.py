"""The whole record as the system sees it: its row, its tables, and the values that are computed when they are read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.errors import Invisible
from engine.metadata import Entity, Field
from engine.unit_of_work import UnitOfWork, View

from .compute import virtual, virtual_fields
from .draft import ChildRow, Row, key_of, rows_of
from .rows import fetch_children, fetch_many


def fetch(view: View, entity_name: str, number: int, *, lock: bool = False) -> Row:
    """The whole record with its tables, as the system sees it; with `lock` nobody else changes it before the commit.

    Raises Invisible when there is none.
    """
    entity = view.metadata.entities[entity_name]
    held = view.held.get((entity_name, number)) if isinstance(view, UnitOfWork) else None
    found = _copy(view, entity, held) if held is not None else _read(view, entity, number, lock=lock)
    virtual(view, virtual_fields(entity), [found])
    return found


def _read(view: View, entity: Entity, number: int, *, lock: bool) -> Row:
    found = fetch_many(view, entity.name, [number], lock=lock).get(number)
    if found is None:
        raise Invisible
    attach_tables(view, entity, [found])
    if lock and isinstance(view, UnitOfWork):
        _hold(view, entity, found)
    return found


def _hold(uow: UnitOfWork, entity: Entity, row: Row) -> None:
    kept = {rows.name: [dict(child) for child in rows_of(row, rows)] for rows in entity.collections}
    uow.held[entity.name, key_of(row)] = row | kept


def hold_records(uow: UnitOfWork, entity: Entity, numbers: Collection[int]) -> None:
    """Lock records that will be changed, in the order of their ids, and read them at once; those that are gone are left out.

    Those of a tree are not: whoever moves one holds the tree first.
    """
    if len(numbers) < 2 or entity.tree is not None:
        return
    found = list(fetch_many(uow, entity.name, sorted(set(numbers)), lock=True).values())
    attach_tables(uow, entity, found)
    for row in found:
        _hold(uow, entity, row)


def _copy(view: View, entity: Entity, held: Row) -> Row:
    copied = dict(held)
    for table in entity.collections:
        assert table.rows is not None
        copied[table.name] = [ChildRow(child, copied) for child in rows_of(held, table)]
        virtual(view, virtual_fields(table.rows), rows_of(copied, table))
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


def _attach(view: View, fields: Sequence[Field], rows: Sequence[Row]) -> None:
    by_id = {key_of(row): row for row in rows}
    for table in fields:
        assert table.rows is not None
        found = fetch_children(view, table.rows.name, list(by_id))
        for number, row in by_id.items():
            row[table.name] = [ChildRow(child, row) for child in found.get(number, ())]
        virtual(view, virtual_fields(table.rows), [child for row in rows for child in rows_of(row, table)])
