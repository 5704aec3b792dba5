"""The templates of the function table: every function that may be pushed down has one, and its holes are its parameters."""

import re

import pytest

from engine.formula import FUNCTIONS, Function
from engine.formula.functions.postgresql import TEMPLATES, with_template

ROWS = [row for rows in FUNCTIONS.values() for row in rows]
CALLED = [row for row in ROWS if row.push and not row.clock and row.python.__name__ != "_form"]
HOLE = re.compile(r"\{(\w+)(?:!(\w+))?(?::([^}]*))?\}")
OURS = {"zone", "zero", "casing"}


@pytest.mark.parametrize("row", CALLED, ids=lambda row: row.signature)
def test_every_function_has_a_template(row: Function) -> None:
    assert row.postgresql


@pytest.mark.parametrize("row", [row for row in ROWS if row.postgresql], ids=lambda row: row.signature)
def test_holes_are_parameters(row: Function) -> None:
    names = {param.name for param in row.params}
    assert {found[1] for found in HOLE.finditer(row.postgresql)} <= names | OURS


def test_no_template_without_function() -> None:
    used = {row.postgresql for row in ROWS}
    assert {name for name, template in TEMPLATES.items() if template not in used} == set()


def test_parentheses_are_balanced() -> None:
    for template in TEMPLATES.values():
        outside = re.sub(r"'[^']*'", "", template)
        assert outside.count("(") == outside.count(")"), template


def test_a_row_keeps_its_own_template() -> None:
    own = next(row for row in ROWS if row.postgresql)
    assert with_template(own) is own
