"""From one definition to the next: what would change against the live data, and doing it."""

from .apply import apply
from .change import Step
from .outdated import refuse_outdated
from .plan import Plan, plan
from .recompute import JOB, recompute_handler
from .stored import Stored, stored
from .tidy import TIDY, tidy_handler

__all__ = [
    "JOB", "TIDY", "Plan", "Step", "Stored", "apply", "plan", "recompute_handler", "refuse_outdated", "stored", "tidy_handler",
]  # fmt: skip
