"""What is allowed and most likely not meant."""

from __future__ import annotations

import pytest

from engine.formula import Context, advice
from tests.formula.application import made


@pytest.mark.parametrize(
    ("context", "text", "found"),
    [
        (Context.VIRTUAL, "total / budget = 1", [("FX310", "total / budget = 1")]),
        (Context.VIRTUAL, "ROUND(total / budget, 2) = 1", []),
        (Context.VIRTUAL, "qty / 3 > 1", []),
        (Context.VIRTUAL, "IF(qty > 0, qty <> null, FALSE)", [("FX311", "qty <> null")]),
        (Context.CHECK, "1 + 1 = 2", [("FX311", "1 + 1 = 2")]),
        (Context.CHECK, "TRUE", []),
        (Context.CHECK, "total <= budget", [("FX711", "total"), ("FX711", "budget")]),
        (Context.CHECK, "budget = null OR total <= budget", [("FX711", "total")]),
        (Context.CHECK, "qty = null OR rate = null", []),
        (Context.GUARD, "total <= budget", []),
    ],
)
def test_advice(context: Context, text: str, found: list[tuple[str, str]]) -> None:
    assert [(issue.code, text[issue.start : issue.end]) for issue in advice(made(text, context))] == found
