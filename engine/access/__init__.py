"""Who may do what: actors, row rules, and what a person sees of a row."""

from .actor import AUTH, SYSTEM, Actor, anybody
from .rights import Rights, differences, rights_of, words
from .rules import EVERYTHING, Granting, RowRule, granting, holding, row_rule
from .sight import CLEAR, Sight, both, editable, mask, never_readable, reads_all_rows, sight_of, uniform, with_rows

__all__ = [
    "AUTH", "CLEAR", "EVERYTHING", "SYSTEM", "Actor", "Granting", "Rights", "RowRule", "Sight", "anybody", "both", "differences",
    "editable", "granting", "holding", "mask", "never_readable", "reads_all_rows", "rights_of", "row_rule", "sight_of", "uniform",
    "with_rows", "words",
]  # fmt: skip
