"""The formula language: one small typed language, compiled to Python here and to SQL by storage."""

from .contexts import Context, Rules
from .frame import Calendar, Frame, Row, Value
from .issues import FormulaErrors, FormulaFailure, FormulaIssue
from .names import Catalog, CollectionPath, Decision, Hop, Member, Names, Path, Reference, Root, Via
from .types import Currency, Kind, Type

__all__ = [
    "Calendar",
    "Catalog",
    "CollectionPath",
    "Context",
    "Currency",
    "Decision",
    "FormulaErrors",
    "FormulaFailure",
    "FormulaIssue",
    "Frame",
    "Hop",
    "Kind",
    "Member",
    "Names",
    "Path",
    "Reference",
    "Root",
    "Row",
    "Rules",
    "Type",
    "Value",
    "Via",
]
