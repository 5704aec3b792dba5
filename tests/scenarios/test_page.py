"""The page about scenarios: its example runs, and it describes every key there is."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from engine.cli.scratch import Scratch
from engine.loading import load, read_sources
from engine.plugins import Plugins
from engine.scenarios import Findings, check, read_library, run, runs_of
from engine.scenarios.words import DECISIONS, EXPECTATIONS, FAILURES, FILE_KEYS, STEP_KEYS, VERBS
from tests.scenarios.small import write_application

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
KEYS = sorted(
    {*FILE_KEYS["scenario"], "fixture", *STEP_KEYS, *VERBS, *EXPECTATIONS, *DECISIONS, *FAILURES}.union(
        *VERBS.values(), *EXPECTATIONS.values()
    )
)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_described(key: str) -> None:
    assert re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", PAGE)


def test_the_example_is_as_written(tmp_path: Path) -> None:
    example = PAGE.partition("```yaml\n")[2].partition("```")[0]
    root = write_application(tmp_path, example)
    findings = Findings()
    library = read_library(root, findings)
    scenarios = runs_of("long_papers", library, findings)
    for scenario in scenarios:
        check(scenario, library, load(root), findings)
    assert findings.sorted == []
    with closing(Scratch(root, (read_sources(root), load(root)), Plugins.discover(root), None)) as scratch:
        results = [run(scenario, library.scenarios["long_papers"], scratch.open) for scenario in scenarios]
    assert [failure for result in results for failure in result.failures] == []
    assert len(results) == 2
