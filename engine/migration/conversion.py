"""What becomes of a value when its field gets another type: one way per kind of column and of field, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from html import escape
from zoneinfo import ZoneInfo

from engine.errors import Unfit
from engine.frozen import frozen
from engine.metadata import WIDEST, Field, Value
from engine.records import fault, read_value, words_of

Way = Callable[["Conversion", Value], Value]


@frozen(slots=False)
class Recoding:
    """Codes that are others now, where nothing but that changes."""

    codes: Mapping[str, str]
    possible = True

    def __call__(self, value: Value) -> Value:
        """The code that a code becomes."""
        return self.codes.get(str(value), value)

    or_none = __call__


@frozen(slots=False)
class Conversion:
    """From a column of the shape `old` to the field `new`.

    `keys` are records by what their texts may name them, for links; `recoded` are codes that are others now.
    """

    old: str
    new: Field
    zone: ZoneInfo
    keys: Mapping[str, int] = field(default_factory=dict)
    recoded: Mapping[str, str] = field(default_factory=dict)

    @property
    def possible(self) -> bool:
        """Whether there is a way at all."""
        return self._way is not None

    def __call__(self, value: Value) -> Value:
        """The value that `value` becomes. Raises Unfit, with the reason, where it can become none."""
        way = self._way
        assert way is not None
        found = way(self, value)
        if found is not None and (wrong := fault(self.new, found)):
            raise Unfit(wrong.text, **wrong.params)
        return found

    def or_none(self, value: Value) -> Value:
        """The same, and None where it can become none."""
        try:
            return self(value)
        except Unfit:
            return None

    @property
    def _way(self) -> Way | None:
        """The way for these two; `text` stands for whatever is kept as words."""
        kind = _GROUPS.get(self.new.kind, self.new.kind)
        old = self.old.partition("(")[0]
        return _WAYS.get((old, kind)) or _WAYS.get(("*", kind)) if (old, kind) not in _NEVER else None


def spelled_out(value: Value) -> str:
    """A value in words: as its text where it becomes one, and in the examples of a plan; nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value.normalize() if value == value.to_integral_value() else value, "f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, timedelta):
        return f"{Decimal(value // timedelta(microseconds=1)).scaleb(-6).normalize():f} seconds"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def _to_markup(way: Conversion, value: Value) -> Value:
    return "".join(f"<p>{escape(line)}</p>" for line in spelled_out(value).splitlines() if line.strip()) or None


def _read(way: Conversion, value: Value) -> Value:
    """As if somebody typed the words of the value."""
    return read_value(way.new, words_of(str(value)) if way.old == "markup" else spelled_out(value).strip(), way.zone)


def _to_number(way: Conversion, value: Value) -> Value:
    if isinstance(value, Decimal) and way.new.type.scale is None and way.new.kind == "money":
        return value
    return read_value(way.new, value if isinstance(value, Decimal) else spelled_out(value).strip(), way.zone)


def _length(way: Conversion, value: Value) -> Value:
    """A length of time as a number of hours."""
    assert isinstance(value, timedelta)
    hours = Decimal(value // timedelta(microseconds=1)) / Decimal(3_600_000_000)
    return read_value(way.new, round(hours, WIDEST).normalize(), way.zone)


def _truth_to_number(way: Conversion, value: Value) -> Value:
    return Decimal(1 if value else 0)


def _day(way: Conversion, value: Value) -> Value:
    assert isinstance(value, datetime)
    return value.astimezone(way.zone).date()


def _midnight(way: Conversion, value: Value) -> Value:
    assert isinstance(value, date)
    return datetime.combine(value, time(), way.zone).astimezone(UTC)


def _truth(way: Conversion, value: Value) -> Value:
    words = spelled_out(value).strip().casefold()
    if words in _TRUE:
        return True
    if words in _FALSE:
        return False
    raise Unfit("Please answer yes or no.")


def _code(way: Conversion, value: Value) -> Value:
    """A code that is meant: it stands there itself, or its label in some language."""
    words = spelled_out(value).strip()
    words = way.recoded.get(words, words)
    if words in way.new.choice:
        return words
    meant = [c.code for c in way.new.choices if words.casefold() in (label.casefold() for label in (c.code, *c.label.values()))]
    if len(meant) != 1:
        raise Unfit("There is no such choice: {value}.", value=words)
    return meant[0]


def _one_code(way: Conversion, value: Value) -> Value:
    assert isinstance(value, tuple)
    if len(value) > 1:
        raise Unfit("Only one choice is possible here.")
    return _code(way, value[0]) if value else None


def _recoded(way: Conversion, value: Value) -> Value:
    """Codes in a field of the same type: those of the past too, which may be of long ago."""
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(way.recoded.get(str(code), str(code)) for code in value))
    return way.recoded.get(str(value), value)


def _codes(way: Conversion, value: Value) -> Value:
    parts = value if isinstance(value, tuple) else re.split(r"[,;，；、]", spelled_out(value))
    chosen = {_code(way, part) for part in parts if str(part).strip()}
    return tuple(choice.code for choice in way.new.choices if choice.code in chosen) or None


def _named(way: Conversion, value: Value) -> Value:
    found = way.keys.get(spelled_out(value).strip())
    if found is None:
        raise Unfit("There is no record with this key: {value}.", value=spelled_out(value))
    return found


def _same_key(way: Conversion, value: Value) -> Value:
    if str(value) not in way.keys:
        raise Unfit("The record that it led to is gone.")
    return value


_TRUE = frozenset({"true", "yes", "y", "1", "是", "对", "on"})
_FALSE = frozenset({"false", "no", "n", "0", "否", "off"})
_GROUPS = {
    **dict.fromkeys(("long_text", "email", "phone", "url", "tax_number", "bank", "barcode"), "text"),
    **dict.fromkeys(("integer", "decimal", "money", "percent"), "number"),
    "user": "link",
}
_WAYS: dict[tuple[str, str], Way] = {
    ("*", "text"): _read,
    ("*", "rich_text"): _to_markup,
    ("text", "number"): _to_number,
    ("choice", "number"): _to_number,
    ("number", "number"): _to_number,
    ("boolean", "number"): _truth_to_number,
    ("duration", "number"): _length,
    ("text", "date"): _read,
    ("instant", "date"): _day,
    ("text", "datetime"): _read,
    ("date", "datetime"): _midnight,
    ("text", "duration"): _read,
    ("number", "duration"): _read,
    ("text", "boolean"): _truth,
    ("number", "boolean"): _truth,
    ("choice", "boolean"): _truth,
    ("text", "choice"): _code,
    ("number", "choice"): _code,
    ("boolean", "choice"): _code,
    ("choice", "choice"): _recoded,
    ("codes", "multi_choice"): _recoded,
    ("codes", "choice"): _one_code,
    ("text", "multi_choice"): _codes,
    ("choice", "multi_choice"): _codes,
    ("text", "link"): _named,
    ("number", "link"): _named,
    ("key", "link"): _same_key,
    ("text", "location"): _read,
    ("text", "json"): _read,
    ("markup", "json"): _read,
}
_NEVER = frozenset({("link", "text"), ("link", "rich_text"), ("key", "text"), ("key", "rich_text")})
"""What a link leads to has a title that changes; a text would not."""
