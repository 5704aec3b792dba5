"""What is known before a statement is built: absent values of the acting person, and conditions that no row decides.

Null never grants (FORMULA section 4): where a comparison is marked `never`, a null attribute makes it false here, in the
tree, so that no SQL is made that could match rows whose column is null too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch

from engine.formula import (
    TRUTH,
    And,
    Arith,
    Call,
    Case,
    Coalesce,
    Compare,
    Constant,
    IsNull,
    Node,
    Not,
    OneOf,
    Or,
    Read,
    Value,
    rebuilt,
)

from .closed import parameter_of

Known = Mapping[str, Value]
"""Per parameter: None (it is null), True or False (it is that), or "some" (a value that is bound)."""


def fold(node: Node, known: Known) -> Node:
    """The tree with everything decided that `known` decides; its truth in every row stays the same."""
    parameter = parameter_of(node)
    if parameter is not None:
        return _parameter(node, known[parameter])
    after = rebuilt(node, lambda child: fold(child, known))
    if isinstance(node, (Compare, OneOf)) and node.never:
        after = _never(node, after)
    return _settled(after)


def truth(value: bool | None) -> Constant:
    """A condition that is decided."""
    return Constant(type=TRUTH if value is not None else TRUTH.nullable(), value=value)


def is_null(node: Node) -> bool:
    """Whether a node is the constant null."""
    return isinstance(node, Constant) and node.value is None


def _parameter(node: Node, known: Value) -> Node:
    if known is None:
        return Constant(type=node.type.nullable(), value=None)
    if isinstance(known, bool):
        return truth(known)
    return replace(node, type=node.type.nullable(null=False))


def _never(before: Compare | OneOf, after: Node) -> Node:
    """A comparison of two non-literals of which one turned out to be absent: no; a literal null still tests."""
    if isinstance(after, Compare):
        return truth(after.op == "!=") if is_null(after.left) or is_null(after.right) else after
    if not isinstance(before, OneOf) or not isinstance(after, OneOf):
        return after
    literal = [isinstance(option, Constant) for option in before.options]
    pairs = zip(after.options, literal, strict=True)
    if is_null(after.value) and not isinstance(before.value, Constant):
        return replace(after, options=tuple(option for option, known in pairs if known))
    return replace(after, options=tuple(option for option, known in pairs if known or not is_null(option)))


@singledispatch
def _settled(node: Node) -> Node:
    return node


@_settled.register
def _compare(node: Compare) -> Node:
    if not (is_null(node.left) or is_null(node.right)):
        return node
    if node.op not in ("=", "!="):
        return truth(None)
    other = node.right if is_null(node.left) else node.left
    return _is_null(IsNull(type=TRUTH, value=other, negated=node.op == "!="))


@_settled.register
def _is_null(node: IsNull) -> Node:
    if isinstance(node.value, Constant) or (parameter_of(node.value) is not None and not node.value.type.null):
        return truth(is_null(node.value) is not node.negated)
    return node


@_settled.register
def _one_of(node: OneOf) -> Node:
    if not node.options:
        return truth(node.negated)
    if is_null(node.value):
        tests = tuple(_is_null(IsNull(type=TRUTH, value=option)) for option in node.options)
        found = _or(Or(type=TRUTH, items=tests))
        return _not(Not(type=TRUTH, value=found)) if node.negated else found
    return node


@_settled.register
def _and(node: And) -> Node:
    return _joined(node, node.items, decisive=False)


@_settled.register
def _or(node: Or) -> Node:
    return _joined(node, node.items, decisive=True)


def _joined(node: And | Or, items: tuple[Node, ...], decisive: bool) -> Node:
    left = tuple(item for item in items if not (isinstance(item, Constant) and item.value is (not decisive)))
    if any(isinstance(item, Constant) and item.value is decisive for item in left):
        return truth(decisive)
    if not left:
        return truth(not decisive)
    return left[0] if len(left) == 1 else replace(node, items=left)


@_settled.register
def _not(node: Not) -> Node:
    if isinstance(node.value, Constant):
        return truth(None if node.value.value is None else not node.value.value)
    return node


@_settled.register
def _case(node: Case) -> Node:
    arms: list[tuple[Node, Node]] = []
    for condition, value in node.arms:
        if isinstance(condition, Constant) and condition.value is True:
            return replace(node, arms=tuple(arms), default=value) if arms else _of_type(value, node)
        if not isinstance(condition, Constant):
            arms.append((condition, value))
    return replace(node, arms=tuple(arms)) if arms else _of_type(node.default, node)


def _of_type(found: Node, node: Node) -> Node:
    """What is left of a node: a null keeps its type, which PostgreSQL asks for where it adds up."""
    return Constant(type=node.type.nullable(), value=None) if is_null(found) else found


@_settled.register
def _coalesce(node: Coalesce) -> Node:
    items = tuple(item for item in node.items if not is_null(item))
    if not items:
        return Constant(type=node.type, value=None)
    return items[0] if len(items) == 1 or not items[0].type.null else replace(node, items=items)


@_settled.register(Arith)
@_settled.register(Call)
def _strict(node: Node) -> Node:
    nulls = isinstance(node, Call) and node.function.nulls
    return Constant(type=node.type.nullable(), value=None) if not nulls and any(map(is_null, node.children())) else node


def kept(tree: Node) -> tuple[str, ...]:
    """The names of the parameters that a folded tree still reads."""
    return tuple(dict.fromkeys(name for node in tree.walk() if isinstance(node, Read) and (name := parameter_of(node)) is not None))
