"""Every kind of mistake: its code, the characters it marks, its hint."""

from __future__ import annotations

import pytest

from engine.formula import Context, FormulaErrors, FormulaIssue, Names
from engine.formula.types import TEXT, number
from tests.formula.application import ORDER, made

VIRTUAL, STORED, CHECK, GUARD, WHERE = Context.VIRTUAL, Context.STORED, Context.CHECK, Context.GUARD, Context.WHERE

TABLE = [
    # syntax
    ("", "FX106", "", ""),
    ("SUM(total", "FX107", "l", 'add ")"'),
    ("total)", "FX107", ")", 'delete ")"'),
    ("total +", "FX108", "+", ""),
    ("total + * 2", "FX108", "*", ""),
    ("ABS(total, )", "FX108", ")", ""),
    ("total qty", "FX109", "qty", ""),
    ("total, qty", "FX109", ",", ""),
    ('"abc', "FX101", '"abc', "doubled"),
    ("'abc'", "FX100", "'", "double quotes"),
    ("total > 1 ? 2", "FX100", "?", "IF("),
    ("[total]", "FX100", "[", "without brackets"),
    ("total，qty", "FX103", "，", '","'),
    ("（total）", "FX103", "（", '"("'),
    ("total\u200b", "FX102", "\u200b", "delete"),
    ("total \u202e", "FX102", "\u202e", "delete"),
    ("ｔotal", "FX103", "ｔ", '"t"'),
    ("-total^2", "FX104", "-total^2", "(-total)^2"),
    ("qty^2^3", "FX104", "^", "(a^b)^c"),
    ("1 < qty < 9", "FX105", "<", "AND(1 < x, x < 9)"),
    ("not (urgent) = urgent", "FX110", "not (urgent) = urgent", "not (urgent = urgent)"),
    ("and", "FX108", "and", ""),
    # names
    ("ROUND(SUM(lines.amount) * custmer.score / 100, 2)", "FX201", "custmer", 'did you mean "customer"?'),
    ("totl + 1", "FX201", "totl", 'did you mean "total"?'),
    ("supplier.nmae", "FX201", "nmae", 'did you mean "name"?'),
    ("Total + 1", "FX201", "Total", 'did you mean "total"?'),
    ("SUM(lines, total)", "FX201", "total", ""),
    ("IFERROR(total, 0)", "FX202", "IFERROR", "COALESCE"),
    ("VLOOKUP(total)", "FX202", "VLOOKUP", "product.price"),
    ("ROUDN(total)", "FX202", "ROUDN", 'did you mean "ROUND"?'),
    ("lines + 1", "FX204", "lines", "COUNT(lines)"),
    ("lines.amount * 2", "FX204", "lines.amount", "SUM(lines.amount)"),
    ("total.name", "FX205", "total", ""),
    ('NETWORKDAYS(order_date, due, "cn_ofice")', "FX207", '"cn_ofice"', 'did you mean "cn_office"?'),
    ("DECIDE(aproval_level)", "FX207", "aproval_level", "approval_level"),
    # types
    ("number + 1", "FX301", "number", "VALUE(number)"),
    ("order_date + due", "FX301", "+", ""),
    ("total * budget", "FX301", "*", ""),
    ("qty / total", "FX301", "/", ""),
    ("created_at + 1", "FX301", "+", "DURATION"),
    ("order_date - created_at", "FX301", "-", "DATEVALUE"),
    ('urgent & ""', "FX301", "urgent", "IF(x"),
    ("LEN(qty)", "FX302", "qty", 'write LEN(qty & "")'),
    ("YEAR(number)", "FX302", "number", ""),
    ("SUM(lines.product)", "FX302", "lines.product", ""),
    ('BETWEEN(status, "draft", "sent")', "FX302", "status", ""),
    ("BETWEEN(urgent, TRUE, TRUE)", "FX302", "urgent", ""),
    ("ANY(total, TRUE)", "FX302", "total", ""),
    ("DECIDE(hours)", "FX302", "DECIDE(hours)", ""),
    ("IF(urgent, total, number)", "FX303", "number", ""),
    ("number = 1", "FX304", "=", "VALUE"),
    ("urgent < urgent", "FX304", "<", ""),
    ('status < "sent"', "FX304", "<", ""),
    ("order_date = created_at", "FX304", "=", "DATEVALUE"),
    ("order_date = number", "FX304", "=", "quoted literal"),
    ("supplier = created_by", "FX304", "=", ""),
    ('tags = "vip"', "FX304", "=", "CONTAINS"),
    ('status = "aproved"', "FX306", '"aproved"', 'did you mean "approved"?'),
    ('status in ("sent", "drft")', "FX306", '"drft"', 'did you mean "draft"?'),
    ('CONTAINS(tags, "vp")', "FX306", '"vp"', 'did you mean "vip"?'),
    ('IF(urgent, "aproved", status)', "FX306", '"aproved"', ""),
    ("total + fee", "FX307", "fee", "CONVERT"),
    ("total < fee", "FX307", "fee", "CONVERT"),
    ("SUM(supplier.orders.total)", "FX307", "supplier.orders.total", "CONVERT"),
    ("MAX(total, fee)", "FX307", "fee", "CONVERT"),
    ("IF(total, 1, 2)", "FX308", "total", "x <> 0"),
    ("NOT number", "FX308", "number", "comparison"),
    # arity
    ("ROUND(total, 1, 2)", "FX402", "ROUND(total, 1, 2)", "ROUND(x[, n])"),
    ("IF(urgent)", "FX402", "IF(urgent)", ""),
    ("SUM(lines)", "FX402", "SUM(lines)", "SUM(lines.field)"),
    ("FIRST(lines.qty)", "FX402", "FIRST(lines.qty)", "order"),
    # constants
    ("qty / 0", "FX505", "0", ""),
    ("qty / (2 - 2)", "FX505", "(2 - 2)"[1:-1], ""),
    ('order_date = "2024-02-30"', "FX506", '"2024-02-30"', "yyyy-mm-dd"),
    ("LIKE(number, note)", "FX501", "note", ""),
    ('DATEADD(order_date, 1, "month")', "FX502", '"month"', 'did you mean "months"?'),
    ('TEXT(qty, "0,0")', "FX503", 'TEXT(qty, "0,0")', ""),
    ('MATCHES(number, "(a|b)*")', "FX507", 'MATCHES(number, "(a|b)*")', ""),
    # limits
    ("1" * 30, "FX604", "1" * 30, ""),
    ("10 ^ 28", "FX605", "10 ^ 28", ""),
    (" + ".join(["qty"] * 101), "FX602", None, ""),
    ("supplier.parent.parent.parent.parent.parent.name", "FX609", None, ""),
    ("COUNT(supplier.orders.lines.receipts)", "FX610", None, ""),
    (" + ".join(["COUNT(lines)"] * 9), "FX607", None, ""),
    (f"SUM({', '.join(['qty'] * 101)})", "FX604", None, ""),
    # places
    ("parent.total", "FX703", "parent", ""),
    ("message.x", "FX703", "message.x"[:7], ""),
    ("candidate.name", "FX703", "candidate", ""),
    ("ISNEW()", "FX704", "ISNEW()", ""),
    ('HASROLE("buyer")', "FX704", 'HASROLE("buyer")', ""),
]  # fmt: skip


def first(text: str, context: Context = VIRTUAL, names: Names = ORDER, expect: object = None) -> FormulaIssue:
    with pytest.raises(FormulaErrors) as caught:
        made(text, context, names, expect)  # type: ignore[arg-type]
    return caught.value.issues[0]


@pytest.mark.parametrize(("text", "code", "marked", "hint"), TABLE, ids=[f"{code} {text[:40]!r}" for text, code, _, _ in TABLE])
def test_issue(text: str, code: str, marked: str | None, hint: str) -> None:
    issue = first(text)
    assert issue.code == code
    if marked is not None:
        assert text[issue.start : issue.end] == marked
    assert hint in str(issue.hint or "")
    assert str(issue.message)


@pytest.mark.parametrize(
    ("context", "text", "code"),
    [
        (STORED, "today()", "FX702"),
        (STORED, "YEAR(now())", "FX702"),
        (STORED, "user.name", "FX702"),
        (CHECK, 'HASROLE("buyr")', "FX207"),
        (CHECK, "total", "FX305"),
        (GUARD, "WORKDAY(order_date, 1)", "FX305"),
        (WHERE, "WORKDAY(order_date, 1) > due", "FX701"),
        (WHERE, "RMBUPPER(total) = number", "FX701"),
        (WHERE, 'SUBSTITUTE(number, "a", "b", 2) = number', "FX701"),
        (WHERE, "REPT(number, qty) = number", "FX701"),
        (Context.ROW_RULE, "old.total > 1", "FX701"),
        (Context.FILTER, "ANY(lines, qty > 0)", "FX705"),
        (Context.FILTER, "total > 1" + " " * 1000, "FX601"),
        (Context.WHEN, "SUM(lines.amount)", "FX305"),
    ],
)
def test_places(context: Context, text: str, code: str) -> None:
    assert first(text, context).code == code


def test_result_must_fit() -> None:
    assert first("number", expect=number(14, 2)).code == "FX305"
    assert str(first("number", expect=number(14, 2)).message) == "number is expected here but this is text"
    assert first("total", expect=TEXT).code == "FX305"
    assert first("1234.5", expect=number(5, 2)).code == "FX305"
    assert made("1234.5", expect=number(6, 2)).type.scale == 1


def test_all_type_errors_at_once_but_one_of_syntax() -> None:
    with pytest.raises(FormulaErrors) as caught:
        made('LEN(qty) + custmer.score + IF(total, 1, "a")')
    assert [issue.code for issue in caught.value.issues] == ["FX302", "FX201", "FX308", "FX303"]
    with pytest.raises(FormulaErrors) as caught:
        made("LEN(qty) + ) + (")
    assert [issue.code for issue in caught.value.issues] == ["FX107"]


def test_an_issue_shows_its_place() -> None:
    text = "ROUND(total, 2)\n  + custmer.score"
    issue = first(text)
    assert issue.pointed(text) == "  + custmer.score\n    ^^^^^^^"
    assert issue.kind == "name"


def test_suggestions_fit_the_place() -> None:
    assert str(first("ABS(rat)").hint) == 'did you mean "rate"?'
    assert 'did you mean "note"?' in str(first("LEN(nte)").hint)
    assert first("zzz").hint is None
