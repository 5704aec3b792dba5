"""What the bundled application owes (docs/capabilities.yaml) and what its scenarios show of it; the scenarios themselves are played by `loom test`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CAPABILITIES = yaml.safe_load((ROOT / "docs" / "capabilities.yaml").read_text(encoding="utf-8"))
SUPPLIERS = "A1 A2 A3 A4 A5 A6 A7 A8 A45 A46 B7 B16 B17 B18 B19 B20 B21 D14 E14".split()
STORY = re.compile(r"^Given .+, when .+, then .+\.$|^Given .+, when .+; .+\.$")


NOT_ALLOWED = {"fails", "misses", "may_not", "hidden", "masked", "sealed", "blind"}


def told(node: object) -> Iterator[tuple[str, object]]:
    """Every key of a scenario with what stands there, however deep."""
    for key, value in node.items() if isinstance(node, dict) else ():
        yield str(key), value
        yield from told(value)
    for item in node if isinstance(node, list) else ():
        yield from told(item)


def shows(scenario: dict[str, object]) -> bool:
    """Whether it covers what it names: somebody acts without being an administrator, state or fields are read, and somebody may not."""
    said = list(told(scenario.get("steps")))
    acting = {value for key, value in said if key == "as"} - {"admin", "system", "anybody"}
    keys = {key for key, _ in said}
    return bool(acting) and bool(keys & {"state", "fields", "rows"}) and bool(keys & NOT_ALLOWED)


def covered() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests" / "cases").glob("*.yaml")):
        scenario = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name in scenario.get("covers", ()) if shows(scenario) else ():
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
    assert set(SUPPLIERS) <= set(shown), "what the application for suppliers owes"
    assert set(shown) <= set(CAPABILITIES)
    with capsys.disabled():
        sys.stdout.write(f" {len(shown)} of {len(CAPABILITIES)} capabilities have a scenario ")
