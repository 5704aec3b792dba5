"""The pieces of generated Python: names, constants by table, null guards, what is known at a point of the code."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import field, replace

from engine.formula.frame import Value
from engine.formula.names import Root
from engine.formula.nodes import Read
from engine.frozen import frozen

Key = tuple[Root, int, tuple[str, ...]]


def key(node: Read) -> Key:
    """What makes two readings the same."""
    return node.path.root, node.level if node.path.root is Root.ROW else 0, node.path.names


@frozen
class Known:
    """What holds at a point of the code: variables that hold a path's value, not null; the variable of each level's row."""

    variables: Mapping[Key, str] = field(default_factory=dict)
    rows: Mapping[int, str] = field(default_factory=lambda: {0: "row"})

    def having(self, path: Key, variable: str) -> Known:
        """Also this path."""
        return replace(self, variables={**self.variables, path: variable})

    def inside(self, level: int, variable: str) -> Known:
        """Also the row of this level."""
        return replace(self, rows={**self.rows, level: variable})


@frozen
class Fragment:
    """A value that is null when one of `guards` is, tried in order, and `pure` otherwise; `known` holds where none is."""

    guards: tuple[ast.expr, ...]
    pure: ast.expr
    known: Known


@frozen
class Blank:
    """Whether a calculation may give null for values that are not, and the warning that goes with it."""

    possible: bool
    code: str = ""
    where: str = ""


NEVER, SOMETIMES = Blank(False), Blank(True)


class Symbols:
    """Hands out variables, and names of constants, which travel in a table and never in source."""

    def __init__(self) -> None:
        self.table: dict[str, Value] = {}
        self._of: dict[int, str] = {}
        self._count = 0

    def constant(self, value: Value) -> ast.expr:
        """The expression of a constant or of a function of ours."""
        if value is None or isinstance(value, bool):
            return ast.Constant(value)
        name = self._of.setdefault(id(value), f"k_{len(self._of) + 1}")
        self.table[name] = value
        return load(name)

    def fresh(self) -> str:
        """A new variable."""
        self._count += 1
        return f"v_{self._count}"


def load(name: str) -> ast.expr:
    """The value of a variable."""
    return ast.Name(name, ast.Load())


def bind(name: str, value: ast.expr) -> ast.expr:
    """Sets a variable and is its value."""
    return ast.NamedExpr(ast.Name(name, ast.Store()), value)


def call(function: ast.expr, *args: ast.expr) -> ast.expr:
    """function(args)."""
    return ast.Call(function, list(args), [])


def choose(test: ast.expr, yes: ast.expr, no: ast.expr) -> ast.expr:
    """yes if test else no."""
    return ast.IfExp(test, yes, no)


def compared(left: ast.expr, op: ast.cmpop, right: ast.expr) -> ast.expr:
    """left op right."""
    return ast.Compare(left, [op], [right])


NONE = ast.Constant(None)


def is_null(value: ast.expr) -> ast.expr:
    """value is None."""
    return compared(value, ast.Is(), NONE)


def not_null(value: ast.expr) -> ast.expr:
    """value is not None."""
    return compared(value, ast.IsNot(), NONE)


def both(*tests: ast.expr) -> ast.expr:
    """All of them, in order."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), list(tests))


def either(*tests: ast.expr) -> ast.expr:
    """One of them, in order."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.Or(), list(tests))


def whole(fragment: Fragment) -> ast.expr:
    """The value or None, as one expression."""
    guards, pure = fragment.guards, fragment.pure
    if not guards:
        return pure
    last = guards[-1]
    if isinstance(last, ast.NamedExpr) and isinstance(pure, ast.Name) and last.target.id == pure.id:
        return last.value if len(guards) == 1 else choose(either(*map(is_null, guards[:-1])), NONE, last.value)
    return choose(either(*map(is_null, guards)), NONE, pure)
