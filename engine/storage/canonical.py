"""Plain data as canonical JSON: the same text for the same data always, so that it can be hashed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

MICROSECOND = timedelta(microseconds=1)


class Written(str):
    """Plain data that is canonical JSON already."""

    __slots__ = ()


def canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces; decimals, dates and instants as their text, durations as seconds."""
    write = _QUICK.get(type(value))
    return _CANONICAL.encode(value) if write is None else write(value)


def canonical_all(values: Sequence[object]) -> list[str]:
    """The same for each of many values; where they are of one type, that is asked for once."""
    kinds = set(map(type, values))
    if len(kinds) == 1:
        kind = kinds.pop()
        return _decimals(values) if kind is Decimal else list(map(_QUICK.get(kind, canonical_json), values))  # type: ignore[arg-type]
    kinds.discard(type(None))
    write = _QUICK.get(kinds.pop(), canonical_json) if len(kinds) == 1 else canonical_json
    return ["null" if value is None else write(value) for value in values]


def _decimals(values: Sequence[Decimal]) -> list[str]:
    """Whether one has an exponent is asked of all of them."""
    texts = list(map(str, values))
    every = '"' + '"\n"'.join(texts) + '"'
    return every.split("\n") if "E" not in every else list(map(_quoted, values))


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
        return str(Decimal(value // MICROSECOND).scaleb(-6))
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
    datetime: lambda value: f'"{(value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()}"',
    dict: lambda value: _CANONICAL.encode(value) if value else "{}",
    list: lambda value: _CANONICAL.encode(value) if value else "[]",
}
"""The same for what most values are: making an encoder for one of them costs more than its text."""
