"""Prepared statements over one of the engine's own tables, its rows found by equality: what hot paths of other rooms are made of.

A column in a condition takes the parameter of its name, a column that is written the parameter `new_` + name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from .many import among
from .prepared import Standing


def rows_where(table: sa.Table, *names: str, order: str | None = None, lock: bool = False) -> Standing:
    """The rows in which these columns hold the given values; with `lock` nobody else changes them before the commit."""
    query = sa.select(table).where(*_equal(table, names))
    if order is not None:
        query = query.order_by(table.c[order])
    return Standing(query.with_for_update() if lock else query)


def rows_among(table: sa.Table, name: str, *, order: str, lock: bool = False) -> Standing:
    """The rows in which this column holds one of the `ids`, which are bound to `listed(ids)`; `lock` as in `rows_where`."""

    def query(dialect: str) -> sa.Select[Any]:
        found = sa.select(table).where(among(table.c[name], dialect)).order_by(table.c[order])
        return found.with_for_update() if lock else found

    return Standing(query)


def newest_where(table: sa.Table, *names: str) -> Standing:
    """The `most` rows in which these columns hold the given values and the id is less than `before` (None: any), newest first."""
    before, most = (sa.bindparam(name, type_=sa.BigInteger) for name in ("before", "most"))
    own = table.c.id
    query = sa.select(table).where(*_equal(table, names), own < sa.func.coalesce(before, sa.literal_column(str(2**63 - 1))))
    return Standing(query.order_by(own.desc()).limit(most))


def newest_linked(table: sa.Table, *names: str, link: sa.Column[Any], by: str) -> Standing:
    """The `most` rows in which these columns hold the given values, and whose id is the `link` of a row that holds the value `by`."""
    linked = sa.select(link).where(*_equal(link.table, (by,)))
    query = sa.select(table).where(*_equal(table, names), table.c.id.in_(linked)).order_by(table.c.id.desc())
    return Standing(query.limit(sa.bindparam("most", type_=sa.BigInteger)))


def new_row(table: sa.Table, *, told: bool = False) -> Standing:
    """Add a row; `told` gives it back with its id. Every column but an id that the database makes takes a parameter."""
    query = sa.insert(table).values({column: _new(column) for column in table.c if column.identity is None})
    return Standing(query.returning(*table.c) if told else query)


def set_where(table: sa.Table, values: Iterable[str], *names: str) -> Standing:
    """Write `values` into the rows in which the columns `names` hold the given values."""
    return Standing(sa.update(table).where(*_equal(table, names)).values({table.c[name]: _new(table.c[name]) for name in values}))


def drop_where(table: sa.Table, *names: str) -> Standing:
    """Delete the rows in which these columns hold the given values."""
    return Standing(sa.delete(table).where(*_equal(table, names)))


def newly(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column as the parameters of a statement that writes them."""
    return {f"new_{name}": value for name, value in values.items()}


def _equal(table: sa.Table, names: Iterable[str]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == sa.bindparam(name, type_=table.c[name].type) for name in names]


def _new(column: sa.Column[Any]) -> sa.BindParameter[Any]:
    return sa.bindparam(f"new_{column.name}", type_=column.type)
