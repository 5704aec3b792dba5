"""Formulas as SQL: conditions and values over the records of an entity, for SQLite and PostgreSQL with the results of Python."""

from .expressions import Expressions
from .functions import Functions
from .lookup import NotPushable, TableLookup
from .selection import Selection, Shape

__all__ = ["Expressions", "Functions", "NotPushable", "Selection", "Shape", "TableLookup"]
