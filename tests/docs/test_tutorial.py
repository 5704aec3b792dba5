"""The tutorial is an application: its files, taken from the page, load without an issue."""

import re
from pathlib import Path

import pytest

from engine.loading import check

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
FILE = re.compile(r"`crib/(?P<path>[\w/]+\.yaml)`(?:(?!```).)*?```yaml\n(?P<text>.*?)```", re.DOTALL)


@pytest.fixture
def crib(tmp_path: Path) -> Path:
    for found in FILE.finditer(PAGE.read_text(encoding="utf-8")):
        file = tmp_path / found["path"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found["text"], encoding="utf-8")
    return tmp_path


def test_every_block_is_a_file(crib: Path) -> None:
    assert len(list(crib.rglob("*.yaml"))) == PAGE.read_text(encoding="utf-8").count("```yaml") == 6


def test_it_loads(crib: Path) -> None:
    assert [f"{i.file}:{i.line}: {i.message}" for i in check(crib).issues] == []


def test_the_mistake_it_suggests_is_explained(crib: Path) -> None:
    file = crib / "models" / "tool.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("type: money", "type: monney"), encoding="utf-8")
    (issue,) = check(crib).issues
    assert (issue.file, issue.line) == ("models/tool.yaml", 6)
    assert "money" in issue.hint
