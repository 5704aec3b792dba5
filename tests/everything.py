"""Runs every check and test of the project, as `./dev test` does, and prints what each part took.

    everything.py                 all parts
    everything.py PATHS           pytest on these paths only
    everything.py --long [PATHS]  only the long settings of the property, race and crash tests (LOOM_TEST_MINUTES: at most so long,
                                beginning somewhere else whenever CHANGELOG.md says more)

Two parts of a stage run beside each other. The last line is the sum: "N passed, N failed in S s"; a part without tests counts as one.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
SOURCES = [
    name
    for name in ("engine", "plugins", "tests", "benchmarks", "build_assets.py", "build_words.py", "hatch_build.py")
    if (ROOT / name).exists()
]
PYTEST = (sys.executable, "-m", "pytest", "--quiet")
NOTHING_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One command and the path without which there is nothing for it to check yet.

    After `minutes` it is interrupted; what failed until then counts, what was not begun does not.
    """

    name: str
    command: Sequence[str]
    needs: str = "engine"
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a part came to, with everything it printed."""

    name: str
    passed: int
    failed: int
    seconds: float
    output: str


STAGES = (
    (
        Part("format", ("ruff", "format", "--check", ".")),
        Part("lint", ("ruff", "check", ".")),
        Part("unit tests", (*PYTEST, "-n", "3", "--dist", "worksteal", "--ignore=tests/browser", "--durations=5", "--durations-min=2")),
        Part("types", ("mypy", *SOURCES)),
        Part("layers", ("lint-imports", "--cache-dir", str(VAR / "cache" / "import-linter"))),
        Part("scenarios on SQLite", ("loom", "test", str(ROOT), "--coverage", "--at-least", "100"), needs="engine/scenarios"),
        Part("scenarios on PostgreSQL", (sys.executable, "-m", "tests.databases", "loom", "test", str(ROOT)), needs="engine/scenarios"),
    ),
    (Part("browser tests", (*PYTEST, "-n", "2", "--dist", "worksteal", "tests/browser"), needs="tests/browser"),),
)
LONG_MINUTES = float(os.environ.get("LOOM_TEST_MINUTES", "0")) or None
TURN = ("--turn", sha256((ROOT / "CHANGELOG.md").read_bytes()).hexdigest()) if LONG_MINUTES else ()
QUIETLY = ("-W", "ignore:syrupy")  # it warns when a run is interrupted
LONG_OPTIONS = ("-n", "2", "--long", *TURN, "--durations=10", "--durations-min=10", *QUIETLY)
LONG = ((Part("long tests", (*PYTEST, *LONG_OPTIONS), minutes=LONG_MINUTES),),)
GRACE = 60


def turned(tests: Sequence[T], turn: str) -> list[T]:
    """The same tests, begun somewhere else for each `turn`: a run that is cut off would never come to the last ones."""
    begin = Random(turn).randrange(len(tests)) if tests else 0  # noqa: S311 - not a secret
    return [*tests[begin:], *tests[:begin]]


def main(arguments: Sequence[str]) -> int:
    """Runs what the arguments ask for; 0 if everything passed."""
    paths = [argument for argument in arguments if argument != "--long"]
    if paths:
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who begins in the background ignores it, and what is begun here would too
    began = time.monotonic()
    outcomes = [outcome for stage in (LONG if "--long" in arguments else STAGES) for outcome in _run_stage(stage)]
    failed = sum(outcome.failed for outcome in outcomes)
    sys.stdout.write("\n" + "".join(f"{_verdict(o):>6}  {o.seconds:6.1f} s  {o.name}\n" for o in outcomes))
    sys.stdout.write(f"{sum(o.passed for o in outcomes)} passed, {failed} failed in {time.monotonic() - began:.1f} s\n")
    return 1 if failed else 0


def _run_stage(parts: Sequence[Part]) -> list[Outcome]:
    present = [part for part in parts if (ROOT / part.needs).exists()]
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(run_part, present))
    for outcome in outcomes:
        sys.stdout.write(f"\n== {outcome.name}: {_verdict(outcome)} in {outcome.seconds:.1f} s\n{outcome.output}")
        sys.stdout.flush()
    return outcomes


def run_part(part: Part) -> Outcome:
    """Runs the command of a part; it passed if the command says so, with as many tests as its closing line counts."""
    began = time.monotonic()
    process = subprocess.Popen(part.command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    output, cut_off = _finished(process, part.minutes)
    passed, failed = counts(output)
    if cut_off:
        output += f"\ninterrupted after {part.minutes} minutes; the tests that were not begun by then did not run\n"
    elif process.returncode not in (0, NOTHING_COLLECTED):
        failed = max(failed, 1)
    elif process.returncode == 0 and passed == 0 and " skipped" not in output:
        passed = 1
    return Outcome(part.name, passed, failed, time.monotonic() - began, output)


def _finished(process: subprocess.Popen[str], minutes: float | None) -> tuple[str, bool]:
    """What the command printed, and whether its time was over before its end."""
    try:
        return process.communicate(timeout=None if minutes is None else 60 * minutes)[0], False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=GRACE)[0], True
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0], True


def counts(output: str) -> tuple[int, int]:
    """Passed and failed tests from a closing line such as "1 failed, 12 passed, 1 error in 3.1s"; zeros without one."""
    closing = next((line for line in reversed(output.splitlines()) if re.match(r"(=+ )?\d+ (passed|failed|error)", line)), "")
    counted = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", closing)}
    return counted.get("passed", 0), counted.get("failed", 0) + counted.get("error", 0)


def _verdict(outcome: Outcome) -> str:
    return "FAILED" if outcome.failed else "ok" if outcome.passed else "none"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
