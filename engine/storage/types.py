"""How each kind of value lies in a column, exactly and alike on both databases.

SQLite tables are STRICT, so a column is INTEGER, TEXT or BLOB there; PostgreSQL has types of its own. A value that a column
cannot hold exactly is refused with ValueError, never rounded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from .canonical import MICROSECOND, canonical_json

DIGITS = 18
"""All digits of a stored number: what fits into 64 bits whatever its scale."""

_LIMIT = 10**DIGITS
_INT64 = 2**63
_Native = sa.types.TypeEngine[Any]
Convert = Callable[[Any], Any]
_SQLITE = frozenset({"sqlite"})
_BOTH = frozenset({"sqlite", "postgresql"})
_READ = json.JSONDecoder().raw_decode
"""Reads JSON that begins at once, as what we wrote does, in half of the time of `json.loads`."""


class Exact(sa.types.TypeDecorator[Any]):
    """A type with one column type per database; `impl` gives the operators of expressions."""

    cache_ok = True
    impl: Any = sa.Text
    sqlite: _Native = sa.Text()
    postgresql: _Native = postgresql.TEXT(collation="C")

    def load_dialect_impl(self, dialect: sa.Dialect) -> _Native:
        return dialect.type_descriptor(self.sqlite if dialect.name == "sqlite" else self.postgresql)

    def encoder(self, dialect: str) -> Convert | None:
        """What makes a value, which is not null, into what the driver of that database takes; None where it is that already."""
        return None

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        encode = None if value is None else self.encoder(dialect.name)
        return value if encode is None else encode(value)


class Decoded(Exact):
    """A type whose value is something else than what the drivers of the databases `decodes` give."""

    cache_ok = True
    decodes: frozenset[str] = _SQLITE
    decoded: Callable[[Any], Any]
    """The value of what such a driver gives, which is not null."""

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return self.decoded(value) if value is not None and dialect.name in self.decodes else value


class Text(Exact):
    """A text, compared and sorted by code point. U+0000 is refused, because PostgreSQL cannot hold it."""

    cache_ok = True

    def encoder(self, dialect: str) -> Convert:
        return _whole_text


class Number(Decoded):
    """A decimal with `scale` digits after the point: on SQLite the integer value × 10^scale, on PostgreSQL NUMERIC (FORMULA section 3)."""

    cache_ok = True
    impl = sa.Numeric
    sqlite = sa.Integer()

    def __init__(self, scale: int) -> None:
        super().__init__(DIGITS, scale)
        self.scale = scale
        self._unit = Decimal(1).scaleb(-scale)
        self.postgresql = sa.Numeric(DIGITS, scale)

    def scaled(self, value: Decimal | int) -> int:
        """The integer that stands for `value`. Raises ValueError where it has too many digits, before or after the point."""
        shifted = (value if type(value) is Decimal else Decimal(value)).scaleb(self.scale)
        whole = int(shifted)
        if whole != shifted or not -_LIMIT < whole < _LIMIT:
            raise ValueError(f"{value} does not fit into {DIGITS} digits with {self.scale} after the point")
        return whole

    def fitting(self, value: Decimal | int) -> Decimal | int:
        """The same value. Raises ValueError as `scaled`."""
        self.scaled(value)
        return value

    def encoder(self, dialect: str) -> Convert:
        return self.scaled if dialect == "sqlite" else self.fitting

    def decoded(self, raw: Any) -> Decimal:
        return Decimal(raw) * self._unit


class Date(Decoded):
    """A day, without zone; ISO text on SQLite."""

    cache_ok = True
    impl = sa.Date
    postgresql = sa.Date()

    def encoder(self, dialect: str) -> Convert:
        return _day_text if dialect == "sqlite" else _day

    decoded = staticmethod(date.fromisoformat)


class Instant(Decoded):
    """An instant in UTC; on SQLite a text with microseconds, so that texts compare as instants do. PostgreSQL answers in UTC."""

    cache_ok = True
    impl = sa.DateTime
    postgresql = sa.DateTime(timezone=True)

    def encoder(self, dialect: str) -> Convert:
        return _instant_text if dialect == "sqlite" else _instant

    def decoded(self, raw: Any) -> datetime:
        return datetime.fromisoformat(raw + "+00:00")


class Boolean(Decoded):
    """True or false; 1 or 0 on SQLite."""

    cache_ok = True
    impl = sa.Boolean
    sqlite = sa.Integer()
    postgresql = sa.Boolean()

    def encoder(self, dialect: str) -> Convert | None:
        return int if dialect == "sqlite" else None

    decoded = bool


class Duration(Decoded):
    """A length of time; microseconds on SQLite."""

    cache_ok = True
    impl = sa.Interval
    sqlite = sa.Integer()
    postgresql = postgresql.INTERVAL()

    def encoder(self, dialect: str) -> Convert:
        return _microseconds if dialect == "sqlite" else _duration

    def decoded(self, raw: Any) -> timedelta:
        return timedelta(microseconds=raw)


class Codes(Decoded):
    """Several codes in their order: a JSON list on SQLite, an array on PostgreSQL; a tuple in Python."""

    cache_ok = True
    decodes = _BOTH
    postgresql = postgresql.ARRAY(postgresql.TEXT(collation="C"))

    def encoder(self, dialect: str) -> Convert:
        return _codes_text if dialect == "sqlite" else list

    def decoded(self, raw: Any) -> tuple[str, ...]:
        return tuple(_READ(raw)[0] if isinstance(raw, str) else raw)


class Json(Decoded):
    """Plain data as canonical JSON text on both databases, so that its bytes can be hashed."""

    cache_ok = True
    decodes = _BOTH

    def encoder(self, dialect: str) -> Convert:
        return canonical_json

    @staticmethod
    def decoded(raw: str) -> Any:
        return _READ(raw)[0]


class Passing(Decoded):
    """Plain data that lies in the database for a while and that nobody hashes: as JSON too, in whatever form is quickest."""

    cache_ok = True
    decodes = _BOTH

    def encoder(self, dialect: str) -> Convert:
        return _quick_json

    decoded = staticmethod(orjson.loads)


def _whole_text(value: str) -> str:
    if "\0" in value:
        raise ValueError("a text cannot hold the character U+0000")
    return value


def _day(value: date) -> date:
    if isinstance(value, datetime):
        raise ValueError("an instant is not a day")  # noqa: TRY004 -- a value that a column cannot hold is a ValueError
    return value


def _day_text(value: date) -> str:
    return _day(value).isoformat()


def _instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return value


@lru_cache(maxsize=64)
def _instant_text(value: datetime) -> str:
    """An instant as SQLite holds it; most that one transaction writes are its own."""
    return (value if value.tzinfo is UTC else _instant(value).astimezone(UTC)).isoformat(" ", "microseconds")[:-6]


def _duration(value: timedelta) -> timedelta:
    _microseconds(value)
    return value


def _microseconds(value: timedelta) -> int:
    microseconds = value // MICROSECOND
    if abs(microseconds) >= _INT64:
        raise ValueError("a duration of more than 292,000 years")
    return microseconds


def _codes_text(value: Sequence[str]) -> str:
    return canonical_json(list(value))


def _quick_json(value: object) -> str:
    return orjson.dumps(value).decode()


@cache
def key_type() -> _Native:
    """The type of ids and links: 64 bits. One object for all columns: making it takes longer than the column."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


number_type = cache(Number)
"""The type of numbers with so many digits after the point; one object for all columns too."""
TEXT, INSTANT, JSON = Text(), Instant(), Json()
