"""Orders of rows that a page can be continued in: which rows stand behind a place, in the form that walks one range of an index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

Keys = Sequence[tuple[sa.ColumnElement[Any], bool]]
"""What rows are sorted by, each with its direction (true: descending)."""


def ordering(keys: Keys, own: sa.ColumnElement[Any], *, down: bool, filled: bool | None) -> list[sa.ColumnElement[Any]]:
    """The order of the rows: blank values last in either direction, the id at the end."""
    ordered: list[sa.ColumnElement[Any]] = []
    for at, (key, falling) in enumerate(keys):
        if at == 0 and filled is False:
            continue
        direction = key.desc() if falling else key.asc()
        ordered.append(direction if at == 0 else direction.nulls_last())
    return [*ordered, own.desc() if down else own.asc()]


def after_place(keys: Keys, blanks: Sequence[bool], own: sa.ColumnElement[Any], *, down: bool, bounded: bool) -> sa.ColumnElement[bool]:
    """The rows behind a place; the first key is bounded on its own, so that an index range is walked.

    One key and the id are compared together: the range then begins at the place itself, however many rows have its value
    (on SQLite only if it is said how the id is compared, decision 0070).
    """
    last = sa.bindparam("after_id", type_=sa.BigInteger)
    tail: sa.ColumnElement[bool] = own < last if down else own > last
    for at in range(len(keys) - 1, 0, -1):
        tail = _behind(keys[at], at, blanks[at], tail)
    if not keys or not bounded:
        return tail
    key, falling = keys[0]
    value = sa.bindparam("after_0", type_=key.type)
    if len(keys) == 1 and falling == down:
        here, there = sa.tuple_(key, own), sa.tuple_(value, _Id(last))
        return here < there if down else here > there
    return sa.and_(key <= value if falling else key >= value, sa.or_(key < value if falling else key > value, tail))


class _Id(sa.ColumnElement[int]):
    """The id of a place, beside a value with which it is compared."""

    __visit_name__ = "id_of_place"
    _traverse_internals = [("bound", InternalTraversal.dp_clauseelement)]  # noqa: RUF012 - the protocol of SQLAlchemy's cache

    def __init__(self, bound: sa.ColumnElement[int]) -> None:
        self.bound = bound
        self.type = bound.type


@compiles(_Id)
def _plain(element: _Id, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.bound, **how)


@compiles(_Id, "sqlite")
def _told(element: _Id, compiler: SQLCompiler, **how: Any) -> str:
    return f"{compiler.process(element.bound, **how)} COLLATE BINARY"


def until_place(keys: Keys, own: sa.ColumnElement[Any], *, down: bool) -> sa.ColumnElement[bool]:
    """The rows whose first value, or id where they have no other order, comes no later than that of a place."""
    key, falling = keys[0] if keys else (own, down)
    value = sa.bindparam("until", type_=key.type)
    return key >= value if falling else key <= value


def unordered(keys: Keys) -> Keys:
    """The same values, in a form that no index has: all rows that fit are gathered and sorted."""
    return [(loose(key), falling) for key, falling in keys]


def loose(key: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The same value, in a form that no index has."""
    return sa.func.coalesce(key, key, type_=key.type)


def _behind(key: tuple[sa.ColumnElement[Any], bool], at: int, blank: bool, tail: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    column, down = key
    if blank:
        return sa.and_(column.is_(None), tail)
    value = sa.bindparam(f"after_{at}", type_=column.type)
    return sa.or_(column < value if down else column > value, column.is_(None), sa.and_(column == value, tail))
