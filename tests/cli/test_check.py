"""`loom check`, `loom schema`, `loom docs`: what they print, what they write, how they exit."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.cli import COMMANDS, main

SHOP = Path(__file__).parents[1] / "loading" / "shop"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHOP, tmp_path / "shop"))


def loom(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as done:
        main([str(argument) for argument in arguments])
    return int(done.value.code or 0)


def misspell(shop: Path, file: str, change: str, to: str) -> None:
    path = shop / file
    path.write_text(path.read_text("utf-8").replace(change, to, 1), "utf-8")


def test_fine(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert loom("check", shop) == 0
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "0 errors, 1 warning" in printed.err
    assert "All is well" in printed.err


def test_a_mistake_as_a_compiler_shows_it(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    misspell(shop, "models/region.yaml", "南", "南}, colour: red}\n  west: {label: {en: West, zh: 西")
    assert loom("check", shop) == 1
    shown = next(part for part in capsys.readouterr().err.split("\n\n") if part.startswith("models/region.yaml"))
    assert shown.split("\n") == [
        'models/region.yaml:4:38 S201 There is no key "colour" in a choice value.',
        " 4 |   south: {label: {en: South, zh: 南}, colour: red}",
        "   |                                       ^^^^^^",
        '   = did you mean "color"?',
    ]


def test_json(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    misspell(shop, "models/region.yaml", "color: blue", "colour: blue")
    assert loom("check", shop, "--json") == 1
    errors = [issue for issue in json.loads(capsys.readouterr().out)["issues"] if issue["level"] == "error"]
    assert errors == [
        {
            "code": "S201",
            "level": "error",
            "file": "models/region.yaml",
            "line": 3,
            "column": 38,
            "path": "values.north.colour",
            "message": 'There is no key "colour" in a choice value.',
            "expected": "",
            "hint": 'did you mean "color"?',
            "parts": {"key": "colour", "what": "a choice value"},
        }
    ]


def test_a_chinese_terminal(shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    misspell(shop, "models/region.yaml", "color: blue", "colour: blue")
    monkeypatch.setenv("LANGUAGE", "zh_CN:en")
    assert loom("check", shop) == 1
    shown = capsys.readouterr().err
    assert "S201 选项值没有键“colour”。" in shown
    assert "= 是不是想写“color”？" in shown
    assert "1 个错误" in shown
    assert loom("check", shop, "--json") == 1
    assert 'There is no key \\"colour\\" in a choice value.' in capsys.readouterr().out


def test_fix(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    misspell(shop, "models/order.yaml", "'ROUND(qty * price, 2)'", "ROUND(qty * price, 2)")
    before = (SHOP / "models/order.yaml").read_text("utf-8")
    assert loom("check", shop, "--fix") == 0
    assert "corrected models/order.yaml" in capsys.readouterr().err
    assert (shop / "models/order.yaml").read_text("utf-8") == before


@pytest.mark.parametrize("arguments", [["check", "/does/not/exist"], ["chekc"], ["check", "--colour"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert loom(*arguments) == 2
    assert "Usage: loom" in capsys.readouterr().err


def test_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert loom("check", tmp_path) == 1
    assert "app.yaml:1:1 S208 There is no app.yaml" in capsys.readouterr().err


def test_help_names_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert loom("--help") == 0
    printed = capsys.readouterr().out
    assert [name for name in COMMANDS if f"  {name} " not in printed] == []


def test_schema_and_docs(shop: Path) -> None:
    assert loom("schema", shop, "--check") == 1
    assert loom("schema", shop) == 0
    assert loom("schema", shop, "--check") == 0
    assert loom("docs", shop) == 0
    assert (shop / "docs" / "reference" / "system.md").is_file()


def test_a_check_imports_neither_the_web_nor_the_database(shop: Path) -> None:
    program = "import sys; from engine.cli import main\ntry: main(['check', sys.argv[1]])\nexcept SystemExit: print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program, shop], capture_output=True, text=True, check=True)
    heavy = {"flask", "sqlalchemy", "requests", "jsonschema", "babel", "stdnum", "transitions"}
    assert heavy & set(done.stdout.strip("[]\n").replace("'", "").split(", ")) == set()


@pytest.mark.long
def test_no_run_ends_in_a_crash(shop: Path) -> None:
    program = "import sys; from engine.cli import main; main(['check', sys.argv[1]])"
    codes = [subprocess.run([sys.executable, "-c", program, shop], capture_output=True, check=False).returncode for _ in range(60)]
    assert set(codes) == {0}
