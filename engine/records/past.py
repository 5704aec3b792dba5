"""A record as it was, beside what it is now, and bringing back what it held: by a save, with all that a save asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from engine.access import Sight, both
from engine.errors import Forbidden, Invalid, Message, Problem, Refusal
from engine.frozen import frozen
from engine.metadata import Entity, Field, Value
from engine.unit_of_work import UnitOfWork, View

from .child_rows import closed_in_row, narrowing, seen_rows
from .draft import ChildRow, Part, Row, ids_of, rows_of
from .fetch import fetch, fetch_at
from .leading import with_led
from .present import Record, present, readable
from .save import save
from .writable import ARCHIVE, Writable, is_archived, writable

CLOSED = Writable(frozenset())
NOTHING: frozenset[str] = frozenset()


@frozen
class Kept:
    """A field that held something else then. `open` says whether the actor may write it back.

    `unseen` are the rows of a table that were there then, out of sight of the actor.
    """

    field: Field
    then: Value
    now: Value
    open: bool
    unseen: frozenset[Value] = frozenset()


@frozen
class Past:
    """A record as it was at an instant, `current` as it is, and what differs."""

    record: Record
    current: Record
    kept: tuple[Kept, ...]


def as_of(view: View, entity_name: str, number: int, at: datetime) -> Record:
    """A record as it was at `at`, where the actor may see it as it is and as it was; virtual fields are left out. Raises Invisible."""
    return past(view, entity_name, number, at).record


def past(view: View, entity_name: str, number: int, at: datetime) -> Past:
    """The same, compared with what the record is now. Raises Invisible."""
    entity = view.metadata.entities[entity_name]
    now, then = fetch(view, entity_name, number), fetch_at(view, entity, number, at)
    sight = both(readable(view, entity, now), readable(view, entity, then))
    then = _still_seen(view, entity, then, now)
    [then], [now] = with_led(view, entity, [then], at=at), with_led(view, entity, [now])
    record, current = present(view, entity, [then, now], [sight, sight], wanted=())
    return Past(record, current, _kept(view, entity, (then, now), sight))


def _still_seen(view: View, entity: Entity, then: Row, now: Row) -> Row:
    """The record as it was, without rows, and cells of rows, that are there and that the actor does not see any more."""
    left = dict(then)
    for table in narrowing(view, entity):
        assert table.table is not None
        closed = {row["id"]: closed_in_row(view, table.table, ChildRow(row, now)) for row in rows_of(now, table)}
        rows = [ChildRow(row, then) for row in rows_of(then, table) if closed.get(row["id"], NOTHING) is not None]
        for row in rows:
            row.part = Part(closed=closed.get(row["id"]) or NOTHING)
        left[table.name] = rows
    return left


@frozen
class Wanted:
    """Which fields shall hold what they held at `at`, if the record still has the `version` that the person has seen."""

    at: datetime
    names: Collection[str]
    version: int | None = None


def bring_back(uow: UnitOfWork, entity_name: str, number: int, wanted: Wanted) -> Row:
    """Save what fields held at an instant as the acting person.

    Raises what `save` raises, and Invalid for a field that did not differ or may not be written.
    """
    entity = uow.metadata.entities[entity_name]
    row = fetch(uow, entity_name, number, lock=True)
    readable(uow, entity, row)
    if is_archived(entity, row):
        raise Refusal(ARCHIVE)
    kept = {each.field.name: each for each in past(uow, entity_name, number, wanted.at).kept if each.open}
    wrong = [Problem(name, "not_editable", Message("This field cannot be brought back.")) for name in wanted.names if name not in kept]
    if wrong or not wanted.names:
        raise Invalid(wrong or [Problem("", "nothing", Message("Please choose what shall be brought back."))])
    return save(uow, entity_name, number, {name: _as_input(kept[name]) for name in wanted.names}, wanted.version)


def _kept(view: View, entity: Entity, at: tuple[Row, Row], sight: Sight) -> tuple[Kept, ...]:
    then, now = (seen_rows(view, entity, row) for row in at)
    allowed = _allowed(view, entity, at[1])
    found = []
    for field in entity.fields.values():
        stored = field.rows is not None or field.stored or field.through is not None
        if stored and sight.readable(field.name) and _held(field, then, sight) != _held(field, now, sight):
            numbered = field.name == "number" and entity.number is not None
            free = not field.computed and not numbered and sight.below(field.name).clear and _whole(field, then, now)
            unseen = _ids(field, at[0]) - _ids(field, then)
            found.append(Kept(field, _shown(field, then), _shown(field, now), free and allowed.allows(field.name), unseen))
    return tuple(found)


def _ids(field: Field, row: Row) -> frozenset[Value]:
    """The rows of a table."""
    return frozenset() if field.table is None else frozenset(child["id"] for child in rows_of(row, field))


def _whole(field: Field, *records: Row) -> bool:
    """Whether no cell of a table is closed in some row only."""
    if field.table is None:
        return True
    columns = {column.name for column in field.table.columns}
    return all(columns <= row.keys() for record in records for row in rows_of(record, field))


def _shown(field: Field, row: Row) -> Value:
    return row.get(field.name) if field.relation is None else ids_of(field, row.get(field.name))


def _allowed(view: View, entity: Entity, row: Row) -> Writable:
    try:
        return writable(view, entity, row)
    except (Forbidden, Refusal):
        return CLOSED


def _held(field: Field, row: Row, sight: Sight) -> Value:
    """What a field holds, as far as it is seen."""
    if field.rows is None:
        return row.get(field.name)
    if field.relation is not None:
        return ids_of(field, row.get(field.name))
    below = sight.below(field.name)
    names = [column.name for column in field.rows.columns if below.readable(column.name)]
    return [{name: child.get(name) for name in names} for child in rows_of(row, field)]


def _as_input(kept: Kept) -> object:
    """A value as a save takes it: rows that are still there by their id, others anew, without what is computed.

    Rows that the actor sees now, and that were there out of sight then, stay as they are.
    """
    table = kept.field.table
    if table is None:
        return kept.then
    there = [child["id"] for child in rows_of({kept.field.name: kept.now}, kept.field)]
    rows = [_row(table, child, there) for child in rows_of({kept.field.name: kept.then}, kept.field)]
    return rows + [{"id": number} for number in there if number in kept.unseen]


def _row(table: Entity, child: Mapping[str, Value], there: Collection[Value]) -> dict[str, object]:
    cells: dict[str, object] = {column.name: child.get(column.name) for column in table.columns if not column.computed}
    return {"id": child["id"], **cells} if child["id"] in there else cells
