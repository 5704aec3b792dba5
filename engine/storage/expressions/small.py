"""Texts in small letters, as fields that ignore case are compared, sorted and indexed: one element, which an index can hold too."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, LargeBinary, case, cast, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

SMALL = "loom_small"
"""The function of ours that does it on SQLite, whose own one knows only the letters of English."""
CASINGS = ("und-x-icu", "pg_unicode_fast")
"""Collations of PostgreSQL that know all capital letters (ß, ΟΔΟΣ): that of ICU, or, from 18 on, a built-in one."""


def small(text: str | None) -> str | None:
    """The text in small letters, as LOWER gives it."""
    return None if text is None else text.lower()


def casing_of(dialect: sa.Dialect) -> str:
    """The collation of capital and small letters that the server has."""
    return str(getattr(dialect, "loom_casing", CASINGS[0]))


class Small(ColumnElement[Any]):
    """A text column in small letters."""

    __visit_name__ = "small"
    _traverse_internals = [  # noqa: RUF012 - the protocol of SQLAlchemy's cache
        ("text", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, text: ColumnElement[Any]) -> None:
        self.text = text
        self.type = text.type

    @property
    def _from_objects(self) -> list[FromClause]:
        return self.text._from_objects  # noqa: SLF001 - how elements tell what they select from

    def self_group(self, against: Any = None) -> Small:
        """Itself: it brings its own parentheses."""
        return self


def swiftly(text: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text in small letters for SQLite to look into: its own function does for texts that have no more than the letters of English.

    No index holds this form. A text with other letters has more bytes than letters, as has one that ends for SQLite before it does.
    """
    if not isinstance(text, Small):
        return text
    plain = func.length(text.text) == func.length(cast(text.text, LargeBinary()))
    return case((plain, func.lower(text.text)), else_=text)


class Casing(ColumnElement[Any]):
    """The name of the collation of capital and small letters."""

    __visit_name__ = "casing"
    _traverse_internals = []  # noqa: RUF012 - the protocol of SQLAlchemy's cache


@compiles(Casing)
def _name(element: Casing, compiler: SQLCompiler, **how: Any) -> str:
    return f'"{casing_of(compiler.dialect)}"'


@compiles(Small, "sqlite")
def _on_sqlite(element: Small, compiler: SQLCompiler, **how: Any) -> str:
    return f"{SMALL}({compiler.process(element.text, **how)})"


@compiles(Small, "postgresql")
def _on_postgresql(element: Small, compiler: SQLCompiler, **how: Any) -> str:
    return f'(lower({compiler.process(element.text, **how)} COLLATE {compiler.process(Casing())}) COLLATE "C")'
