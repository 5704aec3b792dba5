"""Every line of the table of cases, by closures and by generated Python; and every documented example."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.formula import FUNCTIONS, Context, Formula, FormulaErrors, FormulaFailure, Names, compile
from tests.formula.cases import Case, Catalog, cases, frame, rows

ALL = list(cases())


def compiled(case: Case) -> Formula:
    return compile(case.expr, Names("case", user=None), Catalog(case.types), Context.VIRTUAL)


def row(case: Case) -> dict[str, object]:
    return dict(case.values) | ({"lines": rows(case.rows)} if case.rows else {})


@pytest.mark.parametrize("engine", ["closure", "function"])
@pytest.mark.parametrize("case", ALL, ids=str)
def test_case(case: Case, engine: str) -> None:
    around = frame()
    if case.error is not None:
        with pytest.raises((FormulaErrors, FormulaFailure)) as caught:
            getattr(compiled(case), engine)(row(case), around)
        error = caught.value
        code = error.issues[0].code if isinstance(error, FormulaErrors) else error.code
        assert code.startswith(case.error)
        return
    formula = compiled(case)
    value = getattr(formula, engine)(row(case), around)
    assert (formula.type.kind.value, value, around.warnings) == (case.kind, case.value, [case.warn] if case.warn else [])
    assert type(value) is type(case.value)


def test_every_function_has_three_cases() -> None:
    counted = Counter(case.group for case in ALL)
    asked = {"ISNEW", "ISCHANGED", "HASROLE", "LABEL", "DECIDE", "CONVERT"}
    assert {name for name in FUNCTIONS if counted[name] < 3} <= asked
