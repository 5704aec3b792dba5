"""Texts with holes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine.formula import FormulaErrors, Names, compile_text
from tests.formula.application import ORDER, Application, Around, order


def rendered(text: str, language: str = "en", **values: object) -> str:
    return compile_text(text, ORDER, Application()).render(order(**values), Around(), language)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("{number} is due at {due}", {"number": "PO-1", "due": date(2024, 2, 29)}, "PO-1 is due at 2024-02-29"),
        ("no holes", {}, "no holes"),
        ("{{literal}} {number}", {"number": "x"}, "{literal} x"),
        ("{total}", {"total": Decimal("1234567.5")}, "1,234,567.50"),
        ("{qty / 8}", {"qty": Decimal(1)}, "0.125"),
        ("{note}", {}, ""),
        ("{status}", {"status": "draft"}, "Draft"),
        ("{urgent}", {"urgent": True}, "yes"),
        ("{supplier}", {"supplier": 7}, "supplier 7"),
        ("{created_at}", {"created_at": datetime(2024, 3, 15, 9, 30, tzinfo=UTC)}, "2024-03-15 17:30"),
        ('{IF(urgent, "}", "{")}', {"urgent": True}, "}"),
        ("{tags}", {"tags": ("vip", "new")}, "vip, new"),
        ("{created_at - created_at}", {"created_at": datetime(2024, 3, 15, 9, 30, tzinfo=UTC)}, "0:00"),
    ],
)
def test_rendered(text: str, values: dict[str, object], expected: str) -> None:
    assert compile_text(text, ORDER, Application()).render(order(**values), Around(), "en") == expected


def test_in_the_language_of_the_reader() -> None:
    assert rendered("{status}", "zh", status="draft") == "草稿"
    assert rendered("{tags}", "zh", tags=("vip", "new")) == "vip、new"


def test_lengths() -> None:
    names = Names("purchase_order")
    template = compile_text('{DURATION(qty, "minutes")}', names, Application())
    assert template.render(order(qty=Decimal(90)), Around(), "en") == "1:30"
    assert "1" in template.render(order(qty=Decimal(1500)), Around(), "en")
    assert template.render(order(qty=Decimal(-90)), Around(), "en") == "-1:30"
    assert timedelta(minutes=90) == template.formulas[0](order(qty=Decimal(90)), Around())


def test_issues_of_all_holes_count_in_the_text() -> None:
    text = "{totl} and {number + 1} and {qty}"
    with pytest.raises(FormulaErrors) as caught:
        compile_text(text, ORDER, Application())
    assert [(issue.code, text[issue.start : issue.end]) for issue in caught.value.issues] == [("FX201", "totl"), ("FX301", "number")]


@pytest.mark.parametrize("text", ["{number", "number}", "{}", "a { b"])
def test_braces_that_do_not_match(text: str) -> None:
    with pytest.raises(FormulaErrors) as caught:
        compile_text(text, ORDER, Application())
    assert caught.value.issues[0].code in ("FX111", "FX106")
    assert str(caught.value.issues[0].message)
