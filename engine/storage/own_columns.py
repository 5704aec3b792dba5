"""How the tables of the engine itself are written down."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .types import Instant, Text, key_type

SYSTEM = sa.MetaData()
LAYOUT = 1
"""The version of these tables; `loom_meta` says which one a database has."""


def id_column() -> sa.Column[Any]:
    """The id of a row."""
    return sa.Column("id", key_type(), sa.Identity(), primary_key=True)


def key_column(name: str, *, null: bool = False) -> sa.Column[Any]:
    """The id of something else."""
    return sa.Column(name, key_type(), nullable=null)


def whole_column(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A whole number."""
    return sa.Column(name, sa.Integer, nullable=null)


def text_column(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A text."""
    return sa.Column(name, Text(), nullable=null)


def instant_column(name: str, *, null: bool = False) -> sa.Column[Any]:
    """An instant."""
    return sa.Column(name, Instant(), nullable=null)


def own_table(name: str, comment: str, *columns: sa.Column[Any], reuses_ids: bool = True) -> sa.Table:
    """A table of the engine; ids that may be used again are not counted on."""
    return sa.Table(name, SYSTEM, *columns, comment=comment, sqlite_strict=True, sqlite_autoincrement=not reuses_ids)
