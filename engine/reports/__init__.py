"""Reports: figures over the records that a reader may see, computed in one statement and shaped into lines and columns."""

from .compute import MOST, compute, explain_report
from .drill import drilled, token_of
from .given import given_by, value_of
from .model import BLANK, Figure, Keys, Line, Outcome
from .rights import may_open, may_open_dashboard, may_take_away, to_take_away
from .words import amount_of, is_share, number_words

__all__ = [
    "BLANK", "MOST", "Figure", "Keys", "Line", "Outcome", "amount_of", "compute", "drilled", "explain_report", "given_by", "is_share",
    "may_open", "may_open_dashboard", "may_take_away", "number_words", "to_take_away", "token_of", "value_of",
]  # fmt: skip
