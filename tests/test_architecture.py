"""The house rules that no linter knows: sizes, names, front doors, and files that speak of the project alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGINE = sorted((ROOT / "engine").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
LOCKS = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "assets" / "package-lock.json"]

MODULE_LINES = 300
FUNCTION_LINES = 40
FORBIDDEN_NAMES = {"utils", "core", "common", "base", "helpers", "services", "manager", "handler"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError|for now)\b")
PLUGIN_DOORS = {"engine.plugins", "engine.errors"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def every(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@every(ENGINE)
def test_a_module_is_small_and_has_a_name_of_the_field(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MODULE_LINES
    assert not FORBIDDEN_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)


@every(ENGINE)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = [
        f"{f.name}: {f.end_lineno - f.lineno + 1}" for f in functions(path) if f.end_lineno and f.end_lineno - f.lineno >= FUNCTION_LINES
    ]
    assert long == []


@every(ENGINE)
def test_nothing_is_half_there(path: Path) -> None:
    assert UNFINISHED.findall(path.read_text()) == []


@every(ENGINE)
def test_a_room_is_entered_by_its_front_door(path: Path) -> None:
    room = path.relative_to(ROOT / "engine").parts[0].removesuffix(".py")
    inner = [name for name in imports(path) if re.match(r"engine\.\w+\.\w", name) and name.split(".")[1] != room]
    assert inner == []


@every([path for path in ENGINE if path.name == "__init__.py" and path.parent.parent == ROOT / "engine"])
def test_a_front_door_says_what_it_exports(path: Path) -> None:
    text = path.read_text()
    assert "import" not in text or "__all__" in text


@every(PLUGINS)
def test_a_plugin_knows_only_the_plugin_room(path: Path) -> None:
    assert [name for name in imports(path) if name.split(".")[0] == "engine" and name not in PLUGIN_DOORS] == []


@every(TESTS)
def test_a_test_asserts_and_neither_sleeps_nor_mocks(path: Path) -> None:
    assert [f.name for f in functions(path) if f.name.startswith("test_") and not _asserts(f)] == []
    assert not {"unittest.mock", "mock"} & set(imports(path))
    assert [node for f in functions(path) for node in ast.walk(f) if _is_sleep(node)] == []


def _asserts(function: Function) -> bool:
    """An `assert`, `pytest.raises`, or a call of a function that is named after what it asserts."""
    names = {ast.unparse(node.func).split(".")[-1] for node in ast.walk(function) if isinstance(node, ast.Call)}
    return any(isinstance(node, ast.Assert) for node in ast.walk(function)) or any(
        re.match("raises|assert_|check_|run_state", n) for n in names
    )


def _is_sleep(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}


@every(LOCKS)
def test_a_lock_file_has_hashes_and_no_registry(path: Path) -> None:
    text = path.read_text()
    assert "https://" not in re.sub(r'"(url|funding)": "[^"]*"', "", text)
    assert '"resolved"' not in text
    assert "sha256:" in text or '"integrity": "sha512-' in text
