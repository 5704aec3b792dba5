"""From one definition to the next: what would change against the live data, and doing it."""

from .apply import apply
from .change import Step
from .plan import Plan, plan
from .stored import Stored, stored

__all__ = ["Plan", "Step", "Stored", "apply", "plan", "stored"]
