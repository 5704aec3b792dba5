"""Conditions, choices of value, questions about record and person. Most are forms of their own: the checker reduces them to nodes."""

from __future__ import annotations

from engine.formula.frame import Value
from engine.formula.types import BOOLEAN, NULL, TEXT, TRUTH, Kind

from .results import like_first, maybe_first
from .row import Function, Param, doc, number, one, rest, text, word


def _form(*args: Value) -> Value:
    """What stands for the Python of a form: the compilers know its node instead."""
    raise AssertionError("a form has no function")


def _xor(a: bool, b: bool) -> bool:
    return a != b


def _nullif(a: Value, b: Value) -> Value:
    return None if a == b else a


def _isblank(t: str | None) -> bool:
    return not t


def _between(x: Value, low: Value, high: Value) -> bool | None:
    above = None if x is None or low is None else x >= low  # type: ignore[operator]
    below = None if x is None or high is None else x <= high  # type: ignore[operator]
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


_ORDERED = one("x", Kind.NUMBER, Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.DURATION)
_C, _X, _A = one("c", Kind.BOOLEAN), one("x"), one("a")
_MAYBE = Param("b", optional=True)
CONDITIONS = (
    Function(
        "IF", (_C, _A, _MAYBE), NULL, _form, doc("a if c is true, else b (null when left out).", "c 为真得 a，否则得 b。"),
        (('IF(2 > 1, "yes", "no")', "yes"),), nulls=True,
    ),
    Function(
        "IFS", (_C, _A, rest("more")), NULL, _form, doc("The value after the first true condition.", "第一个为真的条件之后的值。"),
        (('IFS(1 > 2, "a", TRUE, "b")', "b"),), nulls=True,
    ),
    Function(
        "SWITCH", (_X, one("k"), _A, rest("more")), NULL, _form,
        doc("The value after the first key equal to x; a last single one is the default.", "与 x 相等的键之后的值，末尾单个为默认值。"),
        (('SWITCH("b", "a", 1, "b", 2, 9)', "2"),), nulls=True,
    ),
    Function(
        "AND", (_C, rest("more", Kind.BOOLEAN)), BOOLEAN, _form, doc("Whether all hold.", "全部成立。"),
        (("AND(TRUE, FALSE)", "FALSE"),), nulls=True,
    ),
    Function(
        "OR", (_C, rest("more", Kind.BOOLEAN)), BOOLEAN, _form, doc("Whether one holds.", "任一成立。"),
        (("OR(TRUE, FALSE)", "TRUE"),), nulls=True,
    ),
    Function("NOT", (_C,), BOOLEAN, _form, doc("Whether it does not hold.", "取反。"), (("NOT(FALSE)", "TRUE"),), nulls=True),
    Function(
        "XOR", (one("a", Kind.BOOLEAN), one("b", Kind.BOOLEAN)), BOOLEAN, _xor, doc("Whether exactly one holds.", "恰有一个成立。"),
        (("XOR(TRUE, FALSE)", "TRUE"),),
    ),
    Function(
        "COALESCE", (_A, rest("more", like=True)), like_first, _form, doc("The first that is not null.", "第一个非空的值。"),
        (("COALESCE(null, 2)", "2"),), nulls=True,
    ),
    Function(
        "NULLIF", (_A, Param("b", like=True)), maybe_first, _nullif, doc("Null if a = b, else a.", "a 等于 b 时为空，否则为 a。"),
        (("NULLIF(5, 4)", "5"),), nulls=True,
    ),
    Function(
        "ISBLANK", (one("x"),), TRUTH, _isblank, doc("Whether it is null or an empty text.", "是否为空或空文本。"),
        (('ISBLANK("")', "TRUE"),), nulls=True,
    ),
    Function(
        "BETWEEN", (_ORDERED, Param("lo", like=True), Param("hi", like=True)), BOOLEAN, _between,
        doc("Whether lo <= x <= hi.", "是否在 lo 与 hi 之间（含）。"), (("BETWEEN(5, 1, 10)", "TRUE"),), nulls=True,
    ),
    Function(
        "ONEOF", (_X, rest("options", optional=False, like=True)), TRUTH, _form,
        doc("Whether x equals one of the options.", "是否等于其中之一。"), (("ONEOF(2, 1, 2)", "TRUE"),), nulls=True,
    ),
    Function(
        "EXACT", (one("a"), one("b")), TRUTH, _form, doc("The same as a = b.", "等同 a = b。"), (('EXACT("a", "A")', "FALSE"),), nulls=True,
    ),
    Function(
        "CONCAT", (_A, rest("more")), TEXT.nullable(False), _form,
        doc("The values joined as texts; null is nothing.", "连接为文本，空值为空串。"), (('CONCAT("a", 1.50)', "a1.5"),), nulls=True,
    ),
    Function(
        "ISNEW", (), TRUTH, _form, doc("Whether the record is being made; checks and guards only.", "记录是否新建；仅用于校验与条件。"),
        (("ISNEW()", "FALSE"),), nulls=True, push=False,
    ),
    Function(
        "ISCHANGED", (one("f"),), TRUTH, _form, doc("Whether a field differs from before the save: old.f <> f.", "字段是否改变。"),
        (("ISCHANGED(amount)", "TRUE"),), nulls=True, push=False,
    ),
    Function(
        "HASROLE", (word("role"), Param("department", (Kind.REF,), optional=True)), TRUTH, _form,
        doc(
            "Whether the acting person has a role; with a department, whether for it or for one above it.",
            "当前用户是否有该角色；给出部门时，是否对其或其上级部门有该角色。",
        ),
        (('HASROLE("buyer")', "TRUE"),), nulls=True,
    ),
    Function(
        "LABEL", (one("choice", Kind.CHOICE),), TEXT, _form, doc("The words of a choice in the reader's language.", "选项的显示文字。"),
        (("LABEL(status)", "Approved"),), nulls=True,
    ),
    Function(
        "DECIDE", (text("table"), Param("record", (Kind.REF,), optional=True)), NULL, _form,
        doc("The answer of a decision table on this record, or on the one a link names.", "决策表对本记录（或链接记录）的结果。"),
        (("DECIDE(approval_level)", "manager"),), nulls=True, push=False, cost=20,
    ),
    Function(
        "CONVERT", (number("amount"), one("to", Kind.TEXT, Kind.CHOICE), one("on", Kind.DATE, Kind.NUMBER)), NULL, _form,
        doc("Money in another currency, by the rate of a date or by a rate.", "换算为另一货币，按日期的汇率或给定汇率。"),
        (('CONVERT(total, "CNY", order_date)', "720"),), nulls=True, push=False, cost=20,
    ),
)  # fmt: skip
