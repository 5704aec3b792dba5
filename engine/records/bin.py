"""The recycle bin: what one deleted, getting it back, and (administrators) deleting it for ever."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine import storage
from engine.access import row_rule
from engine.errors import Forbidden, Invisible, Message, Refusal
from engine.frozen import frozen
from engine.metadata import SUBTYPE, Entity, Value
from engine.unit_of_work import UnitOfWork, View

from .accounts import refuse_roles
from .attachments import release_files
from .change import change
from .deferred import defer, has_deferred
from .draft import ChildRow, Row, rows_of
from .fetch import fetch, fetch_if_there
from .frame import RecordFrame
from .grants import entity_id
from .present import readable
from .titles import titles
from .write import record, revived

MERGED_AWAY = Message("This record was merged into another one, which is deleted as well. Restore that one first.")
PURGING = Message("Only an administrator may delete a record for ever.")
RESTORING = Message("You may not restore this record: you may no longer delete records of this kind.")


@frozen
class Deleted:
    """A record in the bin; `number` names it there."""

    number: int
    entity: Entity
    id: int
    title: str
    at: datetime
    who: str


def deleted(view: View, before: int | None = None, limit: int = 50) -> list[Deleted]:
    """What the actor deleted, the last first; an administrator sees what anybody did."""
    actor = view.actor
    if actor.id is None and not actor.trusted:
        return []
    known = _entities(view)
    found = storage.in_bin(view.connection, None if actor.trusted or actor.administrator else actor.id, before, limit)
    shown = ((each, known[each.entity_id]) for each in found if each.entity_id in known and known[each.entity_id].api)
    return [Deleted(each.id, entity, each.record_id, each.title, each.deleted_at, each.deleted_by_name) for each, entity in shown]


def restore(uow: UnitOfWork, number: int) -> tuple[Entity, int]:
    """Bring back a deleted record and what went with it, as they were, computed and checked anew.

    Raises Invisible for what somebody else deleted, Forbidden, Invalid or Refusal where it no longer fits, or was merged into another.
    """
    _refuse_merged(uow, _own(uow, number)[0])
    return undelete(uow, number)


def undelete(uow: UnitOfWork, number: int) -> tuple[Entity, int]:
    """The same, also for a record that was merged into another."""
    found = _own(uow, number)
    known = _entities(uow)
    if any(each.entity_id not in known for each in found):
        raise Invisible
    for each in found:
        revived(uow, known[each.entity_id], each)
    storage.take_from_bin(uow.connection, found[0])
    head = known[found[0].entity_id]
    _may_restore(uow, head, fetch(uow, head.name, found[0].record_id))
    for each in found:
        name = known[each.entity_id].name
        row, tree = fetch(uow, name, each.record_id, lock=True), known[each.entity_id].tree
        placed = {tree: row[tree]} if tree is not None else {}
        change(uow, name, row, {**placed, **_since_needed(known[each.entity_id], row)})
        if has_deferred(known[each.entity_id]):
            defer(uow, [(name, each.record_id)])
    return head, found[0].record_id


def purge(uow: UnitOfWork, number: int) -> None:
    """Delete a record in the bin, and what went with it, for ever: its versions, its comments and the values in its audit.

    That it was there, and who did what to it when, stays and still verifies. Raises Invisible, Forbidden.
    """
    found = _own(uow, number)
    if not (uow.actor.trusted or uow.actor.administrator):
        raise Forbidden(PURGING)
    known = _entities(uow)
    for each in found:
        storage.erase_values(uow.connection, each.entity_id, each.record_id)
        release_files(uow, each.entity_id, each.record_id)
        if each.entity_id in known:
            storage.forget_versions(uow.connection, uow.tables, known[each.entity_id].name, each.record_id)
            record(uow, known[each.entity_id], {"id": each.record_id}, "purge")
    storage.take_from_bin(uow.connection, found[0])


def _own(uow: UnitOfWork, number: int) -> list[storage.Binned]:
    found = storage.from_bin(uow.connection, number)
    if not found or not (uow.actor.trusted or uow.actor.administrator or found[0].deleted_by == uow.actor.id):
        raise Invisible
    return found


def _refuse_merged(uow: UnitOfWork, line: storage.Binned) -> None:
    """What led to a merged record leads elsewhere now: alone it would come back without it, and the merge could not be undone."""
    kept = storage.kept_of(uow.connection, line.entity_id, line.record_id)
    entity = _entities(uow).get(line.entity_id)
    if kept is None or entity is None:
        return
    if fetch_if_there(uow, entity.name, kept) is not None:
        named = titles(uow, entity.name, [kept]).get(kept) or f"#{kept}"
        raise Refusal(
            Message(
                "This record was merged into {title}. Undo the merge there, and all that led to it comes back with it.", {"title": named}
            )
        )
    if storage.bin_number(uow.connection, line.entity_id, kept) is not None:
        raise Refusal(MERGED_AWAY)


def _since_needed(entity: Entity, row: Row) -> dict[str, Value]:
    """What must stand in a record by now, and did not when it was deleted: the same that an apply gives to records that are there."""
    found = _needed(entity, row)
    for table in entity.tables:
        assert table.table is not None
        rows = [(child, _needed(table.table, child)) for child in rows_of(row, table)]
        if any(more for _, more in rows):
            found[table.name] = [ChildRow({**child, **more}, row) for child, more in rows]
    return found


def _needed(entity: Entity, row: Row) -> dict[str, Value]:
    blank = (field for field in entity.columns if not field.computed and field.seal is None and row.get(field.name) is None)
    mine = (field for field in blank if field.subtype in (None, row.get(SUBTYPE)) or field.counts_as_zero)
    return {field.name: field.later for field in mine if field.later is not None}


def _may_restore(uow: UnitOfWork, entity: Entity, row: Row) -> None:
    readable(uow, entity, row)
    if not row_rule(entity, "delete", uow.actor).holds(row, RecordFrame(uow)):
        raise Forbidden(RESTORING)
    refuse_roles(uow, entity, row)


def _entities(view: View) -> Mapping[int, Entity]:
    return {entity_id(view, entity): entity for entity in view.metadata.documents}
