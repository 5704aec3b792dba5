"""Between texts and other values: TEXT, VALUE, 人民币大写."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from engine.errors import Message
from engine.formula.dates import local, midnight
from engine.formula.frame import Frame, Value
from engine.formula.numbers import EXACT, exact, rounded
from engine.formula.types import NUMBER, TEXT, Kind

from .row import Function, doc, number, one, text, word

_NUMBER_FORMAT = re.compile(r"(#,##)?(0)(?:\.(0{1,20}))?(%)?")
_DATE_FORMAT = re.compile(r"(?:yyyy|yy|mm|dd|hh|ss|[-/.: 年月日时分秒])+")
_PARTS = re.compile(r"yyyy|yy|mm|dd|hh|ss|.", re.DOTALL)
_VALUE = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?", re.ASCII)


@lru_cache(maxsize=1024)
def number_format(form: str) -> tuple[bool, int, bool] | None:
    """A number format taken apart: grouped, places, per cent; None if it is none."""
    match = _NUMBER_FORMAT.fullmatch(form)
    return (bool(match[1]), len(match[3] or ""), bool(match[4])) if match else None


@lru_cache(maxsize=1024)
def date_format(form: str) -> tuple[str, ...] | None:
    """A date format taken apart: yyyy yy mm dd hh mi ss and literal characters; `mm` next to hours is minutes (mi)."""
    if not _DATE_FORMAT.fullmatch(form):
        return None
    parts = list(_PARTS.findall(form))
    named = [i for i, part in enumerate(parts) if len(part) > 1]
    for position, i in enumerate(named):
        before = parts[named[position - 1]] if position else ""
        after = parts[named[position + 1]] if position + 1 < len(named) else ""
        if parts[i] == "mm" and (before == "hh" or after == "ss"):
            parts[i] = "mi"
    return tuple(parts)


def _text_number(x: Decimal, form: str) -> str:
    grouped, places, percent = number_format(form) or (False, 0, False)
    value = rounded(EXACT.multiply(x, Decimal(100)) if percent else x, places, ROUND_HALF_UP)
    shown = format(value, f"{',' if grouped else ''}.{places}f")
    return shown + ("%" if percent else "")


def _text_date(d: date, form: str) -> str:
    return "".join(_part(midnight(d), part) for part in date_format(form) or ())


def _text_datetime(frame: Frame, m: datetime, form: str) -> str:
    at = local(m, frame.zone)
    return "".join(_part(at, part) for part in date_format(form) or ())


def _part(at: datetime, part: str) -> str:
    match part:
        case "yyyy":
            return f"{at.year:04}"
        case "yy":
            return f"{at.year % 100:02}"
        case "mm":
            return f"{at.month:02}"
        case "dd":
            return f"{at.day:02}"
        case "hh":
            return f"{at.hour:02}"
        case "mi":
            return f"{at.minute:02}"
        case "ss":
            return f"{at.second:02}"
    return part


def _check_number(values: tuple[Value, ...]) -> tuple[str, Message] | None:
    if number_format(str(values[1])) is not None:
        return None
    return "FX503", Message('"{form}" is no number format; formats are 0, 0.00, #,##0.00 and 0%', {"form": values[1]})


def _check_date(values: tuple[Value, ...]) -> tuple[str, Message] | None:
    parts = date_format(str(values[1]))
    if parts is not None and not set(parts) & {"hh", "mi", "ss"}:
        return None
    return "FX503", Message('"{form}" is no date format; formats are made of yyyy mm dd', {"form": values[1]})


def _check_datetime(values: tuple[Value, ...]) -> tuple[str, Message] | None:
    if date_format(str(values[1])) is not None:
        return None
    return "FX503", Message('"{form}" is no format; formats are made of yyyy mm dd hh mm ss', {"form": values[1]})


def _value(t: str) -> Decimal | None:
    if len(t) > 60 or not _VALUE.fullmatch(t):
        return None
    return exact(Decimal(t.replace(",", "")))


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")


def rmb_upper(x: Decimal) -> str | None:
    """An amount in the capital words of Chinese cheques, rounded to the fen; None from 10^16 on."""
    fen = int(rounded(x, 2, ROUND_HALF_UP).scaleb(2))
    if abs(fen) >= 10**18:
        return None
    yuan, rest = divmod(abs(fen), 100)
    jiao, single = divmod(rest, 10)
    words = _yuan(yuan) + "元" if yuan or not rest else ""
    if not rest:
        words += "整"
    else:
        words += _DIGITS[jiao] + "角" if jiao else "零" if yuan else ""
        words += _DIGITS[single] + "分" if single else "整"
    return ("负" if fen < 0 else "") + words


def _yuan(yuan: int) -> str:
    if not yuan:
        return "零"
    high, low = divmod(yuan, 10**8)
    if high:
        between = "零" if 0 < low < 10**7 else ""
        return _yuan(high) + "亿" + (between + _yuan(low) if low else "")
    groups = divmod(low, 10**4)
    if groups[0]:
        between = "零" if 0 < groups[1] < 1000 or (groups[1] and groups[0] % 10 == 0) else ""
        return _four(groups[0]) + "万" + (between + _four(groups[1]) if groups[1] else "")
    return _four(low)


def _four(value: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _UNITS[place]
        gap = not digit
    return words


FORM = word("fmt")
FORMATS = (
    Function(
        "TEXT", (number("x"), FORM), TEXT, _text_number, doc("The number in a format: 0, 0.00, #,##0.00, 0%.", "按格式显示数字。"),
        (('TEXT(1234.5, "#,##0.00")', "1,234.50"), ('TEXT(0.126, "0%")', "13%")), check=_check_number,
    ),
    Function(
        "TEXT", (one("d", Kind.DATE), FORM), TEXT, _text_date, doc("The date in a format of yyyy mm dd.", "按格式显示日期。"),
        (('TEXT(DATE(2024,2,9), "dd/mm/yyyy")', "09/02/2024"),), check=_check_date,
    ),
    Function(
        "TEXT", (one("m", Kind.DATETIME), FORM), TEXT, _text_datetime,
        doc("The datetime in a format of yyyy mm dd hh mm ss.", "按格式显示日期时间。"),
        (('TEXT(created_at, "hh:mm")', "21:05"),), check=_check_datetime, frame=True,
    ),
    Function(
        "VALUE", (text("t"),), NUMBER, _value,
        doc("The number a text shows: sign, digits, comma groups, point; else null.", "把文本读成数字，读不出为空。"),
        (('VALUE("1,234.50")', "1234.5"),), warning="W903",
    ),
    Function(
        "RMBUPPER", (number("x"),), TEXT, rmb_upper, doc("The amount in Chinese capital words.", "人民币大写。"),
        (("RMBUPPER(1234.56)", "壹仟贰佰叁拾肆元伍角陆分"),), warning="W902", push=False, cost=3,
    ),
)  # fmt: skip
