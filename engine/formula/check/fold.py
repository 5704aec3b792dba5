"""Constant folding: a node over constants becomes its value, unless that would hide a warning or need a frame."""

from __future__ import annotations

from decimal import Decimal

from engine.formula.closures import constant
from engine.formula.issues import FormulaFailure
from engine.formula.nodes import Arith, Call, Case, Coalesce, Compare, Concat, Constant, IsNull, Negate, Node, Not, OneOf
from engine.formula.types import Kind, Type, number_literal

from .fit import span
from .state import State

_FOLDABLE = (Arith, Negate, Compare, IsNull, OneOf, Not, Concat, Coalesce, Case)


def folded(state: State, node: Node) -> Node:
    """The node, or the constant it always gives; a constant beyond the range is FX605."""
    if not _foldable(node) or not all(isinstance(child, Constant) and child.type.kind is not Kind.ERROR for child in node.children()):
        return node
    try:
        value = constant(node)
    except FormulaFailure as failure:
        return state.wrong(failure.code, failure.message, span(node))
    if value is None:
        return node
    return Constant(value, type=_typed(node.type, value), start=node.start, end=node.end)


def _foldable(node: Node) -> bool:
    if isinstance(node, Call):
        return not node.function.frame and not node.function.clock
    if isinstance(node, Concat):
        return all(item.type.kind is not Kind.DATETIME for item in node.items)
    return isinstance(node, _FOLDABLE)


def _typed(type_: Type, value: object) -> Type:
    return number_literal(value, type_.currency) if isinstance(value, Decimal) else type_.nullable(False)
