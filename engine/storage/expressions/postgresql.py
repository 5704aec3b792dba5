"""Formulas on PostgreSQL: native SQL throughout, with the results of Python."""

from __future__ import annotations

from decimal import Decimal
from functools import singledispatchmethod
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Integer, case, cast, collate, func, literal, null

from engine.errors import Message
from engine.formula import (
    TEXT,
    Aggregate,
    And,
    Arith,
    Call,
    Case,
    Coalesce,
    Compare,
    Concat,
    Constant,
    IsNull,
    Kind,
    Label,
    Negate,
    Node,
    Not,
    OneOf,
    Or,
    Read,
    Root,
    Switch,
    joined_texts,
)

from .arithmetic import arithmetic
from .closed import parameter_of
from .collections import aggregate, found
from .conditions import Condition, Conditions, Sides, equal
from .filled import fill
from .lookup import NotPushable
from .native import TEXTS, native_type
from .reading import Surroundings
from .scope import Scope
from .selection import Compiler, Selection
from .templates import call

Scopes = dict[int, Scope]


class Postgresql(Conditions, Compiler):
    """The compiler of one selection; `scopes` are the rows of each level."""

    def __init__(self, selection: Selection, around: Surroundings, scopes: Scopes | None = None) -> None:
        self.selection, self.around = selection, around
        self.scopes = {0: selection.base} if scopes is None else scopes

    def inside(self, scopes: Scopes) -> Postgresql:
        """The compiler for the arguments of an aggregate."""
        return Postgresql(self.selection, self.around, {**self.scopes, **scopes})

    def condition(self, node: Node) -> Condition:
        return self.positive(node)

    def positive(self, node: Node) -> Condition:
        return found(self, node) if isinstance(node, Aggregate) and node.function == "ANY" else super().positive(node)

    def unless(self, node: Node) -> Condition:
        return fill("{x} IS NOT TRUE", {"x": self.negative(node)}, Boolean())

    def sides(self, left: Node, right: Node) -> Sides:
        return _by_code_point(left, self._operand(left, right)), self._operand(right, left)

    def ordered(self, node: Node) -> ColumnElement[Any]:
        """A value to compare, to order by or to take the least of: texts by code point."""
        return _by_code_point(node, self.value(node))

    def _operand(self, node: Node, other: Node) -> ColumnElement[Any]:
        """A side of a comparison: whole numbers take the type of an integer column, or its index would not be used."""
        found = self._stored(node)
        if found is not None:
            return found
        column = self._stored(other)
        if column is not None and isinstance(column.type, (Integer, BigInteger)) and _whole(node):
            return self._given(node, BigInteger())
        return self.value(node)

    def _stored(self, node: Node) -> ColumnElement[Any] | None:
        if isinstance(node, Read) and node.path.root is Root.ROW:
            return self.scopes[node.level].at(node.path)
        return None

    def _given(self, node: Node, type_: Any) -> ColumnElement[Any]:
        """A constant or parameter, cast: PostgreSQL would not know the type of a bare one."""
        name = parameter_of(node)
        if name is not None:
            return cast(self.selection.bind(name, type_), type_)
        value = node.value if isinstance(node, Constant) else None
        return cast(null() if value is None else literal(_plain(value), type_), type_)

    def typed(self, node: Node, like: Node) -> ColumnElement[Any]:
        """A value; a bare null takes the type of `like`."""
        if isinstance(node, Constant) and node.value is None:
            return cast(null(), native_type(like.type))
        return self.value(node)

    @singledispatchmethod
    def value(self, node: Node) -> ColumnElement[Any]:
        """The value of any node. Raises NotPushable."""
        raise NotPushable(Message("This part cannot run in the database."), node.start, node.end)

    @value.register
    def _(self, node: And | Or | Not | Compare | IsNull | OneOf) -> ColumnElement[Any]:
        return self.exact(node)

    @value.register
    def _(self, node: Read) -> ColumnElement[Any]:
        if parameter_of(node) is not None:
            return self._given(node, native_type(node.type))
        if node.path.root is not Root.ROW:
            raise NotPushable(Message("{name} cannot be read in the database.", {"name": str(node.path)}), node.start, node.end)
        column = self.scopes[node.level].at(node.path)
        integer = node.type.kind is Kind.NUMBER and isinstance(column.type, (Integer, BigInteger))
        return cast(column, native_type(node.type)) if integer else column

    @value.register
    def _(self, node: Constant) -> ColumnElement[Any]:
        return self._given(node, native_type(node.type))

    @value.register
    def _(self, node: Arith) -> ColumnElement[Any]:
        return arithmetic(self, node)

    @value.register
    def _(self, node: Negate) -> ColumnElement[Any]:
        return fill("- {x}", {"x": self.value(node.value)}, native_type(node.type))

    @value.register
    def _(self, node: Concat) -> ColumnElement[Any]:
        parts = {f"p{at}": self.text(item) for at, item in enumerate(node.items)}
        long = [name for name, item in zip(parts, node.items, strict=True) if _may_be_long(item)]
        return fill(joined_texts([*parts], long), parts, native_type(node.type))

    @value.register
    def _(self, node: Case) -> ColumnElement[Any]:
        arms = [(self.positive(condition), self.typed(value, node)) for condition, value in node.arms]
        return case(*arms, else_=self.typed(node.default, node))

    @value.register
    def _(self, node: Switch) -> ColumnElement[Any]:
        if all(isinstance(key, Constant) and key.value is not None for key, _ in node.arms):
            keys = {f"k{at}": self.value(key) for at, (key, _) in enumerate(node.arms)}
            values = {f"v{at}": self.typed(value, node) for at, (_, value) in enumerate(node.arms)}
            arms = " ".join(f"WHEN {{k{at}}} THEN {{v{at}}}" for at in range(len(node.arms)))
            holes = {"x": self.value(node.value), "d": self.typed(node.default, node), **keys, **values}
            return fill(f"CASE {{x}} {arms} ELSE {{d}} END", holes, native_type(node.type))
        spelled = [(self.positive(equal(node.value, key)), self.typed(value, node)) for key, value in node.arms]
        return case(*spelled, else_=self.typed(node.default, node))

    @value.register
    def _(self, node: Coalesce) -> ColumnElement[Any]:
        return func.coalesce(*(self.typed(item, node) for item in node.items), type_=native_type(node.type))

    @value.register
    def _(self, node: Label) -> ColumnElement[Any]:
        words = {code: labels.get(self.around.language) or next(iter(labels.values()), code) for code, labels in node.labels.items()}
        value = self.value(node.value)
        return case(*((value == code, cast(literal(word), native_type(node.type))) for code, word in words.items()), else_=value)

    @value.register
    def _(self, node: Call) -> ColumnElement[Any]:
        return call(self, node)

    @value.register
    def _(self, node: Aggregate) -> ColumnElement[Any]:
        return aggregate(self, node)

    def text(self, node: Node) -> ColumnElement[Any]:
        """The canonical text of a value; null where it is."""
        if node.type.kind is Kind.NULL:
            return self.value(node)
        template = TEXTS.get(node.type.kind)
        if template is None:
            raise NotPushable(Message("This cannot become text in the database."), node.start, node.end)
        return fill(template, {"x": self.value(node), "zone": self.zone()}) if template != "{x}" else self.value(node)

    def zone(self) -> ColumnElement[Any]:
        """The zone of the application."""
        return cast(literal(self.around.zone.key), native_type(TEXT))


def _whole(node: Node) -> bool:
    """Whether a value to compare an integer column with is a whole number."""
    if isinstance(node, Constant):
        return isinstance(node.value, int) or (isinstance(node.value, Decimal) and node.value == node.value.to_integral_value())
    return node.type.kind is Kind.REF or (node.type.kind is Kind.NUMBER and node.type.scale == 0)


def _may_be_long(node: Node) -> bool:
    """Whether a value may have more than some hundred letters as a text: numbers, days and codes do not."""
    return node.type.kind is Kind.TEXT and not (isinstance(node, Constant) and len(str(node.value)) < 100)


def _by_code_point(node: Node, value: ColumnElement[Any]) -> ColumnElement[Any]:
    """Columns are declared so; what is calculated from them may have the collation of the database."""
    return collate(value, "C") if node.type.kind is Kind.TEXT and not isinstance(value, Column) else value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
