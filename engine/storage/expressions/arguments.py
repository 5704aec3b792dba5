"""How values travel into and out of the registered function of SQLite, as texts and integers that keep them exact."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.type_api import TypeEngine

from engine.formula import Kind, Type, Value
from engine.storage.types import Boolean, Codes, Date, Duration, Instant, Text, key_type

_SHIFT = 10**28
_PLACES = 20
_WIDTH = 49


class Shifted(sa.types.TypeDecorator[Any]):
    """A calculated number as a text of fixed width, so that texts sort as the numbers do: (value + 10^28) × 10^20."""

    cache_ok = True
    impl = sa.Text

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else shifted(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else unshifted(value)


def shifted(value: Decimal) -> str:
    """The text that stands for a number; the number has at most 20 places and is below 10^28."""
    sign, digits, exponent = value.as_tuple()
    whole = int("".join(map(str, digits))) * 10 ** (_PLACES + int(exponent))
    return str(_SHIFT * 10**_PLACES + (-whole if sign else whole)).zfill(_WIDTH)


def unshifted(text: str) -> Decimal:
    """The number that a text stands for, without trailing zeros."""
    whole = int(text) - _SHIFT * 10**_PLACES
    places = _PLACES
    while places and whole % 10 == 0:
        whole, places = whole // 10, places - 1
    return Decimal((whole < 0, tuple(map(int, str(abs(whole)))), -places))


class Listed(sa.types.TypeDecorator[Any]):
    """A list of values as JSON."""

    cache_ok = True
    impl = sa.Text

    def __init__(self, element: TypeEngine[Any]) -> None:
        super().__init__()
        self.element = element

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        encode = encoder(self.element, dialect)
        return None if value is None else json.dumps([None if item is None else encode(item) for item in value], ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        decode = decoder(self.element, dialect)
        return None if value is None else tuple(None if item is None else decode(item) for item in json.loads(value))


_TYPES: dict[Kind, TypeEngine[Any]] = {
    Kind.NUMBER: Shifted(),
    Kind.TEXT: Text(),
    Kind.BOOLEAN: Boolean(),
    Kind.DATE: Date(),
    Kind.DATETIME: Instant(),
    Kind.DURATION: Duration(),
    Kind.CHOICE: Text(),
    Kind.MULTI_CHOICE: Codes(),
    Kind.REF: key_type(),
    Kind.NULL: Text(),
}


def travelling(type_: Type) -> TypeEngine[Any]:
    """How a value of a type of the language travels on SQLite."""
    if type_.kind is Kind.LIST and type_.element is not None:
        return Listed(travelling(type_.element))
    return _TYPES[type_.kind]


def decoder(type_: TypeEngine[Any], dialect: sa.Dialect) -> Callable[[Any], Value]:
    """What turns a raw value of a column into a value of Python."""
    return type_.dialect_impl(dialect).result_processor(dialect, None) or _same


def encoder(type_: TypeEngine[Any], dialect: sa.Dialect) -> Callable[[Any], Any]:
    """What turns a value of Python into a raw value of a column."""
    return type_.dialect_impl(dialect).bind_processor(dialect) or _same


def _same(value: Any) -> Any:
    return value
