"""How each kind of value lies in a column, exactly and alike on both databases.

SQLite tables are STRICT, so a column is INTEGER, TEXT or BLOB there; PostgreSQL has types of its own. A value that a column
cannot hold exactly is refused with ValueError, never rounded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

DIGITS = 18
"""All digits of a stored number: what fits into 64 bits whatever its scale."""

_LIMIT = 10**DIGITS
_INT64 = 2**63
_MICROSECOND = timedelta(microseconds=1)
_Native = sa.types.TypeEngine[Any]
_SQLITE = frozenset({"sqlite"})
_BOTH = frozenset({"sqlite", "postgresql"})


class Exact(sa.types.TypeDecorator[Any]):
    """A type with one column type per database; `impl` gives the operators of expressions."""

    cache_ok = True
    impl: Any = sa.Text
    sqlite: _Native = sa.Text()
    postgresql: _Native = postgresql.TEXT(collation="C")

    def load_dialect_impl(self, dialect: sa.Dialect) -> _Native:
        return dialect.type_descriptor(self.sqlite if dialect.name == "sqlite" else self.postgresql)


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

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is not None and "\0" in value:
            raise ValueError("a text cannot hold the character U+0000")
        return value


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
        shifted = Decimal(value).scaleb(self.scale)
        whole = int(shifted)
        if whole != shifted or abs(whole) >= _LIMIT:
            raise ValueError(f"{value} does not fit into {DIGITS} digits with {self.scale} after the point")
        return whole

    def process_bind_param(self, value: Decimal | int | None, dialect: sa.Dialect) -> Decimal | int | None:
        if value is None:
            return None
        whole = self.scaled(value)
        return whole if dialect.name == "sqlite" else value

    def decoded(self, raw: Any) -> Decimal:
        return Decimal(raw) * self._unit


class Date(Decoded):
    """A day, without zone; ISO text on SQLite."""

    cache_ok = True
    impl = sa.Date
    postgresql = sa.Date()

    def process_bind_param(self, value: date | None, dialect: sa.Dialect) -> date | str | None:
        if isinstance(value, datetime):
            raise ValueError("an instant is not a day")  # noqa: TRY004 -- a value that a column cannot hold is a ValueError
        return value if value is None or dialect.name != "sqlite" else value.isoformat()

    decoded = staticmethod(date.fromisoformat)


class Instant(Decoded):
    """An instant in UTC; on SQLite a text with microseconds, so that texts compare as instants do. PostgreSQL answers in UTC."""

    cache_ok = True
    impl = sa.DateTime
    postgresql = sa.DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        if dialect.name != "sqlite":
            return value
        return _instant_text(value)

    def decoded(self, raw: Any) -> datetime:
        return datetime.fromisoformat(raw + "+00:00")


@lru_cache(maxsize=64)
def _instant_text(value: datetime) -> str:
    """An instant as SQLite holds it; most that one transaction writes are its own."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class Boolean(Decoded):
    """True or false; 1 or 0 on SQLite."""

    cache_ok = True
    impl = sa.Boolean
    sqlite = sa.Integer()
    postgresql = sa.Boolean()

    def process_bind_param(self, value: bool | None, dialect: sa.Dialect) -> bool | int | None:
        return value if value is None or dialect.name != "sqlite" else int(value)

    decoded = bool


class Duration(Decoded):
    """A length of time; microseconds on SQLite."""

    cache_ok = True
    impl = sa.Interval
    sqlite = sa.Integer()
    postgresql = postgresql.INTERVAL()

    def process_bind_param(self, value: timedelta | None, dialect: sa.Dialect) -> timedelta | int | None:
        if value is None:
            return None
        microseconds = value // _MICROSECOND
        if abs(microseconds) >= _INT64:
            raise ValueError("a duration of more than 292,000 years")
        return microseconds if dialect.name == "sqlite" else value

    def decoded(self, raw: Any) -> timedelta:
        return timedelta(microseconds=raw)


class Codes(Decoded):
    """Several codes in their order: a JSON list on SQLite, an array on PostgreSQL; a tuple in Python."""

    cache_ok = True
    decodes = _BOTH
    postgresql = postgresql.ARRAY(postgresql.TEXT(collation="C"))

    def process_bind_param(self, value: Sequence[str] | None, dialect: sa.Dialect) -> list[str] | str | None:
        if value is None:
            return None
        return canonical_json(list(value)) if dialect.name == "sqlite" else list(value)

    def decoded(self, raw: Any) -> tuple[str, ...]:
        return tuple(_READ(raw)[0] if isinstance(raw, str) else raw)


class Json(Decoded):
    """Plain data as canonical JSON text on both databases, so that its bytes can be hashed."""

    cache_ok = True
    decodes = _BOTH

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    @staticmethod
    def decoded(raw: str) -> Any:
        return _READ(raw)[0]


class Passing(Decoded):
    """Plain data that lies in the database for a while and that nobody hashes: as JSON too, in whatever form is quickest."""

    cache_ok = True
    decodes = _BOTH

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    decoded = staticmethod(orjson.loads)


class Written(str):
    """Plain data that is canonical JSON already."""

    __slots__ = ()


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces; decimals, dates and instants as their text, durations as seconds."""
    write = _QUICK.get(type(value))
    return _CANONICAL.encode(value) if write is None else write(value)


def canonical_all(values: Sequence[object]) -> list[str]:
    """The same for each of many values; where they are of one type, that is asked for once."""
    kinds = set(map(type, values)) - {type(None)}
    kind = kinds.pop() if len(kinds) == 1 else None
    write = canonical_json if kind is None else _QUICK.get(kind, canonical_json)
    return ["null" if value is None else write(value) for value in values]


def _number(value: Decimal) -> str:
    """A decimal without an exponent; most have none anyway, which is quicker told than written anew."""
    text = str(value)
    return format(value, "f") if "E" in text else text


def _quoted(value: Decimal) -> str:
    text = str(value)
    return f'"{text}"' if "E" not in text else f'"{value:f}"'


def _as_text(value: object) -> object:
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(Decimal(value // _MICROSECOND).scaleb(-6))
    raise TypeError(f"{type(value).__name__} is not plain data")


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_as_text)
_QUICK: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: repr,
    str: encode_basestring,
    Written: str,
    Decimal: _quoted,
    date: lambda value: f'"{value.isoformat()}"',
    datetime: lambda value: f'"{value.astimezone(UTC).isoformat()}"',
    dict: lambda value: _CANONICAL.encode(value) if value else "{}",
    list: lambda value: _CANONICAL.encode(value) if value else "[]",
}
"""The same for what most values are: making an encoder for one of them costs more than its text."""
_READ = json.JSONDecoder().raw_decode
"""Reads JSON that begins at once, as what we wrote does, in half of the time of `json.loads`."""


@cache
def key_type() -> _Native:
    """The type of ids and links: 64 bits. One object for all columns: making it takes longer than the column."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


number_type = cache(Number)
"""The type of numbers with so many digits after the point; one object for all columns too."""
TEXT, INSTANT, JSON = Text(), Instant(), Json()
