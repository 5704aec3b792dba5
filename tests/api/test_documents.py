"""What the documents say of the API, the settings and security is what there is."""

import ast
import re
from pathlib import Path

from benchmarks.operations import OPERATIONS
from engine.settings import SETTINGS
from engine.web.api.server import ROUTES, SIGNED
from tests.api.test_trips import BUDGET

BRACES = str.maketrans("<>", "{}")
ROOT = Path(__file__).parents[2]


def rows(path: str) -> list[list[str]]:
    lines = (ROOT / path).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines if line.startswith("|")]


def test_every_route_is_described() -> None:
    routes = {(method, rule.replace("id:", "").replace("<number>", "<id>").translate(BRACES)) for method, rule, _ in (*ROUTES, *SIGNED)}
    described = {(row[0], row[1].strip("`")) for row in rows("docs/reference/api.md") if row[0] in ("GET", "POST", "PATCH", "DELETE")}
    assert described == routes


def test_every_setting_is_described() -> None:
    described = {tuple(cell.strip("`") for cell in row) for row in rows("docs/reference/settings.md") if row[0].startswith("`LOOM_")}
    assert described == {(setting.name, setting.default, setting.help) for setting in SETTINGS}


def test_every_promise_of_security_names_a_test_that_exists() -> None:
    named = [row[2].split("::") for row in rows("docs/SECURITY.md") if "::" in row[-1]]
    assert len(named) > 20
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{path}::{name}"


def test_the_goals_of_performance_are_those_that_are_measured() -> None:
    described = [
        (float(row[1]), float(row[2]))
        for row in rows("docs/reference/performance.md")
        if re.fullmatch(r"[0-9.]+", row[1]) and len(row) == 3
    ]
    assert described == [(operation.must, operation.aim) for operation in OPERATIONS]
    budget = next(row[1:] for row in rows("docs/reference/performance.md") if row[0].startswith("messages"))
    assert [int(number) for number in budget] == list(BUDGET.values())
