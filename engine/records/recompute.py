"""Computing the stored fields of a record again, because a formula has changed."""

from __future__ import annotations

from engine.errors import Invisible
from engine.unit_of_work import UnitOfWork

from .compute import compute
from .draft import Draft, begun
from .fetch import fetch
from .write import update


def recompute(uow: UnitOfWork, entity_name: str, number: int) -> None:
    """Write the computed fields of a record that have another value now. Nothing else changes, so nothing else is checked.

    A value beyond the limits is left blank; a record that is gone is none to compute.
    """
    try:
        row = fetch(uow, entity_name, number, lock=True)
    except Invisible:
        return
    entity = uow.metadata.entities[entity_name]
    draft = Draft(entity, row, begun(entity, row))
    compute(uow, draft)
    update(uow, draft)
