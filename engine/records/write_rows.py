"""Writing the child rows of a record: those that are new, changed and gone, each in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine import storage
from engine.metadata import Entity, Field
from engine.unit_of_work import Changed, Created, Deleted, Entered, Event, Touched, UnitOfWork

from .draft import Row, key_of, rows_of

MADE_OR_GONE: frozenset[str | None] = frozenset({None})
"""What is told of a row that was made or removed."""


def insert_rows(uow: UnitOfWork, table: Field, documents: Sequence[Row]) -> None:
    """Write all rows of a table of new documents."""
    rows: list[Row] = []
    for document in documents:
        number = key_of(document)
        for position, row in enumerate(rows_of(document, table), 1):
            row["version"], row["document_id"], row["row_no"] = 1, number, position
            rows.append(row)
    _insert(uow, table, rows)


def update_rows(uow: UnitOfWork, table: Field, old: Row, new: Row) -> None:
    """Write what differs between the rows of a table as they were and as they shall be."""
    assert table.rows is not None
    before = {key_of(row): (position, row) for position, row in enumerate(rows_of(old, table), 1)}
    after = list(enumerate(rows_of(new, table), 1))
    kept = {row.get("id") for _, row in after}
    gone = [number for number in before if number not in kept]
    if gone:
        storage.delete_rows(uow.connection, uow.tables, table.rows.name, gone, uow.now)
        _touch(uow, table.rows, [(before[number][1], None) for number in gone])
        _tell(uow, table.rows, [Deleted(table.rows.name, number, before[number][1]) for number in gone])
    changed = [(position, row) for position, row in after if row.get("id") in before and before[key_of(row)] != (position, row)]
    if changed:
        rows = [row | {"row_no": position} for position, row in changed]
        storage.update_rows(uow.connection, uow.tables, table.rows.name, rows, uow.now)
        pairs = [(before[key_of(row)][1], row) for _, row in changed]
        _touch(uow, table.rows, pairs)
        _tell(uow, table.rows, [event for pair in pairs for event in _happened(table.rows, *pair)])
    number, made = key_of(new), [(position, row) for position, row in after if row.get("id") is None]
    for position, row in made:
        row["version"], row["document_id"], row["row_no"] = 1, number, position
    _insert(uow, table, [row for _, row in made])


def touch_gone(uow: UnitOfWork, entity: Entity, document: Row) -> None:
    """Tell that a record and its rows are gone."""
    uow.touched.append(Touched(entity.name, key_of(document), document, None, MADE_OR_GONE))
    for table in entity.collections:
        assert table.rows is not None
        gone = rows_of(document, table)
        _touch(uow, table.rows, [(row, None) for row in gone])
        _tell(uow, table.rows, [Deleted(table.rows.name, key_of(row), row) for row in gone])


def touch_made(uow: UnitOfWork, entity: Entity, document: Row) -> None:
    """Tell that a record and its rows are there."""
    uow.touched.append(Touched(entity.name, key_of(document), None, document, MADE_OR_GONE))
    for table in entity.collections:
        assert table.rows is not None
        _touch(uow, table.rows, [(None, row) for row in rows_of(document, table)])


def _insert(uow: UnitOfWork, table: Field, rows: Sequence[Row]) -> None:
    """Write new rows, which know their position and the id of their document."""
    entity = table.rows
    if entity is None or not rows:
        return
    for row, number in zip(rows, storage.insert_rows(uow.connection, uow.tables, entity.name, rows, uow.now), strict=True):
        row["id"] = number
    touch_new(uow, entity, rows)
    _tell(uow, entity, (event for row in rows for event in _begun(entity, row)))


def _tell(uow: UnitOfWork, entity: Entity, events: Iterable[Event]) -> None:
    """Tell what happened to rows, where somebody listens to that."""
    if entity.name in uow.metadata.told_rows:
        for event in events:
            uow.emit(event)


def _begun(entity: Entity, row: Row) -> Iterator[Event]:
    yield Created(entity.name, key_of(row))
    if entity.lifecycle is not None:
        yield Entered(entity.name, key_of(row), str(row["state"]))


def _happened(entity: Entity, old: Row, new: Row) -> Iterator[Event]:
    differing = frozenset(name for name, value in new.items() if old.get(name) != value)
    if differing:
        yield Changed(entity.name, key_of(new), differing, old)
    if "state" in differing:
        yield Entered(entity.name, key_of(new), str(new["state"]))


def touch_new(uow: UnitOfWork, entity: Entity, rows: Sequence[Row]) -> None:
    """Tell that rows were made, where anything is computed from that."""
    if (entity.name, None) in uow.metadata.derivations.by_change:
        uow.touched += [Touched(entity.name, key_of(row), None, row, MADE_OR_GONE) for row in rows]


def _touch(uow: UnitOfWork, entity: Entity, pairs: Sequence[tuple[Row | None, Row | None]]) -> None:
    for old, new in pairs:
        row = new or old
        assert row is not None
        uow.touched.append(Touched(entity.name, key_of(row), old, new, _differences(old, new)))


def _differences(old: Row | None, new: Row | None) -> frozenset[str | None]:
    if old is None or new is None:
        return MADE_OR_GONE
    return frozenset(name for name, value in new.items() if old.get(name) != value)
