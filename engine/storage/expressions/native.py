"""The types of PostgreSQL that hold the values of the language, and their canonical texts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.type_api import TypeEngine

from engine.formula import Kind, Type

TEXTS = {
    Kind.TEXT: "{x}",
    Kind.CHOICE: "{x}",
    Kind.NUMBER: "trim_scale({x})::text",
    Kind.DATE: "to_char({x}, 'YYYY-MM-DD')",
    Kind.DATETIME: "to_char({x} AT TIME ZONE {zone}, 'YYYY-MM-DD HH24:MI:SS')",
}
"""Canonical texts, as `&` prints them."""

_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.NUMBER: sa.Numeric(),
    Kind.TEXT: sa.Text(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(timezone=True),
    Kind.DURATION: postgresql.INTERVAL(),
    Kind.CHOICE: sa.Text(),
    Kind.MULTI_CHOICE: postgresql.ARRAY(sa.Text(), as_tuple=True),
    Kind.REF: sa.BigInteger(),
    Kind.NULL: sa.Text(),
}


def native_type(type_: Type) -> TypeEngine[Any]:
    """The type of PostgreSQL that holds values of a type of the language."""
    if type_.kind is Kind.LIST and type_.element is not None:
        return postgresql.ARRAY(native_type(type_.element))
    return _TYPES[type_.kind]
