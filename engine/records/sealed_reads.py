"""What formulas read that may be sealed, and the condition that it is: asked of the database, which keeps no other sign of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from engine.errors import Invalid
from engine.formula import Case, Constant, Formula, Read, Root, as_sealed, number
from engine.metadata import SEALED, Entity, Field, Metadata
from engine.unit_of_work import View

from .veil import veil

COUNT = number(18, 0, null=False)


def where_sealed(view: View, entity: Entity, formulas: Sequence[Formula]) -> Formula | None:
    """Whether something that formulas read of a record is sealed, of what the actor may read; None where nothing ever is."""
    readable = [seen for formula in formulas if (seen := _as_read(view, entity, formula)) is not None]
    return _where_sealed(view.metadata, tuple(readable)) if readable else None


def _as_read(view: View, entity: Entity, formula: Formula) -> Formula | None:
    try:
        return veil(view, entity, formula)
    except Invalid:
        return None


@lru_cache(maxsize=1024)
def _where_sealed(metadata: Metadata, formulas: tuple[Formula, ...]) -> Formula | None:
    return as_sealed(formulas, SEALED, lambda entity, name: _sealable(metadata, entity, name) is not None)


@lru_cache(maxsize=4096)
def sealed_reads(metadata: Metadata, formula: Formula) -> tuple[Field, ...]:
    """The fields that a formula reads and that may be sealed."""
    paths = [node.path for node in formula.tree.walk() if isinstance(node, Read) and node.path.root is Root.ROW]
    found = (_sealable(metadata, path.owner or "", path.field) for path in paths)
    return tuple(dict.fromkeys(field for field in found if field is not None))


def _sealable(metadata: Metadata, entity: str, name: str) -> Field | None:
    field = metadata.entities[entity].fields.get(name) if entity in metadata.entities else None
    return field if field is not None and field.seal is not None and field.stored else None


def sealed_number(view: View, entity: Entity, formula: Formula) -> Formula | None:
    """One for a record in which something that the formula reads is sealed, else nought; None where nothing ever is."""
    holds = where_sealed(view, entity, [formula])
    return None if holds is None else _number(holds)


@lru_cache(maxsize=1024)
def _number(holds: Formula) -> Formula:
    one, nought = (Constant(type=COUNT, value=Decimal(each)) for each in (1, 0))
    return replace(holds, tree=Case(type=COUNT, arms=((holds.tree, one),), default=nought), type=COUNT)
