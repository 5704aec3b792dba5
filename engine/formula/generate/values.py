"""Values as Python: strict operations share one null check in front, everything else is a conditional expression."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from engine.formula import reading
from engine.formula.frame import Frame, Row, Value
from engine.formula.functions.texts import limited
from engine.formula.names import Root
from engine.formula.nodes import (
    Arith,
    Call,
    Case,
    Coalesce,
    Concat,
    Constant,
    Convert,
    Decide,
    Element,
    HasRole,
    IsNew,
    Label,
    Negate,
    Node,
    Read,
    Switch,
)
from engine.formula.numbers import PLACES, multiply, rounded_half_up, short_product, short_reciprocal
from engine.formula.operations import arithmetic, converted, opposite, printed, worded
from engine.formula.types import Kind, Type, number_literal

from .write import NEVER, NONE, SOMETIMES, Blank, Fragment, Known, bind, call, choose, compared, key, load, not_null, whole

if TYPE_CHECKING:
    from .generator import Generator

NATIVE = 28
"""Digits that the default decimal context holds exactly."""


def constant(g: Generator, node: Constant, known: Known) -> Fragment:
    """A constant."""
    return Fragment((), g.names.constant(node.value), known) if node.value is not None else Fragment((NONE,), NONE, known)


def read(g: Generator, node: Read, known: Known) -> Fragment:
    """A path: once read in a stretch of code it is kept in a variable."""
    at = key(node)
    if at in known.variables:
        return Fragment((), load(known.variables[at]), known)
    value = _reading(g, node, known)
    if not node.type.null and not node.path.hops and node.path.root is Root.ROW:
        return Fragment((), value, known)
    name = g.names.fresh()
    return Fragment((bind(name, value),), load(name), known.having(at, name))


def _reading(g: Generator, node: Read, known: Known) -> ast.expr:
    path = node.path
    if path.root is not Root.ROW:
        source = reading.SURROUNDINGS[path.root]
        return call(g.names.constant(lambda frame: reading.follow(source(frame), frame, path)), load("frame"))
    row = load(known.rows[node.level])
    if not path.hops:
        return ast.Subscript(row, ast.Constant(path.field), ast.Load())
    follow = reading.follow if node.level == 0 else reading.follow_row

    def over(row: Row, frame: Frame) -> Value:
        return follow(row, frame, path)

    return call(g.names.constant(over), row, load("frame"))


def element(g: Generator, node: Element, known: Known) -> Fragment:
    """The item of a list; it may be null."""
    name = g.names.fresh()
    return Fragment((bind(name, load(known.rows[node.level])),), load(name), known)


def arith(g: Generator, node: Arith, known: Known) -> Fragment:
    """`+ - * /`: operators where the default decimal context is exact, else functions of ours."""
    if node.op == "/" and isinstance(node.right, Constant) and isinstance(node.right.value, Decimal) and node.left.type.kind is Kind.NUMBER:
        inverse = short_reciprocal(node.right.value)
        if inverse is not None and _exact("*", node.left.type, number_literal(inverse)):
            left = g.fragment(node.left, known)
            return Fragment(left.guards, ast.BinOp(left.pure, ast.Mult(), g.names.constant(inverse)), left.known)
    left = g.fragment(node.left, known)
    right = g.fragment(node.right, left.known)
    guards = left.guards + right.guards
    if node.type.kind is Kind.NUMBER and _exact(node.op, node.left.type, node.right.type):
        return Fragment(guards, ast.BinOp(left.pure, _OPERATORS[node.op](), right.pure), right.known)
    function, warning = arithmetic(node)
    if function is multiply and _short(node.left.type, node.right.type):
        function = short_product
    never = not warning or (node.op in "+-*" and node.type.kind is Kind.NUMBER)
    blank = NEVER if never else Blank(True, warning, f'"{node.op}"')
    return g.applied(function, Fragment(guards, NONE, right.known), [left.pure, right.pure], blank)


_OPERATORS: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}


def _short(a: Type, b: Type) -> bool:
    """Whether the product of two numbers has no more places than are kept."""
    return a.scale is not None and b.scale is not None and a.scale + b.scale <= PLACES


def _exact(op: str, a: Type, b: Type) -> bool:
    if a.kind is not Kind.NUMBER or b.kind is not Kind.NUMBER or op == "/":
        return False
    if a.digits is None or a.scale is None or b.digits is None or b.scale is None:
        return False
    if op == "*":
        return a.digits + b.digits <= NATIVE and a.scale + b.scale <= PLACES
    return max(a.digits - a.scale, b.digits - b.scale) + 1 + max(a.scale, b.scale) <= NATIVE


def negate(g: Generator, node: Negate, known: Known) -> Fragment:
    """The other sign."""
    inner = g.fragment(node.value, known)
    digits = node.value.type.digits
    if node.type.kind is Kind.NUMBER and digits is not None and digits <= NATIVE:
        return Fragment(inner.guards, ast.UnaryOp(ast.USub(), inner.pure), inner.known)
    return Fragment(inner.guards, call(g.names.constant(opposite), inner.pure), inner.known)


def _join(frame: Frame, *items: Value) -> str:
    return limited("".join([printed(item, frame) for item in items]))


def concat(g: Generator, node: Concat, known: Known) -> Fragment:
    """`&`."""
    return Fragment((), call(g.names.constant(_join), load("frame"), *(g.value(item, known) for item in node.items)), known)


def case(g: Generator, node: Case, known: Known) -> Fragment:
    """IF and IFS."""
    default = g.fragment(node.default, known)
    result, null = whole(default), bool(default.guards)
    for test, value in reversed(node.arms):
        condition, inside = g.true(test, known)
        fragment = g.fragment(value, inside)
        null = null or bool(fragment.guards)
        result = choose(condition, whole(fragment), result)
    return g.bound(result, null, known)


def switch(g: Generator, node: Switch, known: Known) -> Fragment:
    """SWITCH."""
    name, default = g.names.fresh(), g.fragment(node.default, known)
    result, null = whole(default), bool(default.guards)
    for i, (each, value) in reversed(list(enumerate(node.arms))):
        subject = bind(name, g.value(node.value, known)) if i == 0 else load(name)
        fragment = g.fragment(value, known)
        null = null or bool(fragment.guards)
        result = choose(compared(subject, ast.Eq(), g.value(each, known)), whole(fragment), result)
    return g.bound(result, null, known)


def coalesce(g: Generator, node: Coalesce, known: Known) -> Fragment:
    """The first that is not null."""
    last = g.fragment(node.items[-1], known)
    result, null = whole(last), bool(last.guards)
    for item in reversed(node.items[:-1]):
        fragment, name = g.fragment(item, known), g.names.fresh()
        null = null and bool(fragment.guards)
        result = choose(not_null(bind(name, whole(fragment))), load(name), result)
    return g.bound(result, null, known)


def function(g: Generator, node: Call, known: Known) -> Fragment:
    """A function of the table; ROUND at constant places is an operation of Decimal."""
    row = node.function
    if row.name == "ROUND":
        rounded = _round(g, node, known)
        if rounded is not None:
            return rounded
    if row.nulls:
        args = [g.value(arg, known) for arg in node.args]
        lead = [load("frame")] if row.frame else []
        result = call(g.names.constant(row.python), *lead, *args)
        never = isinstance(row.result, Type) and not row.result.null
        return g.bound(g.warned(result, row.warning, row.name), not never, known)
    guards: tuple[ast.expr, ...] = ()
    args = []
    for arg in node.args:
        fragment = g.fragment(arg, known)
        guards, known = guards + fragment.guards, fragment.known
        args.append(fragment.pure)
    if row.frame:
        args.insert(0, load("frame"))
    return g.applied(row.python, Fragment(guards, NONE, known), args, Blank(bool(row.warning), row.warning, row.name))


def _round(g: Generator, node: Call, known: Known) -> Fragment | None:
    value, places = node.args[0], node.args[1]
    n = int(places.value) if isinstance(places, Constant) and isinstance(places.value, Decimal) else -1
    if not 0 <= n < PLACES:
        return None
    inner, quantum = g.fragment(value, known), g.names.constant(_QUANTA[n])
    digits, scale = value.type.digits, value.type.scale
    if digits is None or scale is None or digits > NATIVE or digits - scale + 1 + n > NATIVE:
        return Fragment(inner.guards, call(g.names.constant(rounded_half_up), inner.pure, quantum), inner.known)
    if scale <= n:
        return inner
    rounded = call(g.names.constant(Decimal.quantize), inner.pure, quantum, g.names.constant(ROUND_HALF_UP))
    return Fragment(inner.guards, rounded, inner.known)


_QUANTA = [Decimal(1).scaleb(-n) for n in range(NATIVE + 1)]


def label(g: Generator, node: Label, known: Known) -> Fragment:
    """LABEL."""
    inner, labels = g.fragment(node.value, known), node.labels

    def words(code: str, frame: Frame) -> str:
        return worded(code, labels, frame.language)

    return Fragment(inner.guards, call(g.names.constant(words), inner.pure, load("frame")), inner.known)


def has_role(g: Generator, node: HasRole, known: Known) -> Fragment:
    """HASROLE."""
    role = node.role
    return Fragment((), call(g.names.constant(lambda frame: role in frame.roles), load("frame")), known)


def is_new(g: Generator, node: IsNew, known: Known) -> Fragment:
    """ISNEW."""
    return Fragment((), call(g.names.constant(lambda frame: frame.old is None), load("frame")), known)


def decide(g: Generator, node: Decide, known: Known) -> Fragment:
    """DECIDE."""
    table = node.table

    def answer(frame: Frame, record: Row | int) -> Value:
        return frame.decide(table, record)

    if node.record is None:
        return g.bound(call(g.names.constant(answer), load("frame"), load(known.rows[node.level])), True, known)
    inner = g.fragment(node.record, known)
    return g.applied(answer, inner, [load("frame"), inner.pure], SOMETIMES)


def convert(g: Generator, node: Convert, known: Known) -> Fragment:
    """CONVERT."""
    guards: tuple[ast.expr, ...] = ()
    args: list[ast.expr] = [load("frame")]
    for part in (node.amount, node.source, node.target, node.on):
        fragment = g.fragment(part, known)
        guards, known = guards + fragment.guards, fragment.known
        args.append(fragment.pure)
    return g.applied(converted, Fragment(guards, NONE, known), args, SOMETIMES)


Builder = Callable[..., Fragment]
VALUES: dict[type[Node], Builder] = {
    Constant: constant, Read: read, Element: element, Arith: arith, Negate: negate, Concat: concat, Case: case, Switch: switch,
    Coalesce: coalesce, Call: function, Label: label, HasRole: has_role, IsNew: is_new, Decide: decide, Convert: convert,
}  # fmt: skip
