"""The formula language: one small typed language, compiled to Python here and to SQL by storage."""

from .compile import compile
from .contexts import Context, Rules
from .evaluate import Clock, clock, evaluate_batch, evaluate_request
from .expressions import BadPattern
from .formula import Formula
from .frame import Calendar, Frame, Row, Value
from .functions.row import Function, Param
from .functions.table import FUNCTIONS, functions_with
from .generate import evaluator
from .issues import FormulaErrors, FormulaFailure, FormulaIssue
from .names import TO_ONE, Catalog, CollectionPath, Decision, Hop, Member, Names, Path, Reference, Root, Via
from .numbers import fit_number
from .parse import names_in
from .patterns import match_pattern, matches
from .references import Trigger
from .rewrite import begin_at, veiled
from .text import TextTemplate, Wording, compile_text
from .types import Currency, Kind, Type

__all__ = [
    "FUNCTIONS",
    "TO_ONE",
    "BadPattern",
    "Calendar",
    "Catalog",
    "Clock",
    "CollectionPath",
    "Context",
    "Currency",
    "Decision",
    "Formula",
    "FormulaErrors",
    "FormulaFailure",
    "FormulaIssue",
    "Frame",
    "Function",
    "Hop",
    "Kind",
    "Member",
    "Names",
    "Param",
    "Path",
    "Reference",
    "Root",
    "Row",
    "Rules",
    "TextTemplate",
    "Trigger",
    "Type",
    "Value",
    "Via",
    "Wording",
    "begin_at",
    "clock",
    "compile",
    "compile_text",
    "evaluate_batch",
    "evaluate_request",
    "evaluator",
    "fit_number",
    "functions_with",
    "match_pattern",
    "matches",
    "names_in",
    "veiled",
]
