"""The archive: records whose time is over stay whole and out of the way, and nobody changes them until one is taken back.

Only the time of archiving is written, whatever today's checks say: what is old was right in its time.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine import storage
from engine.access import row_rule
from engine.errors import Forbidden, Invisible, Message, Refusal
from engine.metadata import ARCHIVED, TAKEN_BACK, Entity, Value
from engine.unit_of_work import UnitOfWork, View

from .change import begun_at, conflict, settled
from .compute import compute
from .draft import Row, key_of
from .fetch import fetch
from .frame import RecordFrame
from .grants import entity_id, locked
from .present import readable
from .write import update

RUNNING = Message("A process is running over this record; finish or withdraw it first.")


def archive(uow: UnitOfWork, entity_name: str, number: int, version: int | None = None) -> Row:
    """Archive a record as the acting person, who may delete it; the record as it is then.

    Raises Invisible, Forbidden, Conflict, and Refusal where it is archived already or something runs over it.
    """
    entity, row = _asked(uow, entity_name, number, version)
    if row[ARCHIVED] is not None:
        raise Refusal(Message("This record is archived already."))
    return put_away(uow, entity, row)


def take_back(uow: UnitOfWork, entity_name: str, number: int, version: int | None = None) -> Row:
    """Take a record back from the archive as the acting person, who may delete it; it stays out for as long as it was kept before.

    Raises Invisible, Forbidden, Conflict, and Refusal where it is not archived.
    """
    entity, row = _asked(uow, entity_name, number, version)
    if row[ARCHIVED] is None:
        raise Refusal(Message("This record is not archived."))
    return _marked(uow, entity, row, {ARCHIVED: None, TAKEN_BACK: uow.now}, "take_back")


def may_archive(view: View, entity: Entity, row: Row) -> bool:
    """Whether the actor may archive such a record, and take it back: who may delete it."""
    return entity.archives and row_rule(entity, "delete", view.actor).holds(row, RecordFrame(view))


def put_away(uow: UnitOfWork, entity: Entity, row: Row) -> Row:
    """Archive a locked record, whoever asks. Raises Refusal where something runs over it."""
    if reason := locked(uow, entity, key_of(row)):
        raise Refusal(reason)
    if storage.running_over(uow.connection, entity_id(uow, entity), key_of(row)):
        raise Refusal(RUNNING)
    return _marked(uow, entity, row, {ARCHIVED: uow.now}, "archive")


def _asked(uow: UnitOfWork, entity_name: str, number: int, version: int | None) -> tuple[Entity, Row]:
    entity = uow.metadata.entities[entity_name]
    if not entity.archives:
        raise Invisible
    row = fetch(uow, entity_name, number, lock=True)
    readable(uow, entity, row)
    if not may_archive(uow, entity, row):
        raise Forbidden(Message("Only who may delete this record may archive it or take it back."))
    if version is not None and version != row["version"]:
        raise conflict(uow, entity, row)
    return entity, row


def _marked(uow: UnitOfWork, entity: Entity, row: Row, values: Mapping[str, Value], action: str) -> Row:
    draft, line = begun_at(uow, entity, row)
    line.row |= values
    compute(uow, draft)
    return settled(uow, entity, [update(uow, draft, action=action)])[0]
