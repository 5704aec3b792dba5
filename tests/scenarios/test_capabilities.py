"""What the bundled application owes (docs/capabilities.yaml) and what its scenarios show of it; the scenarios themselves are played by `loom test`."""

import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CAPABILITIES = yaml.safe_load((ROOT / "docs" / "capabilities.yaml").read_text(encoding="utf-8"))
STORY = re.compile(r"^Given .+, when .+, then .+\.$|^Given .+, when .+; .+\.$")


def covered() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        for name in yaml.safe_load(path.read_text(encoding="utf-8")).get("covers", ()):
            found.setdefault(name, []).append(path.stem)
    return found


def test_every_capability_has_two_labels_and_a_story() -> None:
    assert len(CAPABILITIES) == 165
    for name, row in CAPABILITIES.items():
        assert set(row) == {"label", "story"}, name
        assert set(row["label"]) == {"en", "zh"}, name
        assert STORY.match(row["story"]), name


def test_scenarios_cover_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    shown = covered()
    assert set(shown) <= set(CAPABILITIES)
    with capsys.disabled():
        sys.stdout.write(f" {len(shown)} of {len(CAPABILITIES)} capabilities have a scenario ")
    assert len(shown) >= 19, "a scenario that was there is gone"
