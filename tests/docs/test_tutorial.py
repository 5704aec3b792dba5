"""The tutorial is an application: its files, taken from the page, are checked, tested, applied and peopled by the page's own commands."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli import loom
from engine.loading import check

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "tutorial.md"
FILE = re.compile(r"`crib/(?P<path>[\w/]+\.yaml)`(?:(?!```).)*?```yaml\n(?P<text>.*?)```", re.DOTALL)
COMMAND = re.compile(r"^    \./dev loom (.*?)(?:  +#.*)?$", re.MULTILINE)
ENDS = {"check": [1, 0], "test": [0, 0], "apply": [0], "user": [0]}
"""What the commands say in turn: the first check finds an empty folder."""


def written(page: Path) -> list[tuple[str, str]]:
    return [(found["path"], found["text"]) for found in FILE.finditer(page.read_text(encoding="utf-8"))]


@pytest.fixture
def crib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("LOOM_DB", "LOOM_KEYS"):
        monkeypatch.delenv(variable, raising=False)
    for path, text in written(PAGE):
        write(tmp_path, path, text)
    return tmp_path / "crib"


def write(folder: Path, path: str, text: str) -> None:
    """A file of the page, where the page says."""
    file = folder / "crib" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_every_block_is_a_file_and_the_same_in_both_languages() -> None:
    assert len(written(PAGE)) == PAGE.read_text(encoding="utf-8").count("```yaml") == 10
    chinese = DOCS / "tutorial.zh.md"
    assert written(chinese) == written(PAGE)
    assert COMMAND.findall(chinese.read_text(encoding="utf-8")) == COMMAND.findall(PAGE.read_text(encoding="utf-8"))


def test_whoever_types_what_it_says_in_this_order_has_an_application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crib").mkdir()
    ends = {verb: list(codes) for verb, codes in ENDS.items()}
    page = PAGE.read_text(encoding="utf-8")
    for found in sorted([*FILE.finditer(page), *COMMAND.finditer(page)], key=lambda found: found.end()):
        if found.re is FILE:
            write(tmp_path, found["path"], found["text"])
            continue
        words = shlex.split(found[1])
        if words[0] == "run":
            serve = loom.get_command(None, "run")  # type: ignore[arg-type]
            assert serve is not None
            assert serve.make_context("run", words[1:]).params["dev"]
            continue
        outcome = CliRunner().invoke(loom, words, catch_exceptions=False)
        assert outcome.exit_code == ends[words[0]].pop(0), outcome.output
    assert not any(ends.values())
    listed = CliRunner().invoke(loom, ["user", "list", str(tmp_path / "crib")])
    assert "Ada Lin\tadmin, boss" in listed.output


def test_people_before_the_first_apply_are_told_what_comes_first(crib: Path) -> None:
    outcome = CliRunner().invoke(loom, ["user", "create", "ada", str(crib)])
    assert "No definition has been applied" in str(outcome.exception)


def test_the_mistake_it_suggests_is_explained(crib: Path) -> None:
    file = crib / "models" / "tool.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("type: money", "type: monney"), encoding="utf-8")
    (issue,) = check(crib).issues
    assert (issue.file, issue.line) == ("models/tool.yaml", 7)
    assert "money" in issue.hint
