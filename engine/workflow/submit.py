"""Save and fire in one unit of work: if the action is refused, nothing of what was typed is kept (DESIGN path 2)."""

from __future__ import annotations

from engine.records import save
from engine.unit_of_work import UnitOfWork

from .effects import Row
from .given import Said
from .lifecycle import fire


def submit(uow: UnitOfWork, entity: str, record_id: int | None, action: str, form: Said) -> Row:
    """Save the values of a form as the acting person and fire `action`; returns the record afterwards. Raises what both raise."""
    row = save(uow, entity, record_id, form.values, form.version)
    return fire(uow, entity, int(str(row["id"])), action, Said(comment=form.comment))
