"""Conditions in SQL, the same for both databases.

`positive` is true exactly where the condition is true, `negative` exactly where it is false; what they are elsewhere (false or
null) is left open, which is what lets `a = b` stay `a = b` and use an index. `exact` has all three values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from functools import singledispatchmethod
from typing import Any, Literal

from sqlalchemy import Boolean, ColumnElement, and_, false, func, not_, null, or_, true, type_coerce
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import Grouping

from engine.formula import (
    TRUTH,
    And,
    Compare,
    Constant,
    IsNull,
    Node,
    Not,
    OneOf,
    Or,
)

from .stepwise import all_of

Condition = ColumnElement[bool]
Sides = tuple[ColumnElement[Any], ColumnElement[Any]]

Operator = Literal["=", "!=", "<", "<=", ">", ">="]
_OPPOSITE: dict[Operator, Operator] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operators.eq,
    "!=": operators.ne,
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


class Conditions(ABC):
    """What both compilers know about truth; they bring the operands."""

    @abstractmethod
    def value(self, node: Node) -> ColumnElement[Any]:
        """The value of any node, with all three values where it is a condition."""

    @abstractmethod
    def sides(self, left: Node, right: Node) -> Sides:
        """Two operands in a form in which the database compares them rightly."""

    @singledispatchmethod
    def positive(self, node: Node) -> Condition:
        """SQL that is true exactly where `node` is true."""
        return self.value(node)

    @positive.register
    def _(self, node: Constant) -> Condition:
        return true() if node.value is True else false()

    @positive.register
    def _(self, node: And) -> Condition:
        return all_of(node.items, [self.positive(item) for item in node.items])

    @positive.register
    def _(self, node: Or) -> Condition:
        return or_(*(self.positive(item) for item in node.items))

    @positive.register
    def _(self, node: Not) -> Condition:
        return self.negative(node.value)

    @positive.register
    def _(self, node: IsNull) -> Condition:
        value = self.value(node.value)
        return value.is_not(None) if node.negated else value.is_(None)

    @positive.register
    def _(self, node: Compare) -> Condition:
        left, right = self.sides(node.left, node.right)
        plain: Condition = _OPERATORS[node.op](left, right)
        if node.op == "=":
            both = node.left.type.null and node.right.type.null and not node.never
            return left.is_not_distinct_from(right) if both else plain
        if node.op == "!=":
            return _unequal(node, left, right, plain)
        return plain

    @positive.register
    def _(self, node: OneOf) -> Condition:
        if not _listed(node):
            return self.positive(_spelled(node))
        sides = [self.sides(node.value, option) for option in node.options]
        value = sides[0][0]
        found = value.in_([option for _, option in sides])
        if not node.negated:
            return found
        return or_(not_(found), value.is_(None)) if node.value.type.null else not_(found)

    @singledispatchmethod
    def negative(self, node: Node) -> Condition:
        """SQL that is true exactly where `node` is false."""
        return _not(self.value(node))

    @negative.register
    def _(self, node: Constant) -> Condition:
        return true() if node.value is False else false()

    @negative.register
    def _(self, node: And) -> Condition:
        return or_(*(self.negative(item) for item in node.items))

    @negative.register
    def _(self, node: Or) -> Condition:
        return all_of(node.items, [self.negative(item) for item in node.items])

    @negative.register
    def _(self, node: Not) -> Condition:
        return self.positive(node.value)

    @negative.register
    def _(self, node: IsNull) -> Condition:
        return self.positive(replace(node, negated=not node.negated))

    @negative.register
    def _(self, node: OneOf) -> Condition:
        return self.positive(replace(node, negated=not node.negated))

    @negative.register
    def _(self, node: Compare) -> Condition:
        return self.positive(replace(node, op=_OPPOSITE[node.op]))

    @singledispatchmethod
    def exact(self, node: Node) -> Condition:
        """SQL that is true, false or null as `node` is."""
        return self.value(node)

    @exact.register
    def _(self, node: Constant) -> Condition:
        return type_coerce(null(), Boolean()) if node.value is None else self.positive(node)

    @exact.register
    def _(self, node: And) -> Condition:
        return and_(*(self.exact(item) for item in node.items))

    @exact.register
    def _(self, node: Or) -> Condition:
        return or_(*(self.exact(item) for item in node.items))

    @exact.register
    def _(self, node: Not) -> Condition:
        return _not(self.exact(node.value))

    @exact.register
    def _(self, node: IsNull) -> Condition:
        return self.positive(node)

    @exact.register
    def _(self, node: Compare) -> Condition:
        left, right = self.sides(node.left, node.right)
        plain: Condition = _OPERATORS[node.op](left, right)
        if node.op not in ("=", "!=") or not (node.left.type.null or node.right.type.null):
            return plain
        if node.never:
            return func.coalesce(plain, true() if node.op == "!=" else false())
        return left.is_not_distinct_from(right) if node.op == "=" else left.is_distinct_from(right)

    @exact.register
    def _(self, node: OneOf) -> Condition:
        if not _listed(node):
            return self.exact(_spelled(node))
        found = self.positive(replace(node, negated=False))
        total = func.coalesce(found, false()) if node.value.type.null else found
        return _not(total) if node.negated else total


def _not(condition: Condition) -> Condition:
    """Between parentheses, because NOT binds less than a comparison, which SQLAlchemy does not write."""
    return Grouping(not_(condition))


def _unequal(node: Compare, left: ColumnElement[Any], right: ColumnElement[Any], plain: Condition) -> Condition:
    """`!=` where it is true; with `never` also where any side is null, else where exactly one is."""
    nulls = [side.is_(None) for side, each in ((left, node.left), (right, node.right)) if each.type.null]
    if len(nulls) == 2 and not node.never:
        return left.is_distinct_from(right)
    return or_(plain, *nulls) if nulls else plain


def _listed(node: OneOf) -> bool:
    """Whether IN says the same: no option may be null."""
    return not any(option.type.null for option in node.options)


def _spelled(node: OneOf) -> Node:
    """The OR of equalities that a list stands for."""
    tests = tuple(equal(node.value, option, never=node.never) for option in node.options)
    found = Or(type=TRUTH, items=tests)
    return Not(type=TRUTH, value=found) if node.negated else found


def equal(left: Node, right: Node, *, never: bool = False) -> Node:
    """`left = right`, where a literal null tests."""
    if isinstance(right, Constant) and right.value is None:
        return IsNull(type=TRUTH, value=left)
    literal = isinstance(left, Constant) or isinstance(right, Constant)
    return Compare(type=TRUTH, op="=", left=left, right=right, never=never and not literal)
