"""Conditions over lists of values whose statement does not change with the length of the list."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


def among(column: sa.ColumnElement[Any], dialect: str, parameter: str = "ids") -> sa.ColumnElement[bool]:
    """`column` is one of the ids of `parameter`, which is bound to `listed(ids)`."""
    if dialect == "postgresql":
        return column == sa.any_(sa.bindparam(parameter, type_=postgresql.ARRAY(sa.BigInteger)))
    given = sa.func.json_each(sa.bindparam(parameter, type_=sa.Text)).table_valued("value")
    return column.in_(sa.select(given.c.value))


def among_texts(column: sa.ColumnElement[Any], dialect: str, parameter: str) -> sa.ColumnElement[bool]:
    """`column` is one of the texts of `parameter`, which is bound to `listed(texts)`."""
    if dialect == "postgresql":
        return column == sa.any_(sa.bindparam(parameter, type_=postgresql.ARRAY(postgresql.TEXT(collation="C"))))
    given = sa.func.json_each(sa.bindparam(parameter, type_=sa.Text)).table_valued("value")
    return column.in_(sa.select(given.c.value))


def among_few(own: sa.ColumnElement[int], found: sa.SelectBase, dialect: str) -> sa.ColumnElement[bool]:
    """`own` is one of the ids of a statement that finds few.

    PostgreSQL is given a form that it looks up one by one: it would rather read a whole table of some ten thousand rows.
    """
    return own.in_(found) if dialect == "sqlite" else own == sa.any_(sa.func.array(found.scalar_subquery()))


def listed(values: Iterable[int] | Iterable[str], dialect: str) -> list[Any] | str:
    """Ids or texts as the parameter of `among` or `among_texts`."""
    found = list(values)
    if dialect == "postgresql":
        return found
    return f"[{found[0]}]" if len(found) == 1 and type(found[0]) is int else json.dumps(found)
