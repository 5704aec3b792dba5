"""Cells as people type them, read as values of a field: numbers of both habits, days in any order, words for choices.

What is read goes on to `records`, which reads it again in its own strict way; here only habits are translated.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from engine.errors import Unfit
from engine.frozen import frozen
from engine.metadata import Field
from engine.sheets import Cell

Order = Literal["ymd", "dmy", "mdy"]
YES = frozenset("true yes y 1 x ✓ √ on 是 对 真 有".split())
NO = frozenset("false no n 0 off 否 错 假 无".split())
NUMBERS = frozenset({"integer", "decimal", "money", "percent"})
HABITUAL = NUMBERS | {"boolean", "date", "datetime", "choice", "multi_choice"}
"""The kinds of fields whose cells are translated."""
SPLIT = re.compile(r"\s*[;；,，、\n]\s*")
YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]+(.*))?\Z", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})(?:[T ]+(.*))?\Z", re.ASCII)
PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?\Z", re.ASCII)
"""How most numbers are written."""
POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z|[+-]?\d+(?:\.\d+)?\Z", re.ASCII)
COMMA = re.compile(r"[+-]?\d{1,3}(?:[. ]\d{3})+(?:,\d+)?\Z|[+-]?\d+(?:,\d+)?\Z", re.ASCII)
SIGNS = str.maketrans("０１２３４５６７８９．，－＋％", "0123456789.,-+%")
CURRENCY = re.compile(r"^[¥￥$€£]\s*|\s*(?:元|CNY|EUR|USD|GBP)\s*$")


@frozen
class Habits:
    """How numbers and days are written in a file where they are texts."""

    days: Order = "ymd"
    decimals: Literal["point", "comma"] = "point"


def raw(field: Field, cell: Cell, habits: Habits) -> object:
    """A cell as input for the field; links are not read here. Raises Unfit."""
    if cell is None:
        return None
    if field.kind in NUMBERS:
        return number(cell, habits)
    if field.kind == "boolean":
        return truth(cell)
    if field.kind == "date":
        return day(cell, habits)
    if field.kind == "datetime":
        return moment(cell, habits)
    if field.kind == "choice":
        return choice(field, cell)
    if field.kind == "multi_choice":
        return [choice(field, part) for part in SPLIT.split(text(cell)) if part]
    return text(cell)


def text(cell: Cell) -> str:
    """A cell as words: a number as it would be typed, a day as year-month-day."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat()


def number(cell: Cell, habits: Habits) -> object:
    """A number, or a text with a percent sign. Raises Unfit."""
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, str) and habits.decimals == "point" and PLAIN.match(cell):
        return Decimal(cell)
    if isinstance(cell, bool | date):
        raise Unfit("Please enter a number, such as 1250.00.")
    words = CURRENCY.sub("", text(cell).translate(SIGNS).strip())
    percent = "%" if words.endswith("%") else ""
    words = words.removesuffix("%").strip().replace("\u00a0", " ").replace("'", "")
    if habits.decimals == "comma":
        if not COMMA.match(words):
            raise Unfit("Please enter a number with a decimal comma, such as 1.250,00.")
        words = words.replace(".", "").replace(" ", "").replace(",", ".")
    elif not POINT.match(words):
        raise Unfit("Please enter a number, such as 1250.00.")
    words = words.replace(",", "")
    return words + percent if percent else Decimal(words)


def truth(cell: Cell) -> bool:
    """Yes or no. Raises Unfit."""
    words = text(cell).strip().casefold()
    if words in YES or words in NO:
        return words in YES
    raise Unfit("Please answer yes or no.")


def day(cell: Cell, habits: Habits) -> date:
    """A day. Raises Unfit."""
    if isinstance(cell, datetime):
        if cell.time().replace(microsecond=0).isoformat() != "00:00:00":
            raise Unfit("Please enter a day without a time.")
        return cell.date()
    if isinstance(cell, date):
        return cell
    found, rest = _written(cell, habits)
    if rest and not re.fullmatch(r"0?0:00(:00(\.0+)?)?", rest):
        raise Unfit("Please enter a day without a time.")
    return found


def moment(cell: Cell, habits: Habits) -> object:
    """A day and a time, in the zone of the application where it says none. Raises Unfit."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the zone is that of the application
    found, rest = _written(cell, habits)
    hour = re.sub(r"^(\d):", r"0\1:", rest.strip() or "00:00")
    return f"{found.isoformat()}T{hour.replace(' ', '')}"


def _written(cell: Cell, habits: Habits) -> tuple[date, str]:
    words = text(cell).translate(SIGNS).strip()
    if first := YEAR_FIRST.match(words):
        return _day(int(first[1]), int(first[2]), int(first[3])), first[4] or ""
    if habits.days != "ymd" and (last := YEAR_LAST.match(words)):
        one, two = int(last[1]), int(last[2])
        month, of_month = (two, one) if habits.days == "dmy" else (one, two)
        return _day(int(last[3]), month, of_month), last[4] or ""
    raise Unfit("Please enter a date as year-month-day, such as 2026-03-02.")


def _day(year: int, month: int, of_month: int) -> date:
    try:
        return date(year, month, of_month)
    except ValueError:
        raise Unfit("There is no such day.") from None


def choice(field: Field, cell: Cell) -> str:
    """The code of a choice, from its code or its label in any language. Raises Unfit."""
    words = text(cell).strip()
    found = _choices(field).get(words.casefold())
    if found is None:
        raise Unfit("There is no such choice: {value}.", value=words[:100])
    return found


@lru_cache(maxsize=1024)
def _choices(field: Field) -> dict[str, str]:
    """Codes by what is written for them; a label that two choices share names neither."""
    found: dict[str, str] = {}
    for one in field.choices:
        for label in set(one.label.values()):
            key = " ".join(label.split()).casefold()
            found[key] = "" if found.get(key, one.code) != one.code else one.code
    found = {key: code for key, code in found.items() if code}
    return found | {one.code.casefold(): one.code for one in field.choices}


def habits_in(cells: list[str]) -> tuple[Order | None, Literal["point", "comma"] | None]:
    """What the texts of columns of days and numbers tell about the habits of a file; None where they do not."""
    days: Order | None = None
    for written in filter(None, (YEAR_LAST.match(words.strip()) for words in cells)):
        if int(written[1]) > 12:
            days = "dmy"
        elif int(written[2]) > 12:
            days = "mdy"
    comma = any(COMMA.match(words.strip()) and not POINT.match(words.strip()) for words in cells)
    point = any(POINT.match(words.strip()) and not COMMA.match(words.strip()) for words in cells)
    return days, "comma" if comma and not point else "point" if point else None
