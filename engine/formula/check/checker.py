"""From the untyped to the typed tree: one visit per node, collecting every issue."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from engine.errors import Message
from engine.formula.nodes import And, Constant, Node, Or
from engine.formula.numbers import EXACT, exact
from engine.formula.syntax import Binary, Call, Group, In, Joined, Name, Number, Syntax, Text, Truth, Unary
from engine.formula.types import NULL, TRUTH, Kind, Type, number_literal

from . import operators
from .calls import Calls
from .facts import known_when_true, total
from .fold import folded
from .operators import ArithOp, CompareOp
from .paths import reach, read
from .state import State

NESTING, CHAIN = 32, 100


class Checker(Calls):
    """Checks the nodes of one formula; `state` collects the issues."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.depth = 0

    def node(self, syntax: Syntax) -> Node:
        """The typed node; an issue gives a node of kind ERROR, which silences what follows from it."""
        self.depth += 1
        try:
            if self.depth > CHAIN:
                message = Message("more than {limit} levels of nesting", {"limit": CHAIN})
                return self.state.wrong("FX602", message, (syntax.start, syntax.end))
            return folded(self.state, self._node(syntax))
        finally:
            self.depth -= 1

    def _node(self, syntax: Syntax) -> Node:
        match syntax:
            case Group():
                return self.node(syntax.inner)
            case Name():
                return self.name(syntax)
            case Call():
                return self.call(syntax)
            case Number() | Text() | Truth():
                return self._literal(syntax)
        return self._operator(syntax)

    def _operator(self, syntax: Binary | Joined | In | Unary) -> Node:
        match syntax:
            case Binary():
                return self._binary(syntax)
            case Joined():
                return self._joined(syntax)
            case In():
                return self._in(syntax)
            case Unary(op="not"):
                return operators.negation(self.state, self.node(syntax.value), syntax.start, syntax.end)
        return operators.sign(self.state, syntax.op, self.node(syntax.value), syntax.start)

    def _literal(self, syntax: Number | Text | Truth) -> Node:
        if isinstance(syntax, Number):
            return self._number(syntax)
        place = {"start": syntax.start, "end": syntax.end}
        if isinstance(syntax, Truth):
            return Constant(syntax.value, type=NULL if syntax.value is None else TRUTH, **place)
        if len(syntax.value) > 1000:
            return self.state.wrong("FX604", Message("a text literal may have 1,000 characters"), (syntax.start, syntax.end))
        return Constant(syntax.value, type=Type(Kind.TEXT, False), **place)

    def _number(self, syntax: Number) -> Node:
        whole, _, places = syntax.text.partition(".")
        if len(whole.lstrip("0")) > 28 or len(places) > 20:
            message = Message("a number may have 28 digits before and 20 after the point")
            return self.state.wrong("FX604", message, (syntax.start, syntax.end))
        value = Decimal(syntax.text)
        if syntax.percent:
            value = exact(EXACT.scaleb(value, -2))
        return Constant(value, type=number_literal(value), start=syntax.start, end=syntax.end)

    def name(self, syntax: Name) -> Node:
        """A path that gives one value; a collection is FX204."""
        reached = reach(self.state, syntax)
        if reached is None:
            return Constant(None, type=Type(Kind.ERROR), start=syntax.start, end=syntax.end)
        if reached.is_many:
            return self.loose_collection(reached, syntax)
        return read(self.state, reached)

    def _binary(self, syntax: Binary) -> Node:
        if syntax.op == "^":
            return self.call(Call(syntax.start, syntax.end, "POWER", syntax.at, (syntax.left, syntax.right)))
        if syntax.op in "+-*/":
            with self.state.wanting(Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.DURATION):
                left, right = self.node(syntax.left), self.node(syntax.right)
            return operators.arith(self.state, cast(ArithOp, syntax.op), left, right, syntax.at)
        with self.state.wanting():
            left, right = self.node(syntax.left), self.node(syntax.right)
        return operators.compare(self.state, cast(CompareOp, syntax.op), left, right, (syntax.at, syntax.at + len(syntax.op)))

    def _joined(self, syntax: Joined) -> Node:
        if syntax.op == "&":
            return operators.concat(self.state, [self.node(item) for item in syntax.items])
        return self.logic(syntax.op, syntax.items, syntax.start, syntax.end)

    def logic(self, op: str, items: tuple[Syntax, ...], start: int, end: int) -> Node:
        """`and` and `or`, also written as functions; what the earlier items of an `and` prove holds in the later ones."""
        checked: list[Node] = []
        before = self.state.facts
        for item in items:
            with self.state.wanting(Kind.BOOLEAN):
                node = operators.condition(self.state, self.node(item), op.upper())
            checked.append(node)
            if op == "and" and total(node):
                self.state.facts |= known_when_true(node)
        self.state.facts = before
        type_ = TRUTH.nullable(any(node.type.null for node in checked))
        kind = And if op == "and" else Or
        return kind(tuple(checked), type=type_, start=start, end=end) if len(checked) > 1 else checked[0]

    def _in(self, syntax: In) -> Node:
        value, options = self.node(syntax.value), [self.node(option) for option in syntax.options]
        return operators.one_of(self.state, value, options, syntax.negated, (syntax.start, syntax.end))
