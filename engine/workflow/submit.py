"""Save and fire in one unit of work: if the action is refused, nothing of what was typed is kept (DESIGN path 2)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.records import save
from engine.unit_of_work import UnitOfWork

from .effects import Row
from .lifecycle import Said, fire


def submit(uow: UnitOfWork, entity: str, record_id: int | None, values: Mapping[str, object], action: str, said: Said | None = None) -> Row:
    """Save the values as the acting person and fire `action`; returns the record afterwards. Raises what both raise."""
    said = said or Said()
    row = save(uow, entity, record_id, values, said.version)
    return fire(uow, entity, int(str(row["id"])), action, Said(said.values, said.comment))
