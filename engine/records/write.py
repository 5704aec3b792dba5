"""The last steps of a change: rows, earlier versions, audit, and the event for everybody who listens."""

from __future__ import annotations

from collections.abc import Mapping

from engine import storage
from engine.errors import Conflict, Invalid, Message, Problem, Refusal
from engine.metadata import ARCHIVED, Entity, Field, Value
from engine.unit_of_work import Changed, Deleted, Entered, Restored, Touched, UnitOfWork

from .draft import Draft, Row, envelopes, ids_of, key_of, same
from .fetch import fetch
from .grants import entity_id
from .rates import forget_rates
from .seals import close
from .values import plain_value
from .words import drop_words, index_words
from .writable import refuse_archived
from .write_rows import touch_gone, touch_made, update_rows

GONE = Message("A record that this one refers to, or that refers to it, was changed at the same moment.")
FASTER = Message("Somebody changed this record at the same moment.")


def update(uow: UnitOfWork, draft: Draft, *, derived: bool = False, action: str = "update") -> Row:
    """Write what differs, keep the row as it was, and tell; a draft without any difference writes nothing and gives the row it began with.

    A `derived` write is no new version: nobody who reads the record meanwhile has a conflict. Raises Refusal for another change of an
    archived record than taking it back, Conflict, Invalid.
    """
    close(uow, draft)
    entity, old, new = draft.entity, draft.stored, draft.new
    assert old is not None
    found = changes(entity, old, new)
    moved = [name for name in (storage.SEALED_VALUES, storage.SEALED_UNTIL) if old.get(name) != new.get(name)]
    if not found and not moved:
        return old
    _stay(entity, old, found, derived=derived)
    number, version = key_of(old), int(str(old["version"]))
    own = {name: new[name] for name in (*found, *moved) if name not in {t.name for t in entity.collections}}
    stamps: Row = {} if derived else {"updated_at": uow.now, "updated_by": uow.actor.id}
    new |= stamps if derived else {**stamps, "version": version + 1}
    values = {**own, **stamps, "id": number, "version": version}
    try:
        head = storage.update(uow.connection, uow.tables, entity.name, values, uow.now)
        if head is None:
            raise Conflict(FASTER)
        for table in entity.collections:
            if table.name in found:
                update_rows(uow, table, old, new)
    except storage.NotUnique as again:
        raise Invalid([taken(entity, again)]) from again
    except storage.Referenced as gone:
        raise Refusal(GONE) from gone
    uow.touched.append(Touched(entity.name, number, old, new, frozenset(own)))
    forget_rates(uow, entity.name)
    _audit(uow, entry(uow, entity, new, action, found), head)
    index_words(uow, entity, new, found)
    uow.emit(Changed(entity.name, number, frozenset(found), old))
    if "state" in found:
        uow.emit(Entered(entity.name, number, str(new["state"])))
    uow.forget(entity.name, number)
    return new


def _stay(entity: Entity, old: Row, found: Mapping[str, object], *, derived: bool) -> None:
    """What is archived stays as it is, until it is taken back; only what follows other records goes on following them."""
    if not derived and ARCHIVED not in found:
        refuse_archived(entity, old)


def remove(uow: UnitOfWork, entity: Entity, row: Row) -> None:
    """Delete a record and its rows; what they were is kept in their history."""
    refuse_archived(entity, row)
    number = key_of(row)
    try:
        head = storage.delete(uow.connection, uow.tables, entity.name, row, uow.now)
    except storage.Referenced as gone:
        raise Refusal(GONE) from gone
    if head is None:
        raise Conflict(FASTER)
    forget_rates(uow, entity.name)
    touch_gone(uow, entity, row)
    _audit(uow, entry(uow, entity, row, "delete", {}), head)
    drop_words(uow, entity, row)
    uow.emit(Deleted(entity.name, number, row))
    uow.forget(entity.name, number)


def note(uow: UnitOfWork, entity: Entity, row: Row, action: str, found: Mapping[str, tuple[object, object]]) -> None:
    """Enter into the audit what was done with a record that is locked, beside its fields."""
    storage.append_entry(uow.connection, uow.ground.audit_key, entry(uow, entity, row, action, found))


def revived(uow: UnitOfWork, entity: Entity, deleted: storage.Binned) -> None:
    """A deleted record comes back with the rows it had; what it was computed from may have changed since. Raises Invalid, Refusal."""
    try:
        storage.revive(uow.connection, uow.tables, entity.name, [deleted.record_id], uow.now)
        for table in entity.collections:
            assert table.rows is not None
            rows = deleted.rows.get(str(entity_id(uow, table.rows)), ())
            if rows:
                storage.revive(uow.connection, uow.tables, table.rows.name, rows, uow.now)
    except storage.NotUnique as again:
        raise Invalid([taken(entity, again)]) from again
    except storage.Referenced as gone:
        raise Refusal(Message("Something that this record refers to has been deleted too.")) from gone
    row = fetch(uow, entity.name, deleted.record_id)
    touch_made(uow, entity, row)
    record(uow, entity, row, "restore")
    index_words(uow, entity, row)
    uow.emit(Restored(entity.name, deleted.record_id))


def record(uow: UnitOfWork, entity: Entity, row: Row, action: str) -> None:
    """Enter into the audit that something was done with a record that changed no field."""
    storage.append_entry(uow.connection, uow.ground.audit_key, entry(uow, entity, row, action, {}))


def changes(entity: Entity, old: Row, new: Row) -> dict[str, tuple[object, object]]:
    """What differs, as JSON: field to (before, after)."""
    found: dict[str, tuple[object, object]] = {}
    for field in entity.fields.values():
        was, is_now = old.get(field.name), new.get(field.name)
        if field.keep == "virtual" or (same(was, is_now) and not _moved(field, was, is_now)):
            continue
        found[field.name] = (_plain(field, was), _plain(field, is_now))
    before_sealed, now_sealed = envelopes(old), envelopes(new)
    for name in before_sealed.keys() | now_sealed.keys():
        if name not in found and [*before_sealed.get(name, ())][1:] != [*now_sealed.get(name, ())][1:]:
            found[name] = (None, None)  # that it was entered is told, and nothing more
    if "state" in new and old.get("state") != new.get("state"):
        found["state"] = (old.get("state"), new.get("state"))
    return found


def _moved(field: Field, was: Value, is_now: Value) -> bool:
    return field.rows is not None and [r.get("id") for r in was or []] != [r.get("id") for r in is_now or []]  # type: ignore[attr-defined]


def _plain(field: Field, value: Value) -> object:
    if field.relation is not None:
        return list(ids_of(field, value) or ())
    if field.rows is None:
        return plain_value(field, value)
    columns, system = field.rows.columns, ("id", "state") if field.rows.lifecycle else ("id",)
    rows = value if isinstance(value, list) else []
    return [{**{name: row.get(name) for name in system}, **{c.name: plain_value(c, row.get(c.name)) for c in columns}} for row in rows]


def taken(entity: Entity, again: storage.NotUnique) -> Problem:
    """What is wrong with a record whose unique values another has."""
    names = [name for name in again.fields if name in entity.fields] or list(again.fields)
    labels = ", ".join(str(Message(entity.fields[name].label)) for name in names if name in entity.fields)
    path = names[-1] if names else ""
    return Problem(path, "not_unique", Message("There is already a record with this value: {fields}.", {"fields": labels or path}))


def _audit(uow: UnitOfWork, entry: storage.Entry, head: storage.Head) -> None:
    storage.append_entry(uow.connection, uow.ground.audit_key, entry, head)


def entry(uow: UnitOfWork, entity: Entity, row: Row, action: str, found: Mapping[str, tuple[object, object]]) -> storage.Entry:
    """The entry into the audit for what was done with a record."""
    return storage.Entry(
        entity_id=entity_id(uow, entity),
        record_id=key_of(row),
        at=uow.now,
        actor=uow.actor.id,
        actor_name=uow.actor.name,
        on_behalf_of=uow.on_behalf_of if uow.actor.id is not None else None,
        cause=str(uow.cause),
        action=action,
        revision=uow.definition.number,
        request=uow.request_id,
        changes=found,
    )
