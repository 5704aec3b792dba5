"""What is changed only by somebody who has shown lately that they are the person: bank data (docs/decisions/0055)."""

from __future__ import annotations

from .fields import Field
from .model import Entity

GUARDED = frozenset({"bank"})
"""The types of such fields."""


def needs_proof(field: Field) -> bool:
    """Whether a field holds bank data."""
    return field.kind in GUARDED


def holds_guarded(entity: Entity) -> bool:
    """Whether a record, or a row of its tables, holds bank data."""
    tables = (table.table for table in entity.tables if table.table is not None)
    return any(needs_proof(field) for each in (entity, *tables) for field in each.fields.values())
