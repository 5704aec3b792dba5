"""Asking for rows that hold one of several codes in a column of codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from .database import Dialect


def holds_any(column: sa.ColumnElement[Any], codes: Iterable[str], dialect: Dialect) -> sa.ColumnElement[bool]:
    """Whether `column` (of type Codes) holds at least one of `codes`, which are ASCII names; false without any code."""
    wanted = sorted(codes)
    if dialect == "postgresql":
        return column.op("&&", is_comparison=True)(sa.cast(wanted, postgresql.ARRAY(postgresql.TEXT(collation="C"))))
    return sa.or_(sa.false(), *(sa.func.instr(sa.type_coerce(column, sa.Text), f'"{code}"') > 0 for code in wanted))
