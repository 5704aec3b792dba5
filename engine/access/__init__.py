"""Who may do what: actors, row rules, and what a person sees of a row."""

from .actor import AUTH, SYSTEM, Actor, anybody
from .rules import EVERYTHING, Granting, RowRule, granting, holding, row_rule
from .sight import CLEAR, Sight, editable, mask, never_readable, sight_of, uniform

__all__ = [
    "AUTH", "CLEAR", "EVERYTHING", "SYSTEM", "Actor", "Granting", "RowRule", "Sight", "anybody", "editable", "granting", "holding", "mask",
    "never_readable", "row_rule", "sight_of", "uniform",
]  # fmt: skip
