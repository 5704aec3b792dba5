"""Deleting: restricted by default, with the list of what still refers to the record (DESIGN section 4)."""

from __future__ import annotations

from engine import storage
from engine.access import row_rule
from engine.errors import Forbidden, Message, Refusal
from engine.metadata import Entity, Field
from engine.unit_of_work import UnitOfWork

from .accounts import refuse_roles
from .change import change, conflict
from .derive import settle
from .draft import ChildRow, Row, key_of, rows_of
from .fetch import fetch
from .frame import RecordFrame
from .gapless import keep_numbered
from .grants import entity_id
from .present import readable
from .rows import fetch_referring
from .titles import own_title, titles
from .writable import refuse_entered, refuse_locked
from .write import remove

Head = tuple[Entity, Row]
"""The record that a person deletes; others may go with it."""
NAMED = 5
"""How many referrers a refusal names, of those that the acting person may know."""


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
    refuse_roles(uow, entity, row)
    refuse_locked(uow, entity, row)
    take_away(uow, entity, row)


def take_away(uow: UnitOfWork, entity: Entity, row: Row) -> None:
    """Delete a locked record with all that goes with it, whoever asks. Raises Refusal when something still refers to it."""
    _release(uow, entity, row, (entity, row))
    _remove(uow, entity, row, (entity, row))
    settle(uow)


def _remove(uow: UnitOfWork, entity: Entity, row: Row, head: Head) -> None:
    """Into the recycle bin, together with what `head` is deleted with."""
    refuse_entered(entity)
    keep_numbered(entity, row)
    tables = {str(entity_id(uow, t.rows)): [key_of(child) for child in rows_of(row, t)] for t in entity.collections if t.rows is not None}
    place = (entity_id(uow, entity), key_of(row), entity_id(uow, head[0]), key_of(head[1]))
    by = uow.actor
    storage.put_in_bin(uow.connection, storage.Binned(*place, uow.now, by.id, by.name, own_title(uow, entity, row), tables))
    remove(uow, entity, row)


def _release(uow: UnitOfWork, entity: Entity, row: Row, head: Head) -> None:
    """Deal with everything that links to the record or its rows, as each link's `on_delete` says."""
    targets = {entity.name: [key_of(row)]}
    for table in entity.collections:
        assert table.rows is not None
        targets[table.rows.name] = [key_of(child) for child in rows_of(row, table)]
    for target, ids in targets.items():
        for source, link in uow.metadata.inverse.get(target, ()):
            _release_link(uow, uow.metadata.entities[source].fields[link], ids, (entity, row), head)


def _release_link(uow: UnitOfWork, link: Field, ids: list[int], deleted: Head, head: Head) -> None:
    source, field = uow.metadata.entities[link.entity], link.link
    assert field is not None
    referring = fetch_referring(uow, source.name, link.name, ids)
    if source.document == deleted[0].name:
        referring = [row for row in referring if row["document_id"] != deleted[1]["id"]]  # its own rows go with it
    if referring and field.on_delete == "restrict":
        raise Refusal(_used_by(uow, source, referring))
    if source.document is not None:
        for number in dict.fromkeys(row["document_id"] for row in referring):
            _release_rows(uow, link, ids, fetch(uow, source.document, number, lock=True))  # type: ignore[arg-type]
        return
    for row in referring:
        whole = fetch(uow, source.name, key_of(row), lock=True)
        if field.on_delete == "clear":
            change(uow, source.name, whole, {link.name: None})
        else:
            _release(uow, source, whole, head)
            _remove(uow, source, whole, head)


def _release_rows(uow: UnitOfWork, link: Field, ids: list[int], document: Row) -> None:
    """The rows of a document let go of records that are deleted: their links are cleared, or the rows go (pairs always)."""
    owner, _, name = link.entity.partition(".")
    table = uow.metadata.entities[owner].fields[name]
    go = table.relation is not None or (link.link is not None and link.link.on_delete == "cascade")
    left = [ChildRow(row, document) for row in rows_of(document, table) if not go or row[link.name] not in ids]
    for row in left:
        row[link.name] = None if row[link.name] in ids else row[link.name]
    change(uow, owner, document, {name: left})


def _used_by(uow: UnitOfWork, source: Entity, referring: list[Row]) -> Message:
    numbers = [key_of(row) for row in referring]
    if source.relation and source.document is not None:
        source = uow.metadata.entities[source.document]
        numbers = sorted({int(str(row["document_id"])) for row in referring})
    named = [title for title in titles(uow, source.name, numbers[:NAMED]).values() if title]
    if not named:
        return Message("Something in {entity} that you may not see still refers to this record.", {"entity": source.plural})
    more = "" if len(named) == len(numbers) else " …"
    return Message("{entity} still refers to this record: {names}", {"entity": source.plural, "names": ", ".join(named) + more})
