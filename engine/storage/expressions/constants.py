"""Constants of the language in PostgreSQL's terms: patterns, formats and units, translated when the statement is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, literal, literal_column

from engine.formula import (
    MONTHS,
    SECONDS,
    date_format,
    like_parts,
    match_pattern,
    number_format,
)

_DIGITS = 30
"""Places of a number format before the point: more than any number has."""
_PARTS = {"yyyy": "YYYY", "yy": "YY", "mm": "MM", "dd": "DD", "hh": "HH24", "mi": "MI", "ss": "SS"}
_WILD = {"any": "%", "one": "_"}


def like_pattern(pattern: str) -> str:
    """The wildcards * ? ~ as a pattern of LIKE with ! as its escape."""
    return "".join(_WILD.get(kind) or (f"!{text}" if text in "%_!" else text) for kind, text in like_parts(pattern))


def number_picture(form: str) -> str:
    """A number format as a picture of to_char."""
    grouped, places, percent = number_format(form) or (False, 0, False)
    head = "999," * (_DIGITS // 3) + "990" if grouped else "9" * _DIGITS + "0"
    tail = "." + "0" * places if places else ""
    return f"FM{head}{tail}" + ('"%"' if percent else "")


def date_picture(form: str) -> str:
    """A date format as a picture of to_char; other characters stand in quotes."""
    return "".join(_PARTS.get(part) or f'"{part}"' for part in date_format(form) or ())


def _factor(form: str) -> str:
    return "100" if (number_format(form) or (False, 0, False))[2] else "1"


def _places(form: str) -> str:
    return str((number_format(form) or (False, 0, False))[1])


def _text(translate: Callable[[str], str]) -> Callable[[str], ColumnElement[Any]]:
    return lambda value: cast(literal(translate(value)), Text())


def _number(count: Callable[[str], str | int]) -> Callable[[str], ColumnElement[Any]]:
    return lambda value: literal_column(str(count(value)))


CONSTANTS: dict[str, Callable[[str], ColumnElement[Any]]] = {
    "like": _text(like_pattern),
    "regex": _text(lambda pattern: match_pattern(pattern).pattern),
    "number": _text(number_picture),
    "date": _text(date_picture),
    "factor": _number(_factor),
    "places": _number(_places),
    "months": _number(lambda unit: MONTHS.get(unit.lower(), 0)),
    "days": _number(lambda unit: {"days": 1, "weeks": 7}.get(unit.lower(), 0)),
    "seconds": _number(lambda unit: SECONDS[unit.lower()] if unit.lower() in ("hours", "minutes", "seconds") else 0),
    "microseconds": _number(lambda unit: f"{SECONDS[unit.lower()] * 1_000_000}::numeric"),
}
"""By the word after ! in a hole."""
