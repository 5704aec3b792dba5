"""Who may do what: actors, row rules, and what a person sees of a row."""

from .actor import AUTH, SYSTEM, Actor, anybody
from .rights import Rights, differences, rights_of, words
from .rules import EVERYTHING, Granting, RowRule, granting, holding, row_rule
from .sight import CLEAR, Sight, editable, mask, never_readable, sight_of, uniform

__all__ = [
    "AUTH", "CLEAR", "EVERYTHING", "SYSTEM", "Actor", "Granting", "Rights", "RowRule", "Sight", "anybody", "differences", "editable",
    "granting", "holding", "mask", "never_readable", "rights_of", "row_rule", "sight_of", "uniform", "words",
]  # fmt: skip
