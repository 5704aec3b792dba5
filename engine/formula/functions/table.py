"""The one table of functions: nothing else knows a function's name. Plugins add rows by `functions_with`."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import Message

from .arithmetic import ARITHMETIC
from .calendar import CALENDAR
from .collections import COLLECTIONS
from .conditions import CONDITIONS
from .formats import FORMATS
from .postgresql import with_template
from .row import Function
from .texts import TEXTS
from .worktime import WORKTIME

_THEMES = {
    "conditions": CONDITIONS,
    "numbers": ARITHMETIC,
    "rows": COLLECTIONS,
    "texts": TEXTS,
    "formats": FORMATS,
    "dates": CALENDAR,
    "working days": WORKTIME,
}
THEMES: dict[str, tuple[Function, ...]] = {theme: tuple(map(with_template, rows)) for theme, rows in _THEMES.items()}


def by_name(rows: Iterable[Function]) -> dict[str, tuple[Function, ...]]:
    """The rows of each name, in order."""
    table: dict[str, tuple[Function, ...]] = {}
    for row in rows:
        table[row.name] = (*table.get(row.name, ()), row)
    return table


FUNCTIONS = by_name(row for rows in THEMES.values() for row in rows)


def functions_with(rows: Iterable[Function]) -> dict[str, tuple[Function, ...]]:
    """The table with the rows of plugins; a name of ours stays ours (ValueError)."""
    added = by_name(rows)
    taken = sorted(added.keys() & FUNCTIONS.keys())
    if taken:
        raise ValueError(f"functions of the engine cannot be replaced: {', '.join(taken)}")
    return FUNCTIONS | added


def named(name: str) -> Function:
    """The first row of a name."""
    return FUNCTIONS[name][0]


_COALESCE = Message("a failed calculation is null here, use COALESCE(x, other)")
_LINK = Message("name the field of the linked record: product.price")
LEFT_OUT: dict[str, Message] = {
    "IFERROR": _COALESCE,
    "IFNA": _COALESCE,
    "ISERROR": Message("a failed calculation is null here, use ISBLANK(x)"),
    "VLOOKUP": _LINK,
    "XLOOKUP": _LINK,
    "HLOOKUP": _LINK,
    "LOOKUP": _LINK,
    "INDEX": _LINK,
    "MATCH": _LINK,
    "INDIRECT": _LINK,
    "OFFSET": _LINK,
    "RAND": Message("a formula gives the same result each time"),
    "RANDBETWEEN": Message("a formula gives the same result each time"),
    "PROPER": Message("write UPPER(x) or LOWER(x)"),
    "SUMIF": Message("write SUM(rows.field, condition)"),
    "SUMIFS": Message("write SUM(rows.field, condition)"),
    "SUMPRODUCT": Message("write SUM(rows, a * b)"),
    "COUNTIF": Message("write COUNT(rows, condition)"),
    "COUNTIFS": Message("write COUNT(rows, condition)"),
    "COUNTA": Message("write COUNT(rows.field)"),
    "AVERAGEIF": Message("write AVERAGE(rows.field, condition)"),
    "AVG": Message("write AVERAGE(...)"),
    "ISNULL": Message("write x = null"),
    "CONCATENATE": Message("write CONCAT(...) or a & b"),
    "IN": Message("write x in (a, b)"),
    "CEIL": Message("write CEILING(x)"),
    "LENGTH": Message("write LEN(x)"),
    "SUBSTR": Message("write MID(t, start, n)"),
    "SUBSTRING": Message("write MID(t, start, n)"),
    "DATEDIFF": Message('write DAYS(end, start) or DATEDIF(start, end, "M")'),
    "TIME": Message('write DURATION(n, "hours")'),
    "YEARFRAC": Message('write DATEDIF(a, b, "Y")'),
}
