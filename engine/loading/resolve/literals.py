"""A literal of YAML as a value of a type: `0.5` is text in the file and an exact decimal in a money field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from engine.errors import Sentence
from engine.formula import Kind, Type
from engine.loading.nearest import nearest

Literal = str | bool | int | tuple[str | bool | int, ...] | None
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,20})?", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class NotOfType(ValueError):
    """A literal does not fit; `hint` is an example of what does."""

    def __init__(self, words: str, hint: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.hint = hint


def literal(written: Literal, type_: Type) -> object:
    """The value of a literal. Raises NotOfType."""
    if written is None:
        return None
    reader = _READERS.get(type_.kind)
    value = reader(written, type_) if reader else None
    if value is None:
        raise NotOfType(
            Sentence("{value} is not {wanted}.", value=_shown(written), wanted=_words(type_)),
            _near_code(written, type_) or _EXAMPLES.get(type_.kind, "write null, or a formula after ="),
        )
    return value


def _near_code(written: Literal, type_: Type) -> str:
    """For a code that is not there: the nearest one."""
    codes = written if isinstance(written, tuple) else (written,)
    wrong = (code for code in codes if isinstance(code, str) and code not in type_.choices)
    near = next((near for code in wrong if (near := nearest(code, type_.choices))), None)
    return Sentence('did you mean "{near}"?', near=near) if near else ""


def _text(written: Literal, type_: Type) -> str | None:
    return written if isinstance(written, str) else None


def _number(written: Literal, type_: Type) -> Decimal | None:
    if isinstance(written, bool) or not isinstance(written, int | str) or not _DECIMAL.fullmatch(str(written)):
        return None
    value = Decimal(str(written))
    exponent = value.as_tuple().exponent
    if type_.scale is not None and isinstance(exponent, int) and -exponent > type_.scale and value != round(value, type_.scale):
        raise NotOfType(Sentence("{written} has more than {scale:digit|digits} after the point.", written=written, scale=type_.scale), "")
    return value


def _boolean(written: Literal, type_: Type) -> bool | None:
    return written if isinstance(written, bool) else None


def _date(written: Literal, type_: Type) -> date | None:
    if not isinstance(written, str) or not _DATE.fullmatch(written):
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _datetime(written: Literal, type_: Type) -> datetime | None:
    if not isinstance(written, str) or len(written) < len("2026-01-31 08:00"):
        return None
    try:
        value = datetime.fromisoformat(written)
    except ValueError:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _code(written: Literal, type_: Type) -> str | None:
    return written if isinstance(written, str) and written in type_.choices else None


def _codes(written: Literal, type_: Type) -> tuple[str, ...] | None:
    codes = written if isinstance(written, tuple) else (written,)
    found = tuple(code for code in codes if isinstance(code, str) and code in type_.choices)
    return found if len(found) == len(codes) else None


_READERS: Mapping[Kind, Callable[[Literal, Type], object]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.CHOICE: _code,
    Kind.MULTI_CHOICE: _codes,
}
_EXAMPLES: Mapping[Kind, str] = {
    Kind.TEXT: "put it in quotes",
    Kind.NUMBER: "such as 12 or 0.5",
    Kind.BOOLEAN: "true or false",
    Kind.DATE: "such as 2026-01-31, or =today()",
    Kind.DATETIME: "such as 2026-01-31 08:00 (UTC), or =now()",
    Kind.DURATION: '=DURATION(2, "hours")',
}

_ARTICLES: Mapping[Kind, str] = {
    Kind.NUMBER: Sentence("a number"),
    Kind.TEXT: Sentence("a text"),
    Kind.BOOLEAN: Sentence("true or false"),
    Kind.DATE: Sentence("a date"),
    Kind.DATETIME: Sentence("a date with its time"),
}


def _words(type_: Type) -> str:
    if type_.kind in (Kind.CHOICE, Kind.MULTI_CHOICE):
        return Sentence("a code of {choice_set}: {choices}", choice_set=type_.choice_set, choices=", ".join(type_.choices))
    return _ARTICLES.get(type_.kind, Sentence("a {type}", type=type_.word))


def _shown(written: Literal) -> str:
    return f'"{written}"' if isinstance(written, str) else str(written).lower() if isinstance(written, bool) else str(written)
