"""`SEARCH(s, t) > 0`, which is how people filter texts, as what it asks: whether one text contains another, in small letters both."""

from __future__ import annotations

from decimal import Decimal

from engine.formula import FUNCTIONS, TRUTH, Call, Compare, Constant, Kind, Node, rebuilt

(_LOWER,) = FUNCTIONS["LOWER"]
_CONTAINS = next(row for row in FUNCTIONS["CONTAINS"] if Kind.TEXT in row.params[0].kinds)


def asked_within(tree: Node) -> Node:
    """A tree in which no place is looked for that nobody wants to know."""

    def visit(node: Node) -> Node:
        node = rebuilt(node, visit)
        if isinstance(node, Compare) and node.op == ">" and _is(node.right, 0) and isinstance(node.left, Call):
            return _contained(node, node.left)
        return node

    return visit(tree)


def is_within(node: Node) -> bool:
    """Whether a node asks if a text contains another."""
    return isinstance(node, Call) and node.function is _CONTAINS


def _contained(node: Compare, search: Call) -> Node:
    if search.function.name != "SEARCH" or not _is(search.args[2], 1):
        return node
    part, text = (Call(type=arg.type, start=arg.start, end=arg.end, function=_LOWER, args=(arg,)) for arg in search.args[:2])
    type_ = TRUTH.nullable(part.type.null or text.type.null)
    return Call(type=type_, start=node.start, end=node.end, function=_CONTAINS, args=(text, part))


def _is(node: Node, number: int) -> bool:
    return isinstance(node, Constant) and node.value == Decimal(number)
