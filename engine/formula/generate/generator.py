"""The generator of one formula: which builder makes which node."""

from __future__ import annotations

import ast
from collections.abc import Callable

from engine.formula.frame import Frame, Value
from engine.formula.nodes import Aggregate, Node

from . import conditions
from .rows import aggregate
from .values import VALUES
from .write import NEVER, Blank, Fragment, Known, Symbols, bind, call, load, whole

_BUILDERS: dict[type[Node], Callable[..., Fragment]] = {**VALUES, **conditions.CONDITIONS, Aggregate: aggregate}


class Generator:
    """Makes fragments; the builders of the nodes call back into it."""

    def __init__(self) -> None:
        self.names = Symbols()

    def fragment(self, node: Node, known: Known) -> Fragment:
        """The node as a fragment."""
        return _BUILDERS[type(node)](self, node, known)

    def value(self, node: Node, known: Known) -> ast.expr:
        """The value of the node, or None."""
        return whole(self.fragment(node, known))

    def true(self, node: Node, known: Known) -> tuple[ast.expr, Known]:
        """A test that the node is true."""
        return conditions.true(self, node, known)

    def bound(self, value: ast.expr, null: bool, known: Known) -> Fragment:
        """A calculated value: kept in a variable when it may be null."""
        if not null:
            return Fragment((), value, known)
        name = self.names.fresh()
        return Fragment((bind(name, value),), load(name), known)

    def warned(self, value: ast.expr, code: str, where: str) -> ast.expr:
        """The value, the frame being told when it is None."""
        return call(self.names.constant(_told(code, where)), load("frame"), value) if code else value

    def applied(self, function: Callable[..., Value], args: Fragment, values: list[ast.expr], blank: Blank = NEVER) -> Fragment:
        """A strict function of values that are not null; its answer may be null as `blank` says."""
        result = call(self.names.constant(function), *values)
        inner = self.bound(self.warned(result, blank.code, blank.where), blank.possible, args.known)
        return Fragment(args.guards + inner.guards, inner.pure, inner.known)


def _told(code: str, where: str) -> Callable[[Frame, Value], Value]:
    def tell(frame: Frame, value: Value) -> Value:
        if value is None:
            frame.warn(code, where)
        return value

    return tell
