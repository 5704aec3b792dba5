"""`loom new`: what it makes is an application without a mistake, whose story holds."""

from pathlib import Path

import pytest

from engine.cli import main
from engine.loading import check


def loom(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as done:
        main([str(argument) for argument in arguments])
    return int(done.value.code or 0)


def test_what_it_makes_loads_and_its_story_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = tmp_path / "Tool-crib 2"
    assert loom("new", made) == 0
    report = check(made)
    assert report.issues == ()
    assert report.metadata is not None
    assert report.metadata.name == "tool_crib_2"
    assert loom("test", made) == 0
    assert "1 of 1 scenarios as written" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "reason"), [(".", "is not empty"), ("2026", "makes no name"), ("工具", "makes no name")])
def test_it_writes_over_nothing_and_needs_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, reason: str) -> None:
    (tmp_path / "mine.txt").touch()
    assert loom("new", tmp_path / name) == 2
    assert reason in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
