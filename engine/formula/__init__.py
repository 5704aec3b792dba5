"""The formula language: one small typed language, compiled to Python here and to SQL by storage."""

from .advice import advice
from .compile import as_compared, compile
from .contexts import Context, Rules
from .dates import MONTHS, SECONDS
from .envelopes import as_sealed
from .evaluate import Alone, Clock, Engine, clock, evaluate_batch, evaluate_request, written
from .expressions import BadPattern
from .formula import Formula
from .frame import Calendar, Frame, Row, Value
from .functions.formats import date_format, number_format
from .functions.postgresql import joined_texts
from .functions.row import Function, Param
from .functions.table import FUNCTIONS, functions_with
from .functions.texts import too_long
from .generate import evaluator
from .issues import FormulaErrors, FormulaFailure, FormulaIssue
from .names import TO_ONE, Catalog, CollectionPath, Decision, Hop, Member, Names, Path, Reference, Root, Via
from .nodes import (
    Aggregate,
    And,
    Arith,
    Call,
    Case,
    Coalesce,
    Compare,
    Concat,
    Constant,
    Convert,
    Decide,
    Element,
    HasRole,
    IsNew,
    IsNull,
    Label,
    Negate,
    Node,
    Not,
    OneOf,
    Or,
    Read,
    Switch,
)
from .numbers import PLACES, WHOLE, divide, exact, fit_number, multiply, out_of_range, short_reciprocal
from .parse import names_in
from .patterns import like_parts, match_pattern, matches
from .references import Trigger
from .rewrite import begin_at, lowered, only_rows, rebuilt, seen_between, veiled
from .spelled import as_spelled, is_spelled
from .text import TextTemplate, Wording, compile_text, paths_of
from .trace import Reader, RowStep, Step, trace
from .types import NULL, TEXT, TRUTH, Currency, Kind, Type, list_of, number, number_literal

__all__ = [
    "FUNCTIONS",
    "MONTHS",
    "NULL",
    "PLACES",
    "SECONDS",
    "TEXT",
    "TO_ONE",
    "TRUTH",
    "WHOLE",
    "Aggregate",
    "Alone",
    "And",
    "Arith",
    "BadPattern",
    "Calendar",
    "Call",
    "Case",
    "Catalog",
    "Clock",
    "Coalesce",
    "CollectionPath",
    "Compare",
    "Concat",
    "Constant",
    "Context",
    "Convert",
    "Currency",
    "Decide",
    "Decision",
    "Element",
    "Engine",
    "Formula",
    "FormulaErrors",
    "FormulaFailure",
    "FormulaIssue",
    "Frame",
    "Function",
    "HasRole",
    "Hop",
    "IsNew",
    "IsNull",
    "Kind",
    "Label",
    "Member",
    "Names",
    "Negate",
    "Node",
    "Not",
    "OneOf",
    "Or",
    "Param",
    "Path",
    "Read",
    "Reader",
    "Reference",
    "Root",
    "Row",
    "RowStep",
    "Rules",
    "Step",
    "Switch",
    "TextTemplate",
    "Trigger",
    "Type",
    "Value",
    "Via",
    "Wording",
    "advice",
    "as_compared",
    "as_sealed",
    "as_spelled",
    "begin_at",
    "clock",
    "compile",
    "compile_text",
    "date_format",
    "divide",
    "evaluate_batch",
    "evaluate_request",
    "evaluator",
    "exact",
    "fit_number",
    "functions_with",
    "is_spelled",
    "joined_texts",
    "like_parts",
    "list_of",
    "lowered",
    "match_pattern",
    "matches",
    "multiply",
    "names_in",
    "number",
    "number_format",
    "number_literal",
    "only_rows",
    "out_of_range",
    "paths_of",
    "rebuilt",
    "seen_between",
    "short_reciprocal",
    "too_long",
    "trace",
    "veiled",
    "written",
]
