"""What the specification asks of approvals, and where each row is shown: a row without a case or a test fails here.

Features are the rows of WORKFLOW 1.2, patterns those of section 2 marked Y or P (those marked N: test_refused.py), asks those of
section 3.3. A case names its rows at the beginning of its name; what needs more than people and one record is shown by a test.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

CASES = Path(__file__).parent / "cases"
TESTS = Path(__file__).parents[1]
FEATURES = [f"W{number:02}" for number in range(1, 40)]
REFUSED = (8, 11, 22, 23, 28, 31, 33, 38, 41, 42)
PATTERNS = [f"WCP{number:02}" for number in range(1, 44) if number not in REFUSED]
ASKS = [f"A{number:02}" for number in range(1, 37)]
BY_TEST = {
    "W31": "workflow/test_calls.py::test_the_answer_is_saved_and_leads_on",
    "W34": "workflow/test_revisions.py::test_running_work_keeps_its_definition",
    "WCP12": "workflow/test_automations.py::test_an_action_makes_records_fires_actions_and_tells",
    "W37": "workflow/test_prints.py::test_what_a_step_prints_is_frozen_as_it_begins",
    "WCP24": "workflow/test_messages.py::test_it_waits_for_its_record",
    "A11": "workflow/test_property.py::test_the_engine_is_what_its_events_tell",
    "A24": "workflow/test_revisions.py::test_what_running_work_needs_cannot_be_removed",
    "A25": "workflow/test_revisions.py::test_running_work_goes_over_to_a_newer_definition_and_back",
    "A26": "workflow/test_revisions.py::test_running_work_keeps_its_definition",
    "A27": "workflow/test_revisions.py::test_a_plan_moves_what_is_running",
    "A28": "workflow/test_races.py::test_the_last_two_agree_at_once_and_it_ends_once",
    "A29": "workflow/test_crashes.py::test_after_a_crash_the_call_happens_and_counts_once",
    "A30": "metadata/test_working_time.py::test_after",
    "A32": "api/test_trips.py::test_an_approval_with_a_remark",
    "A33": "web/test_together.py::test_ticked_tasks_are_approved_each_alone",
}
"""Rows that are shown by a test of their own."""


@lru_cache(maxsize=1)
def shown() -> set[str]:
    names = [case["case"] for file in CASES.glob("*.yaml") for case in yaml.safe_load(file.read_text("utf-8"))]
    return {word for name in names for word in re.findall(r"\b(?:WCP|W|A)\d\d\b", name)}


@pytest.mark.parametrize("row", [*FEATURES, *PATTERNS, *ASKS])
def test_every_row_is_shown(row: str) -> None:
    assert (row in shown()) + (row in BY_TEST) == 1


@pytest.mark.parametrize("row", BY_TEST)
def test_the_test_of_a_row_is_there(row: str) -> None:
    file, _, name = BY_TEST[row].partition("::")
    assert f"def {name}(" in (TESTS / file).read_text("utf-8")
