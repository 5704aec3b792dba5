"""Rows of tables that have rules of access of their own: which the acting person sees, and may add, change and remove.

Such rules narrow what those of the document allow, row by row. What a person does not see of a table stays as it is when they save
the record, and counts in what is computed from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.access import CLEAR, Sight, editable, granting, holding, never_readable, row_rule, sight_of
from engine.errors import Message
from engine.metadata import Entity, Field, Value
from engine.unit_of_work import UnitOfWork, View

from .draft import ChildRow, Draft, Line, Part, Row, is_unseen, key_of, part_of, rows_of
from .frame import RecordFrame
from .writable import Writable

NOTHING: frozenset[str] = frozenset()
ADDED, CHANGED, REMOVED = (
    Message("You may not add a row with these values."),
    Message("You may not change this row, or not to these values."),
    Message("You may not remove this row."),
)


def narrows(view: View, table: Field) -> bool:
    """Whether a field is a table whose own rules count for the actor."""
    return table.table is not None and bool(table.table.rules) and not (view.actor.trusted or view.actor.administrator)


def narrowing(view: View, entity: Entity) -> tuple[Field, ...]:
    """The tables of a document whose own rules count for the actor."""
    return () if not entity.ruled or view.actor.trusted or view.actor.administrator else entity.ruled


def closed_in_row(view: View, table: Entity, row: ChildRow) -> frozenset[str] | None:
    """The fields of a row that are hidden here, beside those that are so in every row; None where the row itself is not seen."""
    held = holding(granting(table, "read", view.actor), row, RecordFrame(view, owner=row.document))
    if not held:
        return None
    sight, ever = sight_of(held), never_readable(table, view.actor)
    return (sight.hidden | sight.masked.keys()) - ever.hidden - ever.masked.keys()


def sight_of_row(view: View, table: Field, row: ChildRow, sight: Sight) -> Sight | None:
    """What is seen of a row, of whose document `sight` is seen; None where that is nothing."""
    if table.table is None or table.name in sight.hidden:
        return None
    below = CLEAR if sight.clear else sight.below(table.name)
    if not narrows(view, table):
        return below
    closed = closed_in_row(view, table.table, row)
    return None if closed is None else Sight(below.hidden | closed, below.masked)


def seen_rows(view: View, entity: Entity, record: Row) -> Row:
    """A document with only those rows of its tables, and cells of them, that the actor sees."""
    tables = [table for table in narrowing(view, entity) if table.name in record]
    if not tables:
        return record
    found = dict(record)
    for table in tables:
        assert table.table is not None
        parts = (_left(view, table.table, row, record) for row in rows_of(record, table))
        found[table.name] = [row for row in parts if row is not None]
    return found


def _left(view: View, table: Entity, row: Row, record: Row) -> ChildRow | None:
    """What the actor sees of a row, of which part may be closed to them already; None where that is nothing."""
    whole = ChildRow(row, row.document if isinstance(row, ChildRow) else record)
    closed = closed_in_row(view, table, whole)
    if closed is None:
        return None
    closed |= part_of(row).closed
    return ChildRow({name: value for name, value in whole.items() if name not in closed}, whole.document) if closed else whole


def mark_unseen(view: View, draft: Draft) -> Draft:
    """Let the rows of a draft that lie in the database know what the actor sees of them, as they lie there."""
    if view.actor.kind == "anybody":
        return draft  # a form for strangers says itself what it shows
    for table in narrowing(view, draft.entity):
        before = {key_of(row): row for row in rows_of(draft.old, table)}
        for row in rows_of(draft.new, table):
            old = before.get(row.get("id"))  # type: ignore[call-overload]
            if old is not None and isinstance(row, ChildRow) and table.table is not None:
                closed = closed_in_row(view, table.table, ChildRow(old, draft.old or {}))
                row.part = Part(closed is None, closed or NOTHING)
    return draft


def with_unseen(taken: list[Row], there: Sequence[Row]) -> list[Row]:
    """The rows that were sent, and those that the person does not see, each behind the row that it stood behind before."""
    if not any(is_unseen(row) for row in there):
        return taken
    kept = {row["id"] for row in taken if "id" in row}
    behind: dict[Value, list[Row]] = {}
    place: Value = None
    for row in there:
        if is_unseen(row):
            behind.setdefault(place, []).append(row)
        elif row["id"] in kept:
            place = row["id"]
    rows = list(behind.get(None, ()))
    for row in taken:
        rows += [row, *behind.get(row["id"], ())] if "id" in row else [row]
    return rows


def refuse_rows(uow: UnitOfWork, draft: Draft, allowed: Writable) -> None:
    """A problem for each row of a complete draft that the actor may not add, change so, or remove; a task opens what it names."""
    tables = {table.table: table for table in narrowing(uow, draft.entity) if table.name not in allowed.opened}
    if not tables:
        return
    for line in draft.lines():
        table = tables.get(line.entity)
        if table is not None and not _may_stand(uow, draft, line, _opened(allowed, table)):
            draft.problem(line.prefix.rstrip("."), "not_editable", ADDED if line.before is None else CHANGED)
    for table in tables.values():
        for row in _removed(draft, table):
            if not _allows(uow, table, "delete", ChildRow(row, draft.old or {})):
                draft.problem(table.name, "not_editable", REMOVED)


def _opened(allowed: Writable, table: Field) -> frozenset[str]:
    """The cells that a task opens in every row of a table."""
    return frozenset(path.partition(".")[2] for path in allowed.opened if path.startswith(f"{table.name}."))


def _may_stand(uow: UnitOfWork, draft: Draft, line: Line, opened: frozenset[str]) -> bool:
    """Whether a row may be added as it is, or changed from what it was."""
    verb, row = ("create", None) if line.before is None else ("update", ChildRow(line.before, draft.old or {}))
    if row is not None:
        changed = {field.name for field in line.entity.written if line.sets(field.name)} - opened
        fields = _changeable(uow, line.entity, row)
        if not changed or (fields is not None and not changed <= fields):
            return not changed
    frame = RecordFrame(uow, owner=draft.new)
    return row_rule(line.entity, verb, uow.actor).holds(line.row, frame)


def _removed(draft: Draft, table: Field) -> Iterator[Row]:
    kept = {row.get("id") for row in rows_of(draft.new, table)}
    return (row for row in rows_of(draft.old, table) if row["id"] not in kept)


def _allows(view: View, table: Field, verb: str, row: ChildRow) -> bool:
    assert table.table is not None
    return row_rule(table.table, verb, view.actor).holds(row, RecordFrame(view, owner=row.document))


def _changeable(view: View, table: Entity, row: ChildRow) -> frozenset[str] | None:
    """The fields of a row as it was that may be changed; None for all."""
    rule = row_rule(table, "update", view.actor)
    if rule.everything and not rule.granting:
        return None
    held = holding(rule.granting, row, RecordFrame(view, owner=row.document))
    return editable(table, held) if held else NOTHING


def mark_open(view: View, draft: Draft, allowed: Writable) -> None:
    """Let the rows of a draft that lie in the database know what the actor may do with them; a task opens what it names."""
    for table in narrowing(view, draft.entity):
        if table.name in allowed.opened or table.table is None:
            continue
        before, opened = {key_of(row): ChildRow(row, draft.old or {}) for row in rows_of(draft.old, table)}, _opened(allowed, table)
        for row in rows_of(draft.new, table):
            old = before.get(row.get("id"))  # type: ignore[call-overload]
            if old is not None and isinstance(row, ChildRow):
                fields = _changeable(view, table.table, old)
                changeable = None if fields is None else fields | opened
                row.part = replace(part_of(row), changeable=changeable, stays=not _allows(view, table, "delete", old))


def rows_in_sight(view: View, record: Row, table: Field) -> list[Row]:
    """The rows of a table of a document that the actor sees, whole."""
    rows, owner = rows_of(record, table), table.table
    if owner is None or not narrows(view, table):
        return rows
    return [row for row in rows if closed_in_row(view, owner, ChildRow(row, record)) is not None]


def kept_back(view: View, entity: Entity, record: Row) -> frozenset[str]:
    """The tables of a document of which the actor does not see every row, or not every cell alike."""
    seen = seen_rows(view, entity, record)
    return frozenset(table.name for table in narrowing(view, entity) if list(map(dict, rows_of(seen, table))) != rows_of(record, table))
