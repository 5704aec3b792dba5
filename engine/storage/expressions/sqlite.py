"""Formulas on SQLite: what compares columns exactly is native, all the rest is one call of the formula's own Python.

SQLite would calculate with floats beyond 64 bits and silently round, so no arithmetic is native (FORMULA 2.9, 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, bindparam, false, func, literal_column, type_coerce
from sqlalchemy.sql.type_api import TypeEngine

from engine.formula import (
    TRUTH,
    Aggregate,
    And,
    Call,
    Compare,
    Constant,
    IsNull,
    Kind,
    Node,
    Not,
    OneOf,
    Or,
    Read,
    Root,
)
from engine.storage.types import DIGITS, Number

from .arguments import travelling
from .closed import parameter_of
from .conditions import Condition, Conditions, Sides
from .functions import Functions
from .reading import Surroundings
from .residual import residual
from .rollups import COLUMN, Rollups
from .scope import Many, Scope
from .selection import Compiler, Selection
from .small import Small, swiftly
from .stepwise import all_of
from .within import is_within

Scopes = dict[int, Scope]


class Sqlite(Compiler):
    """The compiler of one selection."""

    def __init__(self, selection: Selection, functions: Functions, around: Surroundings) -> None:
        self._selection, self._functions, self._around = selection, functions, around
        self._rollups = Rollups(selection, self._filter)
        self._native = Native(selection, {0: selection.base}, self._rollups)

    def condition(self, node: Node) -> Condition:
        """Native conjuncts, and one call for the others."""
        items = list(_conjuncts(node))
        native = [item for item in items if self._native.can(item)]
        rest = [item for item in items if item not in native]
        found = [self._native.positive(item) for item in native]
        if rest:
            native.append(rest[0] if len(rest) == 1 else And(type=TRUTH.nullable(), items=tuple(rest)))
            found.append(self._called(native[-1]))
        return all_of(native, found)

    def unless(self, node: Node) -> Condition:
        return self._native.negative(node).is_not(literal_column("1")) if self._native.can(node) else self.value(node).is_not(false())

    def value(self, node: Node) -> ColumnElement[Any]:
        if self._native.plain(node) or (node.type.kind is Kind.BOOLEAN and self._native.can(node)):
            return _as_value(node, self._native.value(node))
        return self._called(node)

    def _called(self, node: Node) -> ColumnElement[Any]:
        return residual(node, self._selection, self._rollups, self._functions, self._around)

    def _filter(self, node: Node, scopes: Scopes) -> Condition | None:
        native = Native(self._selection, scopes)
        return native.positive(node) if native.can(node) else None


class Native(Conditions):
    """Comparisons of columns with columns and values, each in the form in which the column holds them."""

    def __init__(self, selection: Selection, scopes: Scopes, rollups: Rollups | None = None) -> None:
        self._selection, self._scopes, self._rollups = selection, scopes, rollups

    def can(self, node: Node) -> bool:
        """Whether a condition is native."""
        if isinstance(node, (And, Or, Not)):
            return all(self.can(child) for child in node.children())
        if isinstance(node, Compare):
            return self._comparable(node.left, node.right)
        if isinstance(node, OneOf):
            return all(self._comparable(node.value, option) for option in node.options)
        if isinstance(node, IsNull):
            return self._is_column(node.value)
        if is_within(node):
            return self._is_column(cast("Call", node).args[0]) and all(self.plain(each) for each in node.children())
        if isinstance(node, Aggregate):
            return self._searchable(node)
        return isinstance(node, Constant) or (_is_row(node) and node.type.kind is Kind.BOOLEAN)

    def plain(self, node: Node) -> bool:
        """Whether a node is a column or a bound value."""
        return isinstance(node, Constant) or self._is_column(node) or parameter_of(node) is not None

    def _is_column(self, node: Node) -> bool:
        if isinstance(node, Aggregate):
            return self._rollups is not None and node.function in COLUMN and self._rollups.can(node)
        return _is_row(node) or _is_small(node)

    def value(self, node: Node) -> ColumnElement[Any]:
        if isinstance(node, Read):
            name = parameter_of(node)
            if name is not None:
                return self._selection.bind(name, travelling(node.type))
            return self._scopes[node.level].at(node.path)
        if isinstance(node, Constant):
            return bindparam(None, node.value, travelling(node.type), unique=True)
        if isinstance(node, Call):
            first, *others = (self.value(each) for each in node.args)
            return func.instr(swiftly(first), *others) > literal_column("0") if is_within(node) else Small(first)
        if isinstance(node, Aggregate):
            return self._rollups.column(node) if self._rollups is not None and node.function in COLUMN else self._found(node)
        return self.exact(node)

    def sides(self, left: Node, right: Node) -> Sides:
        like = self._column_type(left) or self._column_type(right)
        return self._operand(left, like), self._operand(right, like)

    def _operand(self, node: Node, like: TypeEngine[Any] | None) -> ColumnElement[Any]:
        if like is None or self._is_column(node):
            return self.value(node)
        name = parameter_of(node)
        if name is not None:
            return self._selection.bind(name, like)
        return bindparam(None, cast("Constant", node).value, like, unique=True)

    def _column_type(self, node: Node) -> TypeEngine[Any] | None:
        """The type of a column, as values must be encoded that are compared with it."""
        if not self._is_column(node):
            return None
        found: TypeEngine[Any] = self.value(node).type
        return Number(0) if node.type.kind is Kind.NUMBER and not isinstance(found, Number) else found

    def _comparable(self, left: Node, right: Node) -> bool:
        if not (self.plain(left) and self.plain(right) and (self._is_column(left) or self._is_column(right))):
            return False
        if left.type.kind is not Kind.NUMBER and right.type.kind is not Kind.NUMBER:
            return Kind.MULTI_CHOICE not in (left.type.kind, right.type.kind)
        scales = {cast("Number", found).scale for found in map(self._column_type, (left, right)) if found is not None}
        return len(scales) == 1 and all(_fits(node, *scales) for node in (left, right) if not self._is_column(node))

    def _searchable(self, node: Aggregate) -> bool:
        """Whether ANY over a path of columns can be asked natively."""
        tests = [part for part in (node.value, node.filter) if part is not None]
        if node.function != "ANY" or isinstance(node.source, Node) or node.source.root is not Root.ROW:
            return False
        many = Many(self._scopes[node.level], node.source, copy=False)
        return all(Native(self._selection, {**self._scopes, node.inner: many.rows}).can(test) for test in tests)

    def _found(self, node: Aggregate) -> Condition:
        many = Many(self._scopes[node.level], cast("Any", node.source), copy=False)
        inner = Native(self._selection, {**self._scopes, node.inner: many.rows})
        many.where.extend(inner.positive(part) for part in (node.value, node.filter) if part is not None)
        return many.correlated(literal_column("1")).exists()


def _as_value(node: Node, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A native value whose raw form becomes the value of Python."""
    if node.type.kind is Kind.NUMBER and isinstance(column.type, Integer):
        return type_coerce(column, Number(0))
    return type_coerce(column, travelling(node.type)) if node.type.kind is Kind.BOOLEAN else column


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, And):
        for item in node.items:
            yield from _conjuncts(item)
    else:
        yield node


def _is_row(node: Node) -> bool:
    return isinstance(node, Read) and node.path.root is Root.ROW


def _is_small(node: Node) -> bool:
    """Whether a node is a text column in small letters."""
    return isinstance(node, Call) and node.function.name == "LOWER" and _is_row(node.args[0])


def _fits(node: Node, scale: int) -> bool:
    """Whether a value that is compared with a column of that scale has a form in it."""
    if isinstance(node, Constant) and isinstance(node.value, Decimal):
        shifted = node.value.scaleb(scale)
        return shifted == shifted.to_integral_value() and abs(shifted) < 10**DIGITS
    digits, places = node.type.digits, node.type.scale
    return digits is not None and places is not None and places <= scale and digits - places + scale <= DIGITS
