"""The reference is the function table, and its examples are true."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import engine.formula
from engine.formula import FUNCTIONS, Context, FormulaErrors, Function, Names, clock, compile, evaluate_request, functions_with
from engine.formula.functions.row import doc, number
from engine.formula.reference import functions
from tests.formula.application import Application, Around

DOCS = Path(__file__).parents[2] / "docs" / "reference"
MARK = "tests/formula/test_reference.py keeps it so -->\n"
ROWS = [row for rows in FUNCTIONS.values() for row in rows]
AT = clock("2024-03-15T09:30:00")


@pytest.mark.parametrize(("page", "language"), [("formula.md", "en"), ("formula.zh.md", "zh")])
def test_the_page_holds_the_table(page: str, language: str) -> None:
    found = (DOCS / page).read_text("utf-8").partition(MARK)[2]
    assert found == "\n" + functions(language), "the table changed: ./dev python -m tests.formula.test_reference writes the pages again"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.signature)
def test_documented_in_both_languages_with_an_example(row: Function) -> None:
    assert row.doc["en"].endswith(".")
    assert row.doc["zh"].endswith("。")
    assert row.examples
    assert all(text.upper().startswith(row.name) for text, _ in row.examples)


@pytest.mark.parametrize(("text", "value"), [example for row in ROWS for example in row.examples])
def test_example(text: str, value: str) -> None:
    answer = evaluate_request(text, {}, AT)
    if "error" in answer:
        assert answer["error"]["code"] in ("FX201", "FX207", "FX704")  # type: ignore[index]
        return
    given = answer["value"]
    shown = str(given).upper() if isinstance(given, bool) else str(given)
    assert shown.replace("T", " ") == value.replace("T", " ")


def test_the_front_door_is_sorted_and_complete() -> None:
    names = engine.formula.__all__
    assert list(names) == sorted(names, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert all(hasattr(engine.formula, name) for name in names)


def test_plugins_add_functions_but_replace_none() -> None:
    row = Function("DOUBLE", (number("x"),), number_type(), lambda x: x * 2, doc("Twice.", "两倍。"), (("DOUBLE(2)", "4"),), push=False)

    class More(Application):
        def functions(self) -> dict[str, tuple[Function, ...]]:
            return functions_with([row])

    formula = compile("DOUBLE(qty) + 1", Names("purchase_order"), More(), Context.VIRTUAL)
    assert formula({"qty": Decimal(2)}, Around()) == 5
    assert not formula.pushable
    with pytest.raises(FormulaErrors):
        compile("DOUBLE(qty)", Names("purchase_order"), Application(), Context.VIRTUAL)
    with pytest.raises(ValueError, match="LEN"):
        functions_with([Function("LEN", (), row.result, row.python, row.doc, row.examples)])


def number_type() -> engine.formula.Type:
    return engine.formula.Type(engine.formula.Kind.NUMBER)


def record() -> None:
    """Writes the function tables into the pages."""
    for page, language in (("formula.md", "en"), ("formula.zh.md", "zh")):
        path = DOCS / page
        head = path.read_text("utf-8").partition(MARK)[0]
        path.write_text(f"{head}{MARK}\n{functions(language)}", "utf-8")


if __name__ == "__main__":
    record()
