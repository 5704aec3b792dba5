"""The records behind links that lead to what a row rule leaves: which they are, where they are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import sqlalchemy as sa

from .asked import Asking, Listing, Ready
from .behind import Lead
from .database import Connection
from .expressions import Expressions, Shape
from .prepared import Standing

FEW = {"sqlite": 500, "postgresql": 100}
"""From so many linked records rows are read one by one: SQLite reads a page of them all together, PostgreSQL a page of each."""


class Linked:
    """The statements that find linked records, built once per form."""

    def __init__(self, expressions: Expressions) -> None:
        self._expressions = expressions
        self._ready = lru_cache(maxsize=256)(self._build)

    def found(self, connection: Connection, listing: Listing, asking: Asking) -> tuple[Listing, Asking]:
        """The same rows, asked for with the records that its leads lead to; where they are too many, not in ranges."""
        linked = tuple(() if lead is None else self._ids(connection, lead, asking) for lead in listing.leads)
        if any(len(ids) > FEW[self._expressions.dialect] for ids in linked):
            return replace(listing, ranges=False), asking
        return listing, replace(asking, linked=linked)

    def _ids(self, connection: Connection, lead: Lead, asking: Asking) -> Sequence[int]:
        ready = self._ready(lead, self._expressions.shape(lead.where, asking.frame))
        return [row[0] for row in ready.on(connection).tuples(connection, ready.parameters(asking.frame))]

    def _build(self, lead: Lead, shape: Shape) -> Ready:
        chosen = self._expressions.select_from(lead.target)
        where, own = chosen.condition(lead.where, shape), chosen.column("id")
        most: sa.ColumnClause[int] = sa.literal_column(str(FEW[self._expressions.dialect] + 1))
        return Ready(Standing(sa.select(own).select_from(chosen.from_clause()).where(where).limit(most)), chosen)
