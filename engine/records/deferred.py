"""Computed fields that are kept right a moment later (`keep: deferred`): for owners that many change at the same time.

Who changes what such a field reads neither waits for its record nor computes it, but leaves a note; a job computes the record
once for all notes that are there, in a transaction of its own. Notes are durable, so nothing is forgotten when a process dies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine import jobs, storage
from engine.metadata import Entity
from engine.unit_of_work import UnitOfWork, View

from .grants import entity_id

DERIVE = "derive"
"""The name of the job that computes one record."""


def defer(uow: UnitOfWork, documents: Iterable[tuple[str, int]]) -> None:
    """These records are computed after the commit; each is noted once in a unit of work."""
    fresh = sorted(set(documents) - uow.deferred)
    uow.deferred |= set(fresh)
    numbers = [(entity_id(uow, uow.metadata.entities[entity]), record) for entity, record in fresh]
    storage.put_stale(uow.connection, numbers, uow.now)
    for entity, record in fresh:
        jobs.put(uow.connection, jobs.Work(DERIVE, uow.now, {"entity": entity, "record": record}, cause=str(uow.cause)))


def is_due(uow: UnitOfWork, entity: str, record: int) -> bool:
    """Whether a record still waits; from here on it does not, so it must be computed now."""
    known = uow.metadata.entities.get(entity)
    return known is not None and storage.take_stale(uow.connection, (entity_id(uow, known), record))


def waiting_since(view: View, entity: Entity, records: Sequence[int]) -> dict[int, datetime]:
    """Those of the records that wait to be computed, each with the time since which; without a statement where no field is deferred."""
    if not has_deferred(entity) or not records:
        return {}
    return storage.stale_since(view.connection, entity_id(view, entity), records)


def has_deferred(entity: Entity) -> bool:
    """Whether a document, or its tables, has fields that are computed later."""
    owners = (entity, *(table.table for table in entity.tables if table.table is not None))
    return any(field.keep == "deferred" for owner in owners for field in owner.fields.values())
