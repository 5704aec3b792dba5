"""Which column holds a field: the exact type for each kind of field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.metadata import WIDEST, Field, minor_units

from .types import INSTANT, TEXT, Boolean, Codes, Date, Duration, Number, key_type, number_type

DECIMAL_SCALE = 2
PERCENT_SCALE = 4


def type_of(field: Field) -> sa.types.TypeEngine[Any]:
    """The column type of a field with a column. Raises KeyError for kinds that have none (tables)."""
    return number_type(scale_of(field)) if field.kind in _NUMBERS else _TYPES[field.kind]


def scale_of(field: Field) -> int:
    """The digits after the point that a number field keeps: its own, those of its currency, or enough for every currency."""
    if field.kind == "integer":
        return 0
    if field.type.scale is not None:
        return field.type.scale
    if field.kind != "money":
        return PERCENT_SCALE if field.kind == "percent" else DECIMAL_SCALE
    currency = field.type.currency
    return minor_units(currency.code) if currency and currency.code else WIDEST


_TEXTS = ("text", "long_text", "rich_text", "email", "phone", "url", "tax_number", "bank", "barcode", "location", "json", "choice")
_NUMBERS = ("integer", "decimal", "percent", "money")
_TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    **dict.fromkeys(_TEXTS, TEXT),
    "boolean": Boolean(),
    "date": Date(),
    "datetime": INSTANT,
    "duration": Duration(),
    "multi_choice": Codes(),
    **dict.fromkeys(("link", "user", "file", "image", "signature"), key_type()),
}


def shape_of(field: Field) -> str:
    """The type of a field's column in one word, `number(2)`: fields of one shape can share a column. Empty without a column."""
    if not field.stored:
        return ""
    kind = type_of(field)
    if isinstance(kind, Number):
        return f"number({kind.scale})"
    if field.kind in _SHAPED:
        return _SHAPED[field.kind]
    return "link" if field.link is not None else type(kind).__name__.lower()


_SHAPED = {"location": "location", "json": "json", "choice": "choice", "rich_text": "markup"}
"""Kinds with a text column whose texts are not just any."""


def type_of_shape(shape: str) -> sa.types.TypeEngine[Any] | None:
    """The column type that `shape_of` gave this word for; None for a word that no field type of this version has."""
    word, _, rest = shape.partition("(")
    if word == "number":
        return number_type(int(rest.rstrip(")")))
    return _BY_WORD.get(word)


_BY_WORD: Mapping[str, sa.types.TypeEngine[Any]] = {
    **dict.fromkeys(("text", *_SHAPED.values()), TEXT),
    **dict.fromkeys(("link", "key"), key_type()),
    "boolean": _TYPES["boolean"],
    "date": _TYPES["date"],
    "instant": INSTANT,
    "duration": _TYPES["duration"],
    "codes": _TYPES["multi_choice"],
}
