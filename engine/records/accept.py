"""What comes in: values are read by the type of their field, and only fields that may be written are taken.

A child table is replaced by a list (rows with an `id` are kept and changed, others made, missing ones deleted), or changed
row by row with `RowChanges`, as the API's PATCH does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from engine.errors import Message
from engine.metadata import Entity, Field

from .draft import ChildRow, Draft, Row, rows_of
from .values import Unfit, read_value

ROWS = 1000
"""How many child rows one table of one record may have."""


class RowChanges(list[Mapping[str, object]]):
    """Changes to a table: rows with an id are changed (`_delete: true` removes them), others added, the rest stay."""


@dataclass(frozen=True)
class Writable:
    """Which fields may be written: `names` None means all that are not computed; names in `closed` never may."""

    names: frozenset[str] | None = None
    closed: frozenset[str] = frozenset()

    def allows(self, path: str) -> bool:
        """Whether a field (`lines.price` for a cell) may be written; the right to a table is the right to its cells."""
        table = path.split(".", 1)[0]
        if path in self.closed or table in self.closed:
            return False
        return self.names is None or path in self.names or table in self.names or any(n.startswith(path + ".") for n in self.names)


EVERYTHING = Writable()


def accept(draft: Draft, values: Mapping[str, object], writable: Writable, zone: ZoneInfo) -> None:
    """Put `values` into the draft; a problem for each that is unknown, computed, closed or not of the field's type."""
    for name, raw in values.items():
        field = draft.entity.fields.get(name)
        if field is None or not writable.allows(name):
            _refuse(draft, name, field, draft.entity)
        elif field.table is not None:
            _accept_table(draft, field, raw, writable, zone)
        else:
            _accept_value(draft, draft.new, field, raw, name, zone)


def _refuse(draft: Draft, path: str, field: Field | None, entity: Entity) -> None:
    if field is None:
        near = get_close_matches(path.rsplit(".", 1)[-1], entity.fields, 1)
        hint = Message("There is no field {name}; did you mean {near}?", {"name": path, "near": near[0]}) if near else None
        draft.problem(path, "unknown_field", hint or Message("There is no field {name}.", {"name": path}))
    else:
        draft.problem(path, "not_editable", Message("{field} may not be changed here.", {"field": field.label}))


def _accept_value(draft: Draft, row: Row, field: Field, raw: object, path: str, zone: ZoneInfo) -> None:
    if field.computed or field.name == "number" and draft.entity.number:
        draft.problem(path, "computed", Message("{field} is computed and cannot be entered.", {"field": field.label}))
        return
    try:
        row[field.name] = read_value(field, raw, zone)
        draft.given.add(path)
    except Unfit as unfit:
        row[field.name] = None
        draft.problem(path, "type", unfit.message)


def _accept_table(draft: Draft, table: Field, raw: object, writable: Writable, zone: ZoneInfo) -> None:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not all(isinstance(item, Mapping) for item in raw):
        draft.problem(table.name, "type", "Please send a list of rows.")
        return
    if len(raw) > ROWS:
        draft.problem(table.name, "too_many", Message("At most {count} rows are possible.", {"count": ROWS}))
        return
    before = {row["id"]: row for row in rows_of(draft.old, table)}
    rows = _merged(raw, before) if isinstance(raw, RowChanges) else [dict(item) for item in raw]
    draft.given.add(table.name)
    taken: list[Row] = []
    draft.new[table.name] = taken  # type: ignore[assignment]
    for position, item in enumerate(rows, 1):
        path = f"{table.name}.{position}."
        known = _known(draft, item.pop("id", None), before, path)
        row = ChildRow(known or {}, draft.new)
        taken.append(row)
        _accept_row(draft, table, row, item, path, writable, zone)


def _known(draft: Draft, raw: object, before: Mapping[object, Row], path: str) -> Row | None:
    number = int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() else raw
    if number in (None, ""):
        return None
    if number not in before:
        draft.problem(path + "id", "unknown_row", "This row does not belong to the record, or it has been deleted.")
        return None
    return before[number]


def _accept_row(draft: Draft, table: Field, row: Row, item: Mapping[str, object], path: str, writable: Writable, zone: ZoneInfo) -> None:
    assert table.table is not None
    for name, raw in item.items():
        field = table.table.fields.get(name)
        if field is None:
            _refuse(draft, path + name, None, table.table)
        elif not writable.allows(f"{table.name}.{name}"):
            _refuse_changed(draft, row, field, raw, path, zone)
        else:
            _accept_value(draft, row, field, raw, path + name, zone)


def _refuse_changed(draft: Draft, row: Row, field: Field, raw: object, path: str, zone: ZoneInfo) -> None:
    # A list replaces the table, so a closed cell that is sent back as it was is no attempt to write it.
    if not _as_before(row, field, raw, zone):
        _refuse(draft, path + field.name, field, draft.entity)


def _as_before(row: Row, field: Field, raw: object, zone: ZoneInfo) -> bool:
    try:
        return read_value(field, raw, zone) == row.get(field.name)
    except Unfit:
        return False


def _merged(changes: RowChanges, before: Mapping[object, Row]) -> list[dict[str, object]]:
    changed = {item["id"]: item for item in changes if item.get("id") is not None}
    unknown = [dict(item) for number, item in changed.items() if number not in before]
    kept = [{"id": number, **_without(changed.get(number, {}))} for number in before if not changed.get(number, {}).get("_delete")]
    added = [_without(item) for item in changes if item.get("id") is None]
    return kept + unknown + added


def _without(item: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in item.items() if name not in ("id", "_delete")}
