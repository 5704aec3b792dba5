"""Scenarios: short stories about an application, run on scratch databases under a clock of their own (docs: Scenario files)."""

from .checking import check
from .demonstration import play_demonstration
from .findings import Findings
from .model import Scenario
from .reading import Library, read_library, runs_of
from .running import Failure, Result, run
from .witness import Share, Witness, shares
from .world import Answers, Application, Open

__all__ = [
    "Answers", "Application", "Failure", "Findings", "Library", "Open", "Result", "Scenario", "Share", "Witness", "check",
    "play_demonstration", "read_library", "run", "runs_of", "shares",
]  # fmt: skip
