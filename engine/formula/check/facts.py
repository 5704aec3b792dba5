"""Flow facts: which paths are known not to be null where a condition is true."""

from __future__ import annotations

from engine.formula.nodes import And, Call, Compare, Constant, IsNull, Node, Not, OneOf, Read

from .state import Fact, fact_of

_NOTHING: frozenset[Fact] = frozenset()


def total(node: Node) -> bool:
    """Whether the condition is never null, so that "not true" means false and short-circuits an `and`."""
    return not node.type.null


def known_when_true(node: Node) -> frozenset[Fact]:
    """The paths that are not null wherever `node` is true."""
    match node:
        case And():
            return _NOTHING.union(*map(known_when_true, node.items))
        case IsNull(negated=True):
            return operands(node.value)
        case Not(value=Call() as call) if call.function.name == "ISBLANK":
            return fact_of(call.args[0])
        case Not(value=IsNull(negated=False) as test):
            return operands(test.value)
        case Compare():
            return _compared(node)
        case OneOf(negated=False):
            return operands(node.value) if all(isinstance(o, Constant) and o.value is not None for o in node.options) else _NOTHING
        case Read():
            return fact_of(node)
    return _NOTHING


def _compared(node: Compare) -> frozenset[Fact]:
    if node.op == "!=":
        return _NOTHING
    if node.op != "=" or node.never:
        return operands(node.left) | operands(node.right)
    if isinstance(node.right, Constant):
        return operands(node.left)
    return operands(node.right) if isinstance(node.left, Constant) else _NOTHING


def operands(node: Node) -> frozenset[Fact]:
    """The paths that are not null wherever the value of `node` is not null."""
    return fact_of(node)
