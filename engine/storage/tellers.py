"""What tells a code for the rows of a table: a column, one of another record, or nothing but a word."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .types import Text, key_type


@frozen
class Teller:
    """The column at the end of some hops, each a column and the table that it leads to; and the code where that has none."""

    hops: tuple[tuple[str, str], ...] = ()
    column: str = ""
    code: str | None = None

    def told(self, own: sa.TableClause) -> sa.ColumnElement[Any]:
        """The code of a row of `own`."""
        word = sa.cast(sa.literal(self.code, Text()), Text())
        if not self.hops:
            return sa.func.coalesce(sa.type_coerce(own.c[self.column], Text()), word) if self.column else word
        steps = [*(link for link, _ in self.hops[1:]), self.column]
        tables = [
            sa.table(table, _key("id"), *([_key(step)] if step else [])).alias() for (_, table), step in zip(self.hops, steps, strict=True)
        ]
        joined: sa.FromClause = tables[0]
        for link, near, far in zip(steps, tables, tables[1:], strict=False):
            joined = sa.join(joined, far, near.c[link] == far.c.id)
        held = sa.type_coerce(tables[-1].c[self.column], Text()) if self.column else sa.null()
        found = sa.select(sa.func.coalesce(held, word)).select_from(joined).where(tables[0].c.id == own.c[self.hops[0][0]])
        return found.correlate(own).scalar_subquery()


def _key(name: str) -> sa.ColumnClause[Any]:
    return sa.column(name, key_type())
