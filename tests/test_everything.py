"""The sum that ends a run counts what really happened."""

import sys

import pytest

from tests.everything import Part, counts, run_part, turned


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        ("12 passed in 3.10s", (12, 0)),
        ("1 failed, 12 passed, 2 errors in 3.10s", (12, 3)),
        ("3 passed, 1 warning in 0.1s\nBye", (3, 0)),
        ("no tests ran in 0.01s", (0, 0)),
        ("All checks passed!", (0, 0)),
        ("Found 7 errors in 3 files (checked 20 source files)", (0, 0)),
    ],
)
def testcounts_are_read_from_the_closing_line(closing: str, expected: tuple[int, int]) -> None:
    assert counts(f"noise about 7 things\n{closing}\n") == expected


@pytest.mark.parametrize(
    ("code", "passed", "failed"),
    [("pass", 1, 0), ("raise SystemExit(3)", 0, 1), ("raise SystemExit(5)", 0, 0), ("print('4 passed in 1s')", 4, 0)],
)
def test_a_part_passes_only_with_its_command(code: str, passed: int, failed: int) -> None:
    outcome = run_part(Part("part", (sys.executable, "-c", code)))
    assert (outcome.passed, outcome.failed) == (passed, failed)


def test_what_takes_too_long_is_interrupted_and_what_failed_until_then_counts() -> None:
    code = """
import threading
try:
    threading.Event().wait()
except KeyboardInterrupt:
    print("1 failed, 3 passed in 0.1s", flush=True)
    raise SystemExit(2)
"""
    outcome = run_part(Part("part", (sys.executable, "-IS", "-c", code), minutes=0.02))
    assert (outcome.passed, outcome.failed) == (3, 1)
    assert "interrupted" in outcome.output


def test_a_run_that_is_cut_off_begins_somewhere_else_each_time() -> None:
    begun = {turned(range(5), str(turn))[0] for turn in range(100)}
    assert begun == set(range(5))
    assert turned("abc", "7") in ([*"abc"], [*"bca"], [*"cab"])
    assert turned([], "7") == []
