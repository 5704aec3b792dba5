"""The house rules that no linter knows: sizes, names, front doors, and files that speak of the project alone."""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
LOCKS = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "assets" / "package-lock.json"]

MODULE_LINES = 300
FUNCTION_LINES = 40
FORBIDDEN_NAMES = {"utils", "core", "common", "base", "helpers", "services", "manager", "handler"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|for now)\b")
MOCKS = {"unittest.mock", "mock"}
PLUGIN_DOORS = {"engine.plugins", "engine.errors"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def against(rule: Callable[[Path], Sequence[object]], paths: list[Path]) -> dict[str, Sequence[object]]:
    """What is against a rule, by the file in which it stands."""
    assert paths
    return {str(path.relative_to(ROOT)): found for path in paths if (found := rule(path))}


def test_a_module_is_small() -> None:
    assert against(lambda path: path.read_text().splitlines()[MODULE_LINES:], ENGINE) == {}


def test_a_module_has_a_name_of_the_field() -> None:
    assert against(lambda path: [*FORBIDDEN_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)], ENGINE) == {}


def test_a_function_fits_on_a_screen() -> None:
    def long(path: Path) -> list[str]:
        return [f.name for f in functions(path) if f.end_lineno and f.end_lineno - f.lineno >= FUNCTION_LINES]

    assert against(long, ENGINE) == {}


def test_nothing_is_half_there() -> None:
    assert against(lambda path: UNFINISHED.findall(path.read_text()), ENGINE) == {}


def test_a_room_is_entered_by_its_front_door() -> None:
    def inner(path: Path) -> list[str]:
        room = path.relative_to(ROOT / "engine").parts[0].removesuffix(".py")
        return [name for name in imports(path) if re.match(r"engine\.\w+\.\w", name) and name.split(".")[1] != room]

    assert against(inner, ENGINE) == {}


def test_a_front_door_says_what_it_exports() -> None:
    doors = [path for path in ENGINE if path.name == "__init__.py" and path.parent.parent == ROOT / "engine"]
    assert against(lambda path: [*imports(path)] if "__all__" not in path.read_text() else [], doors) == {}


def test_a_plugin_knows_only_the_plugin_room() -> None:
    def others(path: Path) -> list[str]:
        return [name for name in imports(path) if name.split(".")[0] == "engine" and name not in PLUGIN_DOORS]

    assert against(others, PLUGINS) == {}


def test_a_test_asserts() -> None:
    assert against(lambda path: [f.name for f in functions(path) if f.name.startswith("test_") and not _asserts(f)], TESTS) == {}


def test_a_test_neither_sleeps_nor_mocks() -> None:
    def wrong(path: Path) -> list[str]:
        return [name for name in imports(path) if name in MOCKS] + [ast.unparse(node) for node in ast.walk(tree(path)) if _is_sleep(node)]

    assert against(wrong, TESTS) == {}


def test_a_lock_file_has_hashes_and_no_registry() -> None:
    def wrong(path: Path) -> list[str]:
        text = path.read_text()
        found = re.findall(r'https://|"resolved"', re.sub(r'"(url|funding)": "[^"]*"', "", text))
        return found if "sha256:" in text or '"integrity": "sha512-' in text else [*found, "no hashes"]

    assert against(wrong, LOCKS) == {}


def _asserts(function: Function) -> bool:
    """An `assert`, `pytest.raises`, or a call of a function that is named after what it asserts."""
    names = {ast.unparse(node.func).split(".")[-1] for node in ast.walk(function) if isinstance(node, ast.Call)}
    return any(isinstance(node, ast.Assert) for node in ast.walk(function)) or any(
        re.match("raises|assert_|check_|run_state", n) for n in names
    )


def _is_sleep(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}


def test_what_is_drawn_is_drawn_more_often_in_a_long_run() -> None:
    """`./dev test --long` takes every Hypothesis test; one whose number is fixed, or that draws the same each time, would try nothing more."""
    fixed = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in TESTS
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "settings"
        for key in call.keywords
        if key.arg in {"max_examples", "derandomize"} and isinstance(key.value, ast.Constant)
    ]
    assert fixed == []
