"""Sealed values (LANGUAGE 5.7): enciphered before they reach any table, until the time has come.

Beside its fields a row keeps them in `sealed_values`: by field the instant until which it is sealed (None: not yet known) and the
enciphered value. The column of the field is blank meanwhile, so that whatever else reads rows (filters, sums, formulas of other
records, search, history, exports, backups) finds nothing. In plain they stand only in the draft of a save by somebody who may
read them, and before the eyes of those people.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from engine.access import Sight
from engine.jobs import Work, put
from engine.metadata import Entity, Field, Seal, Value
from engine.storage import SEALED_UNTIL, SEALED_VALUES, Tampered, canonical_json
from engine.unit_of_work import UnitOfWork, View

from .child_rows import mark_unseen
from .compute import virtual
from .draft import ChildRow, Draft, Envelope, Line, Row, begun, envelopes, rows_of
from .frame import RecordFrame
from .grants import entity_id
from .values import plain_value, read_value

UNSEAL = "unseal"
"""The job that opens what has been sealed long enough."""
NOT_KNOWN = datetime(9999, 1, 1, tzinfo=UTC)
"""Stands in `sealed_until` for a time that is not known yet."""
May = Callable[[Seal, datetime | None], bool]
"""Whether a value with a seal may be opened, which was sealed until then."""


def drafted(view: View, entity: Entity, row: Row) -> Draft:
    """A draft of a record as it lies; what is sealed in it is open where the actor may read it, and stays as it is elsewhere.

    In a row by itself all stays as it is.
    """
    old = opened(view, entity, row, reading(view, row)) if entity.may_be_sealed and entity.document is None else row
    return mark_unseen(view, Draft(entity, old, begun(entity, old), stored=row))


def reading(view: View, row: Mapping[str, Value]) -> May:
    """Whether the actor may read sealed values of a document."""
    known: dict[Seal, bool] = {}

    def may(seal: Seal, until: datetime | None) -> bool:
        if seal not in known:
            known[seal] = view.actor.id is not None and seal.readers.holds(_asked(seal, row), RecordFrame(view))
        return known[seal]

    return may


def due(view: View, row: Mapping[str, Value]) -> May:
    """Whether the time of sealed values of a document has come."""

    def may(seal: Seal, until: datetime | None) -> bool:
        opens = _later(until, _until(view, seal, row), known=True)
        return opens is not None and opens <= view.now

    return may


def opened(view: View, entity: Entity, row: Mapping[str, Value], may: May) -> Row:
    """The record with the values in their places that may be opened; the others stay in their envelopes."""
    found = dict(row)
    _open(view, entity, found, row, may)
    for table in entity.tables:
        if table.rows is not None and table.rows.sealed and table.name in found:
            found[table.name] = [ChildRow(child, found) for child in rows_of(row, table)]
            for child in rows_of(found, table):
                _open(view, table.rows, child, row, may)
    return found


def _open(view: View, entity: Entity, row: Row, document: Mapping[str, Value], may: May) -> None:
    left: dict[str, Envelope] = {}
    for name, envelope in envelopes(row).items():
        field = entity.fields.get(name)
        if field is None or field.seal is None or not may(field.seal, _instant(envelope)):
            left[name] = envelope
            continue
        try:
            row[name] = read_value(field, json.loads(view.cipher.open(str(envelope[1]), _about(view, field, document))), view.zone)
        except Tampered:
            left[name] = envelope
    if SEALED_VALUES in row:
        row[SEALED_VALUES] = left or None


def seen(view: View, entity: Entity, row: Row) -> Row:
    """A record as it was read, with what the actor may see of its sealed values, and what is computed from that when it is read."""
    if not any(envelopes(each) for each in _rows(entity, row)):
        return row
    found = opened(view, entity, row, reading(view, row))
    for owner, each in zip(_owners(entity, found), _rows(entity, found), strict=True):
        if not envelopes(each):
            virtual(view, [field for field in owner.virtual if field.seal is not None], [each])
    return found


def _rows(entity: Entity, row: Row) -> list[Row]:
    return [row, *(child for table in entity.tables for child in rows_of(row, table))]


def _owners(entity: Entity, row: Row) -> list[Entity]:
    return [entity, *(table.table for table in entity.tables for _ in rows_of(row, table) if table.table is not None)]


def without_envelopes(entity: Entity, row: Row) -> Row:
    """A record without what the engine keeps of sealed values."""
    left = {name: value for name, value in row.items() if name not in (SEALED_VALUES, SEALED_UNTIL)}
    for table in entity.tables:
        if table.table is not None and table.table.sealed and table.name in left:
            left[table.name] = [_bare(child, left) for child in rows_of(row, table)]
    return left


def _bare(child: Row, document: Row) -> Row:
    return ChildRow({name: value for name, value in child.items() if name != SEALED_VALUES}, document)


def close(uow: UnitOfWork, draft: Draft) -> None:
    """Put what must be sealed of a draft into envelopes, and have it opened in time."""
    if not draft.entity.may_be_sealed:
        return
    moments: list[datetime] = []
    stored = _stored_rows(draft)
    for line in draft.lines():
        if line.entity.sealed:
            kept = stored.get((line.entity.name, line.row.get("id")), {})
            closing = _Closing(uow, draft.new, line, envelopes(kept))
            line.row[SEALED_VALUES] = closing.all() or None
            moments += closing.moments
    draft.new[SEALED_UNTIL] = first = min(moments, default=None)
    if first is not None and first != NOT_KNOWN and (draft.stored or {}).get(SEALED_UNTIL) != first:
        ask_to_open(uow, draft.entity, first)


def ask_to_open(uow: UnitOfWork, entity: Entity, at: datetime) -> None:
    """Have the records of an entity opened whose time has come then."""
    number = entity_id(uow, entity)
    put(uow.connection, Work(UNSEAL, at, {"entity": number}, key=f"{UNSEAL}:{number}:{at.isoformat()}"))


def _stored_rows(draft: Draft) -> Mapping[tuple[str, object], Mapping[str, Value]]:
    found: dict[tuple[str, object], Mapping[str, Value]] = {(draft.entity.name, draft.new.get("id")): draft.stored or {}}
    for table in draft.entity.tables:
        assert table.rows is not None
        found.update({(table.rows.name, child["id"]): child for child in rows_of(draft.stored, table)})
    return found


class _Closing:
    """The envelopes of one row; `before` are those it has in the database, `moments` when they open."""

    def __init__(self, uow: UnitOfWork, document: Row, line: Line, before: Mapping[str, Envelope]) -> None:
        self._uow = uow
        self._document = document
        self._line = line
        self._before = before
        self.moments: list[datetime] = []

    def all(self) -> dict[str, Envelope]:
        """The envelopes by field; the values in them are gone from the row."""
        row, found = self._line.row, {}
        for field in self._line.entity.sealed:
            envelope = self._envelope(field)
            if envelope is not None:
                found[field.name], row[field.name] = envelope, None
                self.moments.append(_instant(envelope) or NOT_KNOWN)
        return found

    def _envelope(self, field: Field) -> Envelope | None:
        seal, value = field.seal, self._line.row.get(field.name)
        assert seal is not None
        before = self._before.get(field.name)
        closed = envelopes(self._line.row).get(field.name)
        if value is None and closed is None:
            return None
        if before is None and self._never(seal):
            return None
        opens = _later(_instant(before), _until(self._uow, seal, self._document), known=before is not None)
        if value is None and closed is not None:
            return [_text(opens), closed[1]]
        if opens is not None and opens <= self._uow.now:
            return None
        if before is not None and (self._line.before or {}).get(field.name) == value:
            return [_text(opens), before[1]]
        plain = canonical_json(plain_value(field, value))
        return [_text(opens), self._uow.cipher.close(plain, _about(self._uow, field, self._document))]

    def _never(self, seal: Seal) -> bool:
        return seal.when is not None and seal.when(_asked(seal, self._document), RecordFrame(self._uow)) is False


def closed_in(entity: Entity, row: Mapping[str, Value]) -> dict[str, datetime | None]:
    """What is closed in a record: fields and cells (`lines.price`), with the instant at which they open, where it is known."""
    found = {name: _instant(envelope) for name, envelope in _all_closed(entity, row).items()}
    for table in entity.tables:
        if table.rows is not None and table.rows.sealed:
            for child in rows_of(row, table):
                found |= {f"{table.name}.{name}": _instant(envelope) for name, envelope in _all_closed(table.rows, child).items()}
    return found


def _all_closed(entity: Entity, row: Mapping[str, Value]) -> Mapping[str, Envelope]:
    """What is closed, and what is computed from it when it is read."""
    closed = envelopes(row)
    if not closed:
        return closed
    first = next(iter(closed.values()))
    return {**{f.name: first for f in entity.fields.values() if f.seal is not None and f.keep == "virtual"}, **closed}


def unseen(entity: Entity, row: Mapping[str, Value], sight: Sight) -> tuple[Sight, Mapping[str, datetime | None]]:
    """What is seen of a record of which something is closed to its reader, and what that is; of what is hidden, not even that is told."""
    closed = closed_in(entity, row)
    if not closed:
        return sight, closed
    ruled_out = sight.hidden - sight.sealed
    told = {name: until for name, until in closed.items() if not {name, name.partition(".")[0]} & ruled_out}
    whole = {t.name for t in entity.tables if t.table is not None and all(f"{t.name}.{name}" in closed for name in t.table.fields)}
    return Sight(sight.hidden.union(closed, whole), sight.masked, frozenset(closed).union(whole) - ruled_out), told


def _asked(seal: Seal, document: Mapping[str, Value]) -> Row:
    return ChildRow({}, document) if seal.inner else dict(document)


def _until(view: View, seal: Seal, document: Mapping[str, Value]) -> datetime | None:
    found = seal.until(_asked(seal, document), RecordFrame(view))
    assert found is None or isinstance(found, datetime)
    return found


def _later(before: datetime | None, now: datetime | None, *, known: bool) -> datetime | None:
    """Until when: a time that was known may only move later, and one that is not known any more is none."""
    if not known or before is None or now is None:
        return now
    return max(before, now)


def _about(view: View, field: Field, document: Mapping[str, Value]) -> str:
    """The place that an envelope belongs to: another field or record cannot take it."""
    number = view.metadata.identity.number(f"field:{field.entity}.{field.name}")
    made = document["created_at"]
    assert isinstance(made, datetime)
    return f"{number}:{made.astimezone(UTC).isoformat()}:{document['created_by']}"


def _instant(envelope: Envelope | None) -> datetime | None:
    return datetime.fromisoformat(envelope[0]) if envelope is not None and envelope[0] is not None else None


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
