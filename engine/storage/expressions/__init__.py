"""Formulas as SQL: conditions and values over the records of an entity, for SQLite and PostgreSQL with the results of Python."""

from .calculated import apart, calculates
from .evaluate import evaluation
from .expressions import Chosen, Expressions
from .functions import Functions
from .lookup import NotPushable, TableLookup
from .selection import Selection, Shape

__all__ = ["Chosen", "Expressions", "Functions", "NotPushable", "Selection", "Shape", "TableLookup", "apart", "calculates", "evaluation"]
