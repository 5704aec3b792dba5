"""Where links lead, how they are found, and the right sides of what is given: literals or formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from engine.formula import CollectionPath, Formula
from engine.frozen import frozen

Value = object
"""A value of a field at run time (see docs/ARCHITECTURE.md, "Values")."""


@frozen
class Given:
    """The right side of `default`, `set`, `fill`, `with`: a literal of the field's own type, or a formula.

    Links to many are given the `rows` behind a path, which `formula` counts, or the one record that it gives.
    """

    literal: Value = None
    formula: Formula | None = None
    rows: CollectionPath | None = None


@frozen
class Match:
    """How a link is found: the values of the target's `key`, the day on which it holds, and what happens where there is none."""

    key: Mapping[str, Given]
    as_of: Given | None = None
    missing: Literal["error", "blank", "create"] = "error"

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What the key and the day are computed from."""
        return tuple(given.formula for given in (*self.key.values(), self.as_of) if given is not None and given.formula is not None)


@frozen
class Through:
    """The entity that links to many lead over: its link `own` holds this record, `far` another.

    Where `chosen`, people choose the others at this record, and records between are made and taken away for it; else these need
    more than the two links.
    """

    entity: str
    own: str
    far: str
    chosen: bool


@frozen
class Link:
    """Where a link leads: `entity` is the target (`receipt.lines` for rows), `where` tests the chosen record.

    With a `match` nobody chooses: the record is found by its key. Where `makes` is true a person who finds nothing to choose makes
    it beside the form, by the fields of `quick` (none named: what is needed, and what names it).
    """

    entity: str
    where: Formula | None = None
    inverse: str | None = None
    fill: Mapping[str, Given] = field(default_factory=dict)
    on_delete: Literal["restrict", "clear", "cascade"] = "restrict"
    role: str | None = None
    match: Match | None = None
    makes: bool = False
    quick: tuple[str, ...] = ()
    through: Through | None = None
