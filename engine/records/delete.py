"""Deleting: restricted by default, with the list of what still refers to the record (DESIGN section 4)."""

from __future__ import annotations

from engine import storage
from engine.access import row_rule
from engine.errors import Forbidden, Message, Refusal
from engine.metadata import Entity, Field
from engine.unit_of_work import UnitOfWork

from .derive import settle
from .draft import Row, key_of, rows_of
from .fetch import fetch
from .frame import RecordFrame
from .gapless import keep_numbered
from .grants import entity_id
from .present import readable
from .rows import fetch_referring
from .save import change, conflict
from .titles import own_title
from .writable import refuse_entered, refuse_locked
from .write import remove

Head = tuple[Entity, Row]
"""The record that a person deletes; others may go with it."""
NAMED = 5
"""How many referrers a refusal names."""


def delete(uow: UnitOfWork, entity_name: str, number: int, version: int | None = None) -> None:
    """Delete a record as the acting person; it goes into the recycle bin.

    Raises Invisible, Forbidden, Conflict, and Refusal when something still refers to it or it is locked.
    """
    entity = uow.metadata.entities[entity_name]
    row = fetch(uow, entity_name, number, lock=True)
    readable(uow, entity, row)
    if not row_rule(entity, "delete", uow.actor).holds(row, RecordFrame(uow)):
        raise Forbidden(Message("You may not delete this record."))
    if version is not None and version != row["version"]:
        raise conflict(uow, entity, row)
    refuse_locked(uow, entity, row)
    _release(uow, entity, row, (entity, row))
    _remove(uow, entity, row, (entity, row))
    settle(uow)


def _remove(uow: UnitOfWork, entity: Entity, row: Row, head: Head) -> None:
    """Into the recycle bin, together with what `head` is deleted with."""
    refuse_entered(entity)
    keep_numbered(entity, row)
    tables = {str(entity_id(uow, t.table)): [key_of(child) for child in rows_of(row, t)] for t in entity.tables if t.table is not None}
    place = (entity_id(uow, entity), key_of(row), entity_id(uow, head[0]), key_of(head[1]))
    by = uow.actor
    storage.put_in_bin(uow.connection, storage.Binned(*place, uow.now, by.id, by.name, own_title(uow, entity, row), tables))
    remove(uow, entity, row)


def _release(uow: UnitOfWork, entity: Entity, row: Row, head: Head) -> None:
    """Deal with everything that links to the record or its rows, as each link's `on_delete` says."""
    targets = {entity.name: [key_of(row)]}
    for table in entity.tables:
        assert table.table is not None
        targets[table.table.name] = [key_of(child) for child in rows_of(row, table)]
    for target, ids in targets.items():
        for source, link in uow.metadata.inverse.get(target, ()):
            _release_link(uow, uow.metadata.entities[source].fields[link], ids, entity, head)


def _release_link(uow: UnitOfWork, link: Field, ids: list[int], deleted: Entity, head: Head) -> None:
    source, field = uow.metadata.entities[link.entity], link.link
    if source.document == deleted.name or not ids:
        return
    assert field is not None
    for row in (referring := fetch_referring(uow, source.name, link.name, ids)):
        if field.on_delete == "restrict" or source.document is not None:
            raise Refusal(_used_by(uow, source, referring))
        whole = fetch(uow, source.name, key_of(row), lock=True)
        if field.on_delete == "clear":
            change(uow, source.name, whole, {link.name: None})
        else:
            _release(uow, source, whole, head)
            _remove(uow, source, whole, head)


def _used_by(uow: UnitOfWork, source: Entity, referring: list[Row]) -> Message:
    named = ", ".join(own_title(uow, source, row) for row in referring[:NAMED])
    more = "" if len(referring) <= NAMED else " …"
    return Message("{entity} still refers to this record: {names}", {"entity": source.plural, "names": named + more})
