"""Which column holds a field: the exact type for each kind of field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from engine.metadata import WIDEST, Field, minor_units

from .types import Boolean, Codes, Date, Duration, Instant, Number, Text, key_type

DECIMAL_SCALE = 2
PERCENT_SCALE = 4


def type_of(field: Field) -> sa.types.TypeEngine[Any]:
    """The column type of a field with a column. Raises KeyError for kinds that have none (tables)."""
    return _TYPES[field.kind](field)


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


def _number(field: Field) -> Number:
    return Number(scale_of(field))


def _text(field: Field) -> Text:
    return Text()


_TEXTS = ("text", "long_text", "rich_text", "email", "phone", "url", "tax_number", "bank", "barcode", "location", "json", "choice")
_TYPES: Mapping[str, Callable[[Field], sa.types.TypeEngine[Any]]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(("integer", "decimal", "percent", "money"), _number),
    "boolean": lambda field: Boolean(),
    "date": lambda field: Date(),
    "datetime": lambda field: Instant(),
    "duration": lambda field: Duration(),
    "multi_choice": lambda field: Codes(),
    "link": lambda field: key_type(),
    **dict.fromkeys(("user", "file", "image", "signature"), lambda field: key_type()),
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
        return Number(int(rest.rstrip(")")))
    if word in ("link", "key"):
        return key_type()
    make = _BY_WORD.get(word)
    return make() if make else None


_BY_WORD: Mapping[str, Callable[[], sa.types.TypeEngine[Any]]] = {
    **dict.fromkeys(("text", *_SHAPED.values()), Text),
    "boolean": Boolean,
    "date": Date,
    "instant": Instant,
    "duration": Duration,
    "codes": Codes,
}
