"""Functions of texts: parts, search, patterns. Positions count code points from 1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from engine.errors import Message
from engine.formula.expressions import BadPattern
from engine.formula.frame import Value
from engine.formula.issues import FormulaFailure
from engine.formula.numbers import shown
from engine.formula.patterns import like_pattern, match_pattern
from engine.formula.types import BOOLEAN, TEXT, Kind

from .results import small
from .row import Function, doc, number, one, rest, text, word

LONGEST = 32_767
T, S = text("t"), text("s")
_NULL = "W902"


def limited(value: str) -> str:
    """The text; raises FormulaFailure FX606 beyond the longest one allowed."""
    if len(value) > LONGEST:
        raise too_long()
    return value


def too_long() -> FormulaFailure:
    """The failure of a text that is too long."""
    return FormulaFailure("FX606", Message("the result is a text of more than {limit} characters", {"limit": LONGEST}))


def _length(t: str) -> Decimal:
    return Decimal(len(t))


def _left(t: str, n: Decimal) -> str | None:
    return t[: int(n)] if n >= 0 else None


def _right(t: str, n: Decimal) -> str | None:
    return (t[-int(n) :] if int(n) else "") if n >= 0 else None


def _mid(t: str, start: Decimal, n: Decimal) -> str | None:
    first = int(start) - 1
    return t[first : first + int(n)] if start >= 1 and n >= 0 else None


def _upper(t: str) -> str:
    return t.upper()


def _lower(t: str) -> str:
    return t.lower()


def _trim(t: str) -> str:
    return re.sub(" {2,}", " ", t.strip(" "))


def _textjoin(sep: str | None, skip: bool | None, *items: Value) -> str | None:
    if sep is None or skip is None:
        return None
    flat: list[Value] = []
    for item in items:
        flat.extend(item if isinstance(item, Sequence) and not isinstance(item, str) else (item,))
    return limited(sep.join(_printed(item) for item in flat if not (skip and item in (None, ""))))


def _printed(item: Value) -> str:
    if item is None:
        return ""
    return shown(item) if isinstance(item, Decimal) else str(item)


def _substitute(t: str, old: str, new: str) -> str:
    if not old:
        return t
    if len(t) + t.count(old) * (len(new) - len(old)) > LONGEST:  # asked before it is made: it could be of a gigabyte
        raise too_long()
    return t.replace(old, new)


def _substitute_one(t: str, old: str, new: str, k: Decimal) -> str | None:
    if k < 1:
        return None
    at = -1
    for _ in range(min(int(k), len(t) + 1) if old else 0):
        at = t.find(old, at + 1 if at < 0 else at + len(old))
        if at < 0:
            return t
    return limited(t[:at] + new + t[at + len(old) :]) if old else t


def _replace(t: str, start: Decimal, n: Decimal, new: str) -> str | None:
    first = int(start) - 1
    return limited(t[:first] + new + t[first + int(n) :]) if start >= 1 and n >= 0 else None


def _find(s: str, t: str, start: Decimal) -> Decimal | None:
    if start < 1:
        return None
    return Decimal(t.find(s, int(start) - 1) + 1) if int(start) <= len(t) + 1 else Decimal(0)


def _search(s: str, t: str, start: Decimal) -> Decimal | None:
    return _find(s.lower(), t.lower(), start)


def _contains(t: str, s: str) -> bool:
    return s in t


def _has_code(codes: Sequence[str], code: str) -> bool:
    return code in codes


def _starts(t: str, s: str) -> bool:
    return t.startswith(s)


def _ends(t: str, s: str) -> bool:
    return t.endswith(s)


def _like(t: str, pattern: str) -> bool:
    return like_pattern(pattern).matches(t)


def _matches(t: str, pattern: str) -> bool | None:
    return match_pattern(pattern).search(t) if len(t) <= 1000 else None


def _repeat(t: str, n: Decimal) -> str | None:
    if n < 0:
        return None
    if len(t) * int(n) > LONGEST:  # as above
        raise too_long()
    return t * int(n) if t else ""


def _pad(t: str, n: Decimal, c: str) -> str | None:
    if n < 0 or len(c) != 1:
        return None
    return limited(t.rjust(min(int(n), LONGEST + 1), c))


def _unichar(n: Decimal) -> str | None:
    code = int(n)
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else None


def _unicode(t: str) -> Decimal | None:
    return Decimal(ord(t[0])) if t else None


def _check_like(values: tuple[Value, ...]) -> tuple[str, Message] | None:
    return _judged(lambda: like_pattern(str(values[1])))


def _check_matches(values: tuple[Value, ...]) -> tuple[str, Message] | None:
    return _judged(lambda: match_pattern(str(values[1])))


def _judged(build: object) -> tuple[str, Message] | None:
    try:
        build()  # type: ignore[operator]
    except BadPattern as bad:
        return "FX507", bad.reason
    return None


def _constant_count(values: tuple[Value, ...]) -> bool:
    return values[1] is not None


_BOTH = (T, S)
TEXTS = (
    Function(
        "LEN", (T,), small(5), _length, doc("The number of characters; null for null.", "字符数；空值得空值。"),
        (('LEN("采购订单")', "4"),),
    ),
    Function(
        "LEFT", (T, number("n", "1")), TEXT, _left, doc("The first n characters.", "左边 n 个字符。"),
        (('LEFT("采购订单", 2)', "采购"),), warning=_NULL,
    ),
    Function(
        "RIGHT", (T, number("n", "1")), TEXT, _right, doc("The last n characters.", "右边 n 个字符。"),
        (('RIGHT("abc", 2)', "bc"),), warning=_NULL,
    ),
    Function(
        "MID", (T, number("start"), number("n")), TEXT, _mid, doc("n characters from position start.", "从 start 起取 n 个字符。"),
        (('MID("abcdef", 2, 3)', "bcd"),), warning=_NULL,
    ),
    Function("UPPER", (T,), TEXT, _upper, doc("In capital letters.", "转为大写。"), (('UPPER("straße")', "STRASSE"),)),
    Function("LOWER", (T,), TEXT, _lower, doc("In small letters.", "转为小写。"), (('LOWER("ABC")', "abc"),)),
    Function(
        "TRIM", (T,), TEXT, _trim, doc("Without blanks at the ends; inner runs become one blank.", "去掉首尾空格，中间连续空格合为一个。"),
        (('TRIM("  a   b ")', "a b"),),
    ),
    Function(
        "TEXTJOIN",
        (text("sep"), one("skip", Kind.BOOLEAN), rest("items", Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.CHOICE, Kind.LIST, optional=False)),
        TEXT, _textjoin, doc("The items joined by sep; skip leaves out blank ones.", "用 sep 连接各项；skip 为真时跳过空项。"),
        (('TEXTJOIN(",", TRUE, "a", null, "b")', "a,b"),), nulls=True, cost=3,
    ),
    Function(
        "SUBSTITUTE", (T, text("old"), text("new")), TEXT, _substitute, doc("Every old replaced by new.", "把 old 全部替换为 new。"),
        (('SUBSTITUTE("a-b-c", "-", "+")', "a+b+c"),),
    ),
    Function(
        "SUBSTITUTE", (T, text("old"), text("new"), number("k")), TEXT, _substitute_one,
        doc("The k-th old replaced by new.", "替换第 k 个 old。"),
        (('SUBSTITUTE("a-b-c", "-", "+", 2)', "a-b+c"),), warning=_NULL, push=False,
    ),
    Function(
        "REPLACE", (T, number("start"), number("n"), text("new")), TEXT, _replace,
        doc("n characters from position start replaced by new.", "从 start 起的 n 个字符替换为 new。"),
        (('REPLACE("abcdef", 2, 3, "X")', "aXef"),), warning=_NULL,
    ),
    Function(
        "FIND", (S, T, number("start", "1")), small(5), _find,
        doc("The position of s in t from start on; 0 if absent.", "s 在 t 中的位置；没有则为 0。"),
        (('FIND("b", "abc")', "2"), ('FIND("x", "abc")', "0")), warning=_NULL,
    ),
    Function(
        "SEARCH", (S, T, number("start", "1")), small(5), _search, doc("Like FIND, ignoring case.", "同 FIND，不区分大小写。"),
        (('SEARCH("B", "abc")', "2"),), warning=_NULL,
    ),
    Function(
        "CONTAINS", _BOTH, BOOLEAN, _contains, doc("Whether t contains s, case-sensitive.", "t 是否包含 s，区分大小写。"),
        (('CONTAINS("采购", "购")', "TRUE"),),
    ),
    Function(
        "CONTAINS", (one("choices", Kind.MULTI_CHOICE), one("code", Kind.CHOICE, Kind.TEXT)), BOOLEAN, _has_code,
        doc("Whether a code is among the chosen ones.", "多选中是否含有该项。"), (('CONTAINS(tags, "vip")', "TRUE"),),
    ),
    Function(
        "STARTSWITH", _BOTH, BOOLEAN, _starts, doc("Whether t begins with s.", "t 是否以 s 开头。"),
        (('STARTSWITH("PO-1", "PO-")', "TRUE"),),
    ),
    Function("ENDSWITH", _BOTH, BOOLEAN, _ends, doc("Whether t ends with s.", "t 是否以 s 结尾。"), (('ENDSWITH("PO-1", "-1")', "TRUE"),)),
    Function(
        "LIKE", (T, word("pattern")), BOOLEAN, _like,
        doc("Whether the whole text fits a pattern of * ? and ~ before them.", "全文是否符合通配符 * ? ~ 的模式。"),
        (('LIKE("PO-2024", "PO-*")', "TRUE"),), cost=3, check=_check_like,
    ),
    Function(
        "MATCHES", (T, word("pattern")), BOOLEAN, _matches,
        doc("Whether a part of the text fits a simple pattern: classes, . ? * + {m,n} ^ $ |.", "文本是否有一部分符合简单的正则模式。"),
        (('MATCHES("AB12", "^[A-Z]{2}[0-9]+$")', "TRUE"),), cost=10, check=_check_matches, warning=_NULL,
    ),
    Function(
        "REPT", (T, number("n")), TEXT, _repeat, doc("The text n times.", "重复 n 次。"),
        (('REPT("ab", 3)', "ababab"),), warning=_NULL, push=_constant_count,
    ),
    Function(
        "LPAD", (T, number("n"), text("c", "0")), TEXT, _pad,
        doc("Filled up to n characters from the left; never cut.", "左侧补足到 n 个字符，不截断。"),
        (('LPAD("7", 3)', "007"),), warning=_NULL, push=_constant_count,
    ),
    Function(
        "UNICHAR", (number("n"),), TEXT, _unichar, doc("The character of a code.", "编码对应的字符。"),
        (("UNICHAR(65)", "A"),), warning=_NULL,
    ),
    Function(
        "UNICODE", (T,), small(7), _unicode, doc("The code of the first character.", "首字符的编码。"),
        (('UNICODE("采")', "37319"),), warning=_NULL,
    ),
)  # fmt: skip
