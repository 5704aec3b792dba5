"""What is allowed and yet most likely not meant: warnings that `loom check` shows beside the mistakes (FORMULA section 4)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message

from .contexts import Context
from .formula import Formula
from .issues import FormulaIssue
from .names import Root
from .nodes import Arith, Call, Compare, Constant, IsNull, Node, Read
from .types import Kind


def advice(formula: Formula) -> tuple[FormulaIssue, ...]:
    """The warnings about a formula: FX310 quotients compared, FX311 decided before, FX711 blanks pass."""
    return (*_quotients(formula.tree), *_decided(formula.tree), *_blanks(formula))


def _quotients(tree: Node) -> Iterator[FormulaIssue]:
    for node in tree.walk():
        if isinstance(node, Compare) and node.op in ("=", "!=") and (_divides(node.left) or _divides(node.right)):
            yield FormulaIssue(
                "FX310", Message("a quotient is seldom exactly equal"), node.start, node.end, Message("compare rounded values")
            )


def _divides(node: Node) -> bool:
    if isinstance(node, Arith):
        return (node.op == "/" and node.type.kind is Kind.NUMBER) or _divides(node.left) or _divides(node.right)
    return isinstance(node, Call) and node.function.name in ("ABS", "MOD") and any(map(_divides, node.args))


def _decided(tree: Node) -> Iterator[FormulaIssue]:
    for node in tree.walk():
        if isinstance(node, IsNull) and isinstance(node.value, Read) and not node.value.type.null:
            words = "this is always true" if node.negated else "this is never true"
            yield FormulaIssue("FX311", Message(words), node.start, node.end)
        if node is tree and isinstance(node, Constant) and isinstance(node.value, bool) and node.end - node.start > len("=false"):
            words = "this is always true" if node.value else "this is never true"
            yield FormulaIssue("FX311", Message(words), node.start, node.end)


def _blanks(formula: Formula) -> Iterator[FormulaIssue]:
    if formula.context is not Context.CHECK or not formula.tree.type.null:
        return
    told = {node.value.path.field for node in formula.tree.walk() if isinstance(node, IsNull) and isinstance(node.value, Read)}
    for node in formula.tree.walk():
        own = isinstance(node, Read) and node.path.root is Root.ROW and not node.path.hops and node.level == 0
        if own and isinstance(node, Read) and node.type.null and node.path.field not in told:
            told.add(node.path.field)
            words = Message("this check passes while {field} is blank", {"field": node.path.field})
            yield FormulaIssue("FX711", words, node.start, node.end, Message("also mark {field} required?", {"field": node.path.field}))
