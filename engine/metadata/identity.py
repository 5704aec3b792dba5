"""Ids for life: every entity, field, choice, state, step and role keeps its number and its physical name over renames.

A key is the kind and the present name: `entity:supplier`, `field:supplier.name`, `field:receipt.lines.qty`,
`choice:risk.low`, `state:lead.pool`, `column:lead.state`, `step:onboarding.register`, `role:buyer`. A table or column is called
what the thing was called when it was first applied, so that a rename touches no data and older processes keep working.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from engine.frozen import frozen


@frozen(slots=False)
class Identity:
    """Numbers and physical names by key; whatever has none yet is called as it is now."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    physical: Mapping[str, str] = field(default_factory=dict)

    def table(self, entity: str) -> str:
        """The name of the table that holds the rows of `entity` (`receipt.lines` is `receipt__lines` at birth)."""
        return self.physical.get(f"entity:{entity}") or entity.replace(".", "__")

    def column(self, entity: str, field_name: str) -> str:
        """The name of the column that holds a field."""
        return self.physical.get(f"field:{entity}.{field_name}") or field_name

    def state_column(self, entity: str) -> str:
        """The name of the column that holds the state of a record or row."""
        return self.physical.get(f"column:{entity}.state") or "state"

    def number(self, key: str) -> int | None:
        """The id for life of the thing that is now called `key`; None before it is applied."""
        return self.numbers.get(key)
