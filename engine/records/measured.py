"""Values that the engine measures itself, such as those of clocks: nobody types them, and writing them is no new version."""

from __future__ import annotations

from collections.abc import Mapping

from engine.access import SYSTEM
from engine.metadata import Value
from engine.unit_of_work import UnitOfWork

from .change import begun_at
from .compute import compute
from .derive import DERIVED, settle
from .draft import Row
from .write import update


def measure(uow: UnitOfWork, entity_name: str, row: Row, values: Mapping[str, Value]) -> None:
    """Write measured values into the record `row` that `fetch` has locked, and what is computed from them."""
    draft, line = begun_at(uow, uow.metadata.entities[entity_name], row)
    draft.derived = True
    line.row |= values
    compute(uow, draft)
    with uow.because(DERIVED, SYSTEM):
        update(uow, draft, derived=True)
    settle(uow)
