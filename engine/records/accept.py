"""What comes in: values are read by the type of their field, and only fields that may be written are taken.

A child table is replaced by a list (rows with an `id` are kept and changed, others made, missing ones deleted), or changed
row by row with `RowChanges`, as the API's PATCH does. Rows that the acting person does not see stay as they are in either case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from engine.errors import Message, Unfit
from engine.metadata import Entity, Field, State, Value, needs_proof
from engine.storage import SEALED_VALUES

from .at_once import at_once
from .child_rows import with_unseen
from .draft import ChildRow, Draft, Row, blank_of, envelopes, ids_of, is_unseen, key_of, pairs_of, part_of, rows_of
from .row_changes import NewRows, RowChanges, merged, row_id
from .values import read_value
from .writable import Writable

PROOF = "proof"
"""The code of the problem where somebody should show again who they are."""
TEXTS, NUMBERS, KEYS = frozenset({str, date}), frozenset({str, int, Decimal}), frozenset({str, int})
ROWS = 1000
"""How many child rows one table of one record may have."""


class Column(dict[object, Value]):
    """One field as it is entered: what was read, by what was sent, so that what stands in many rows is read once."""

    __slots__ = ("at_once", "field", "kept", "zone")

    def __init__(self, field: Field, zone: ZoneInfo) -> None:
        super().__init__()
        self.field = field
        self.zone = zone
        self.kept = NUMBERS if field.type.scale is not None else KEYS if field.link is not None else TEXTS
        """Of which types what is remembered is: equal things of two other types may be read in two ways."""
        self.at_once = at_once(field)

    def __missing__(self, raw: object) -> Value:
        value = self[raw] = read_value(self.field, raw, self.zone)
        return value

    def read_all(self, raw: Sequence[object]) -> Sequence[Value]:
        """What was sent by many, as values. Raises Unfit."""
        kinds = set(map(type, raw))
        if self.at_once is not None and (found := self.at_once(raw, kinds)) is not None:
            return found
        return list(map(self.__getitem__ if self.kept.issuperset(kinds) else self.read, raw))

    def read(self, raw: object) -> Value:
        """What was sent and is not remembered, as a value. Raises Unfit."""
        return read_value(self.field, raw, self.zone)


class Columns(dict[str, Column | None]):
    """The fields of a record or of the rows of a table by name, None for one that is not simply entered."""

    def __init__(self, entity: Entity, prefix: str, entering: Entering) -> None:
        super().__init__()
        self.entity = entity
        self.prefix = prefix
        self._entering = entering

    def __missing__(self, name: str) -> Column | None:
        field = self.entity.fields.get(name)
        simple = field is not None and field.rows is None and field.through is None and not field.computed and self._entering.freely(field)
        numbered = name == "number" and self.entity.number is not None
        open_to_write = simple and not numbered and self._entering.writable.allows(self.prefix + name)
        made = self[name] = Column(field, self._entering.zone) if field is not None and open_to_write else None
        return made

    def guarded(self, name: str) -> Field | None:
        """A field that may be entered, but only after somebody has shown again who they are."""
        field = self.entity.fields.get(name)
        open_to_write = field is not None and not field.computed and self._entering.writable.allows(self.prefix + name)
        return field if field is not None and open_to_write and not self._entering.freely(field) else None


@dataclass
class Entering:
    """What one person may enter at one moment, the same for every record of one entity.

    Whoever has not shown lately who they are (`proven`) changes no bank data.
    """

    writable: Writable
    zone: ZoneInfo
    proven: bool = True
    columns: dict[str, Columns] = dataclass_field(default_factory=dict)

    def freely(self, field: Field) -> bool:
        """Whether a field may be changed without showing again who one is."""
        return self.proven or not needs_proof(field)

    def of(self, entity: Entity, prefix: str = "") -> Columns:
        """The columns of a record, or of a table, whose name and a point is the prefix."""
        found = self.columns.get(prefix)
        if found is None:
            found = self.columns[prefix] = Columns(entity, prefix, self)
        return found


def unproven(field: Field) -> Message:
    """What is said to whoever would change such a field and has not shown lately who they are."""
    words = "To change {field}, show once more who you are: by your password, or by signing in again."
    return Message(words, {"field": field.label})


def accept(draft: Draft, values: Mapping[str, object], entering: Entering) -> None:
    """Put `values` into the draft; a problem for each that is unknown, computed, closed or not of the field's type."""
    intake, columns = _Intake(draft, entering), entering.of(draft.entity)
    for name, raw in values.items():
        column = columns[name]
        if column is not None:
            intake.value(draft.new, column, raw, name)
        else:
            intake.other(name, raw)


@dataclass(slots=True)
class _Intake:
    draft: Draft
    entering: Entering

    def other(self, name: str, raw: object) -> None:
        """What is no simple value, or may not be entered."""
        field = self.draft.entity.fields.get(name)
        if field is None or not self.entering.writable.allows(name):
            self.refuse(name, field, self.draft.entity)
        elif field.table is not None:
            self.table(field, raw)
        elif field.relation is not None:
            self.relation(field, raw)
        elif field.through is not None and not field.computed:
            self.led(field, raw)
        elif not field.computed and not self.entering.freely(field):
            self.unproven(self.draft.new, field, raw, name)
        else:
            self.draft.problem(name, "computed", Message("{field} is computed and cannot be entered.", {"field": field.label}))

    def value(self, row: Row, column: Column, raw: object, path: str) -> None:
        name = column.field.name
        if SEALED_VALUES in row and name in envelopes(row):
            field = column.field
            self.draft.problem(path, "sealed", Message("{field} is sealed and cannot be changed now.", {"field": field.label}))
            return
        try:
            row[name] = column[raw] if type(raw) in column.kept else column.read(raw)
            self.draft.given.add(path)
        except Unfit as unfit:
            row[name] = None
            self.draft.problem(path, "type", unfit.message)

    def unproven(self, row: Row, field: Field, raw: object, path: str) -> None:
        """What is changed only by who shows again that they are the person; sent as it was, it is no change."""
        before = row.get(field.name)
        self.value(row, Column(field, self.entering.zone), raw, path)
        if row.get(field.name) != before:
            self.draft.problem(path, PROOF, unproven(field))

    def table(self, table: Field, raw: object) -> None:
        raw = raw.each() if isinstance(raw, NewRows) else raw
        if (
            not isinstance(raw, Sequence)
            or isinstance(raw, str)
            or not all(type(item) is dict or isinstance(item, Mapping) for item in raw)
        ):
            self.draft.problem(table.name, "type", "Please send a list of rows.")
        elif len(raw) > ROWS:
            self.draft.problem(table.name, "too_many", Message("At most {count} rows are possible.", {"count": ROWS}))
        else:
            self._rows(table, raw)

    def relation(self, field: Field, raw: object) -> None:
        """Many-to-many links: the ids given replace those that were there."""
        try:
            ids = read_value(field, raw, self.entering.zone)
        except Unfit as unfit:
            self.draft.problem(field.name, "type", unfit.message)
            return
        self.draft.given.add(field.name)
        chosen = ids_of(field, ids) or ()
        self.draft.new[field.name] = pairs_of(field, chosen, self.draft.new, rows_of(self.draft.old, field))

    def led(self, field: Field, raw: object) -> None:
        """Links over records between, which are made and taken away after this one is written."""
        try:
            self.draft.led[field.name] = ids_of(field, read_value(field, raw, self.entering.zone)) or ()
            self.draft.given.add(field.name)
        except Unfit as unfit:
            self.draft.problem(field.name, "type", unfit.message)

    def _rows(self, table: Field, raw: Sequence[Mapping[str, object]]) -> None:
        assert table.rows is not None
        there = rows_of(self.draft.new, table)
        before = {key_of(row): row for row in there if not is_unseen(row)}
        rows = merged(raw, before) if isinstance(raw, RowChanges) else raw
        columns = self.entering.of(table.rows, f"{table.name}.")
        taken: list[Row] = []
        self.draft.given.add(table.name)
        self.draft.new[table.name] = taken
        for position, item in enumerate(rows, 1):
            prefix = f"{table.name}.{position}."
            known = self._known(item.get("id"), before, prefix)
            row = ChildRow(known or blank_of(table.rows), self.draft.new)
            taken.append(row)
            if known is None:
                self._new_cells(columns, row, item, prefix)
                continue
            row.part = part_of(known)
            self._cells(columns, row, item, prefix)
            self._keep_closed(table, (known, row), prefix)
        self.draft.new[table.name] = with_unseen(taken, there)
        if any(closed_row(table, row) is not None for row in before.values()):
            self.draft.problem(table.name, "closed", "Rows whose state closes them cannot be removed.")
        if not self.entering.writable.allows_rows(table.name) and (before or any("id" not in row for row in taken)):
            self.draft.problem(table.name, "not_editable", "Rows may be neither added nor removed here.")

    def _keep_closed(self, table: Field, changed: tuple[Row, Row], prefix: str) -> None:
        """A row whose state closes it stays as it was."""
        known, row = changed
        state = closed_row(table, known)
        if state is not None:
            for name in (name for name in row if prefix + name in self.draft.given and row[name] != known.get(name)):
                self.draft.problem(prefix + name, "closed", Message("The row is closed: its state is {state}.", {"state": state.label}))

    def _known(self, raw: object, before: dict[int, Row], prefix: str) -> Row | None:
        if raw is None or (number := row_id(raw)) is None:
            return None
        if number not in before:
            self.draft.problem(prefix + "id", "unknown_row", "This row does not belong to the record, or it has been deleted.")
            return None
        return before.pop(number)

    def _new_cells(self, columns: Columns, row: Row, item: Mapping[str, object], prefix: str) -> None:
        """The cells of a new row, of which nothing is sealed or closed."""
        given = self.draft.given
        for name, raw in item.items():
            column = columns[name]
            if column is None:
                self._cells(columns, row, {name: raw}, prefix)
                continue
            try:
                row[name] = column[raw] if type(raw) in column.kept else column.read(raw)
                given.add(prefix + name)
            except Unfit:
                self.value(row, column, raw, prefix + name)

    def _cells(self, columns: Columns, row: Row, item: Mapping[str, object], prefix: str) -> None:
        closed = part_of(row).closed
        for name, raw in item.items():
            column = None if name in closed else columns[name]
            if column is not None:
                self.value(row, column, raw, prefix + name)
            elif name not in closed and (guarded := columns.guarded(name)) is not None:
                self.unproven(row, guarded, raw, prefix + name)
            elif name != "id" and not self._as_before(row, columns, name, raw):
                self.refuse(prefix + name, columns.entity.fields.get(name), columns.entity)

    def _as_before(self, row: Row, columns: Columns, name: str, raw: object) -> bool:
        """A list replaces the table, so a cell that is seen and sent back as it was is no attempt to write it."""
        field = columns.entity.fields.get(name)
        if field is None or name in part_of(row).closed or columns.prefix + name in self.entering.writable.closed:
            return False
        try:
            return read_value(field, raw, self.entering.zone) == row.get(field.name)
        except Unfit:
            return False

    def refuse(self, path: str, field: Field | None, entity: Entity) -> None:
        if field is not None:
            self.draft.problem(path, "not_editable", Message("{field} may not be changed here.", {"field": field.label}))
            return
        near = get_close_matches(path.rsplit(".", 1)[-1], entity.fields, 1)
        words = "There is no field {name}; did you mean {near}?" if near else "There is no field {name}."
        self.draft.problem(path, "unknown_field", Message(words, {"name": path, "near": near[0] if near else ""}))


def closed_row(table: Field, row: Row) -> State | None:
    """The state of a row of a table, where it lets nobody change the row."""
    lifecycle = table.table.lifecycle if table.table is not None else None
    state = lifecycle.states.get(str(row.get("state"))) if lifecycle is not None else None
    return state if state is not None and state.lock else None
