"""Conditions as Python: compiled for "is true" and "is false" wherever only that matters, three-valued where it does not."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.formula.nodes import And, Compare, Constant, IsNull, Node, Not, OneOf, Or

from .write import NONE, Fragment, Known, bind, both, choose, compared, either, is_null, load, not_null, whole

if TYPE_CHECKING:
    from .generator import Generator

Test = tuple[ast.expr, Known]
_OPERATORS: dict[str, type[ast.cmpop]] = {"=": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
_INVERSE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TRUE, _FALSE = ast.Constant(True), ast.Constant(False)


def true(g: Generator, node: Node, known: Known) -> Test:
    """A test that is truthy exactly where `node` is true, and what is known there."""
    match node:
        case And():
            return _all(g, node.items, known, true)
        case Or():
            return either(*(true(g, item, known)[0] for item in node.items)), known
        case Not():
            return false(g, node.value, known)
        case Compare(op="=" | "!="):
            return _equal(g, node, node.op, known)
        case Compare():
            return _ordered(g, node, node.op, known)
        case IsNull():
            return _null(g, node, node.negated, known)
        case OneOf():
            return _one_of(g, node, node.negated, known)
    return whole(g.fragment(node, known)), known


def false(g: Generator, node: Node, known: Known) -> Test:
    """A test that is truthy exactly where `node` is false, and what is known there."""
    match node:
        case And():
            return either(*(false(g, item, known)[0] for item in node.items)), known
        case Or():
            return _all(g, node.items, known, false)
        case Not():
            return true(g, node.value, known)
        case Compare(op="=" | "!="):
            return _equal(g, node, _INVERSE[node.op], known)
        case Compare():
            return _ordered(g, node, _INVERSE[node.op], known)
        case IsNull():
            return _null(g, node, not node.negated, known)
        case OneOf():
            return _one_of(g, node, not node.negated, known)
    return compared(whole(g.fragment(node, known)), ast.Is(), _FALSE), known


def _all(g: Generator, items: tuple[Node, ...], known: Known, test: object) -> Test:
    tests = []
    for item in items:
        expr, known = test(g, item, known)  # type: ignore[operator]
        tests.append(expr)
    return both(*tests), known


def _ordered(g: Generator, node: Compare, op: str, known: Known) -> Test:
    left = g.fragment(node.left, known)
    right = g.fragment(node.right, left.known)
    test = compared(left.pure, _OPERATORS[op](), right.pure)
    return both(*map(not_null, left.guards + right.guards), test), right.known


def _equal(g: Generator, node: Compare, op: str, known: Known) -> Test:
    if not node.never:
        return compared(g.value(node.left, known), _OPERATORS[op](), g.value(node.right, known)), known
    left = g.fragment(node.left, known)
    right = g.fragment(node.right, left.known)
    test = compared(left.pure, _OPERATORS[op](), right.pure)
    guards = left.guards + right.guards
    if op == "=":
        return both(*map(not_null, guards), test), right.known
    return either(*map(is_null, guards), test), known


def _null(g: Generator, node: IsNull, negated: bool, known: Known) -> Test:
    fragment = g.fragment(node.value, known)
    if negated:
        return (both(*map(not_null, fragment.guards)) if fragment.guards else _TRUE), fragment.known
    return (either(*map(is_null, fragment.guards)) if fragment.guards else _FALSE), known


def _one_of(g: Generator, node: OneOf, negated: bool, known: Known) -> Test:
    plain = [option for option in node.options if isinstance(option, Constant)]
    if len(plain) == len(node.options):
        table = g.names.constant(frozenset(option.value for option in plain))
        return compared(g.value(node.value, known), ast.NotIn() if negated else ast.In(), table), known
    name = g.names.fresh()
    tests = [_option(g, node, option, name, known) for option in node.options]
    first = compared(bind(name, g.value(node.value, known)), ast.Is(), g.names.constant(_NOWHERE))
    found = either(first, *tests)
    return (ast.UnaryOp(ast.Not(), found) if negated else found), known


_NOWHERE = object()


def _option(g: Generator, node: OneOf, option: Node, name: str, known: Known) -> ast.expr:
    test = compared(load(name), ast.Eq(), g.value(option, known))
    return both(not_null(load(name)), test) if node.never and not isinstance(option, Constant) else test


def conjunction(g: Generator, node: And, known: Known) -> Fragment:
    """AND as a value: false as soon as one item is, else unknown if one is."""
    return _kleene(g, node.items, known, False)


def disjunction(g: Generator, node: Or, known: Known) -> Fragment:
    """OR as a value: true as soon as one item is, else unknown if one is."""
    return _kleene(g, node.items, known, True)


def _kleene(g: Generator, items: tuple[Node, ...], known: Known, decisive: bool) -> Fragment:
    if not items:
        return Fragment((), ast.Constant(not decisive), known)
    first = g.fragment(items[0], known)
    rest = _kleene(g, items[1:], known, decisive)
    if not first.guards:
        yes, no = (_TRUE, whole(rest)) if decisive else (whole(rest), _FALSE)
        return g.bound(choose(first.pure, yes, no), bool(rest.guards), known)
    one, two, end = g.names.fresh(), g.names.fresh(), ast.Constant(decisive)
    unknown = choose(either(is_null(load(one)), is_null(load(two))), NONE, ast.Constant(not decisive))
    later = choose(compared(bind(two, whole(rest)), ast.Is(), end), end, unknown)
    return g.bound(choose(compared(bind(one, whole(first)), ast.Is(), end), end, later), True, known)


def negation(g: Generator, node: Not, known: Known) -> Fragment:
    """NOT as a value."""
    inner = g.fragment(node.value, known)
    return Fragment(inner.guards, ast.UnaryOp(ast.Not(), inner.pure), inner.known)


def comparison(g: Generator, node: Compare, known: Known) -> Fragment:
    """A comparison as a value; total ones are never null."""
    if node.op in ("=", "!="):
        return Fragment((), _equal(g, node, node.op, known)[0], known)
    left = g.fragment(node.left, known)
    right = g.fragment(node.right, left.known)
    return Fragment(left.guards + right.guards, compared(left.pure, _OPERATORS[node.op](), right.pure), right.known)


def total(g: Generator, node: IsNull | OneOf, known: Known) -> Fragment:
    """A test that is never null, as a value."""
    return Fragment((), true(g, node, known)[0], known)


CONDITIONS: dict[type[Node], Callable[..., Fragment]] = {
    And: conjunction,
    Or: disjunction,
    Not: negation,
    Compare: comparison,
    IsNull: total,
    OneOf: total,
}
