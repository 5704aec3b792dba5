"""The function around a generated expression, compiled without builtins; what it cannot do the closures do."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import InvalidOperation

from engine.formula.closures import closure
from engine.formula.env import Env
from engine.formula.frame import Frame, Row, Value
from engine.formula.nodes import Arith, Call, Node
from engine.formula.numbers import ZERO
from engine.formula.types import Kind

from . import conditions
from .generator import Generator
from .write import Fragment, Known, call, load, whole

_BEYOND = (KeyError, InvalidOperation)
"""A row without one of its fields, or a number with more digits than its field: rare, and right in the closures."""


def evaluator(node: Node) -> Callable[[Row, Frame], Value]:
    """A checked tree as a function of a row and what surrounds it."""
    g = Generator()
    fragment = g.fragment(node, Known())
    if node.type.kind is Kind.NUMBER and any(isinstance(each, Arith | Call) for each in node.walk()):
        fragment = Fragment(fragment.guards, ast.BoolOp(ast.Or(), [fragment.pure, g.names.constant(ZERO)]), fragment.known)
    return _compiled(g, whole(fragment), _oracle(node))


def condition(node: Node, null: bool) -> Callable[[Row, Frame], bool]:
    """Whether a checked condition holds, an unknown one counting as `null`."""
    g = Generator()
    oracle = _oracle(node)

    def slow(row: Row, frame: Frame) -> bool:
        value = oracle(row, frame)
        return null if value is None else value is True

    test = conditions.false(g, node, Known())[0] if null else conditions.true(g, node, Known())[0]
    truth = ast.UnaryOp(ast.Not(), test) if null else call(g.names.constant(bool), test)
    return _compiled(g, truth, slow)  # type: ignore[return-value]


def _oracle(node: Node) -> Callable[[Row, Frame], Value]:
    run = closure(node)
    return lambda row, frame: run(Env(frame, (row,)))


def _compiled(g: Generator, value: ast.expr, oracle: Callable[[Row, Frame], Value]) -> Callable[[Row, Frame], Value]:
    slow = call(g.names.constant(oracle), load("row"), load("frame"))
    handler = ast.ExceptHandler(g.names.constant(_BEYOND), None, [ast.Return(slow)])
    body = ast.Try([ast.Return(value)], [handler], [], [])
    parameters = ast.arguments([], [ast.arg("row"), ast.arg("frame")], None, [], [], None, [])
    function = ast.FunctionDef("formula", parameters, [body], [])
    module = ast.fix_missing_locations(ast.Module([function], []))
    space: dict[str, object] = {"__builtins__": {}, **g.names.table}
    exec(compile(module, "<formula>", "exec"), space)
    made: Callable[[Row, Frame], Value] = space["formula"]  # type: ignore[assignment]
    return made
