"""From one definition to the next: what would change against the live data, and doing it."""

from .apply import Blocked, apply
from .change import Step
from .moving import MOVE, ask_to_move_back, move_handler
from .outdated import refuse_outdated
from .plan import Plan, plan
from .purge import Waste, purge, waste
from .recompute import JOB, recompute_handler
from .running import Moves, Running
from .stored import Stored, stored
from .successors import successors
from .tidy import TIDY, tidy_handler
from .told import Told, summary, told

__all__ = [
    "JOB", "MOVE", "TIDY", "Blocked", "Moves", "Plan", "Running", "Step", "Stored", "Told", "Waste", "apply", "ask_to_move_back",
    "move_handler", "plan", "purge", "recompute_handler", "refuse_outdated", "stored", "successors", "summary", "tidy_handler", "told",
    "waste",
]  # fmt: skip
