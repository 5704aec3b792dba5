"""Deleting: restricted by default, with the list of what still refers to the record (DESIGN section 4)."""

from __future__ import annotations

from engine.access import row_rule
from engine.errors import Forbidden, Message, Refusal
from engine.metadata import Entity
from engine.unit_of_work import UnitOfWork

from .derive import settle
from .draft import Row, key_of, rows_of
from .fetch import fetch
from .frame import RecordFrame
from .present import readable
from .rows import fetch_referring
from .save import change, conflict
from .titles import own_title
from .writable import refuse_locked
from .write import remove

NAMED = 5
"""How many referrers a refusal names."""


def delete(uow: UnitOfWork, entity_name: str, number: int, version: int | None = None) -> None:
    """Delete a record as the acting person; what it was is kept in its history.

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
    _release(uow, entity, row)
    remove(uow, entity, row)
    settle(uow)


def _release(uow: UnitOfWork, entity: Entity, row: Row) -> None:
    """Deal with everything that links to the record or its rows, as each link's `on_delete` says."""
    targets = {entity.name: [key_of(row)]}
    for table in entity.tables:
        assert table.table is not None
        targets[table.table.name] = [key_of(child) for child in rows_of(row, table)]
    for target, ids in targets.items():
        for source, link in uow.metadata.inverse.get(target, ()):
            _release_link(uow, uow.metadata.entities[source], link, ids, entity)


def _release_link(uow: UnitOfWork, source: Entity, link: str, ids: list[int], deleted: Entity) -> None:
    if source.document == deleted.name or not ids:
        return
    field = source.fields[link].link
    assert field is not None
    for row in (referring := fetch_referring(uow, source.name, link, ids)):
        if field.on_delete == "restrict" or source.document is not None:
            raise Refusal(_used_by(uow, source, referring))
        whole = fetch(uow, source.name, key_of(row), lock=True)
        if field.on_delete == "clear":
            change(uow, source.name, whole, {link: None})
        else:
            _release(uow, source, whole)
            remove(uow, source, whole)


def _used_by(uow: UnitOfWork, source: Entity, referring: list[Row]) -> Message:
    named = ", ".join(own_title(uow, source, row) for row in referring[:NAMED])
    more = "" if len(referring) <= NAMED else " …"
    return Message("{entity} still refers to this record: {names}", {"entity": source.plural, "names": named + more})
