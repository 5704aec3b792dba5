"""Calculations over rows as Python: list comprehensions with the filter and the null checks inside."""

from __future__ import annotations

import ast
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.formula import reading
from engine.formula.frame import Frame, Row, Value
from engine.formula.names import CollectionPath, Root
from engine.formula.nodes import Aggregate
from engine.formula.numbers import ZERO
from engine.formula.operations import AGGREGATED, all_true, place
from engine.formula.types import Kind

from .conditions import true
from .values import NATIVE
from .write import NONE, Fragment, Known, bind, call, choose, is_null, load, not_null, whole

if TYPE_CHECKING:
    from .generator import Generator


def aggregate(g: Generator, node: Aggregate, known: Known) -> Fragment:
    """The calculation as one expression."""
    if node.function in ("FIRST", "LAST"):
        return _end(g, node, known)
    row = g.names.fresh()
    inside = known.inside(node.inner, row)
    tests, inside = _filter(g, node, inside)
    loop = ast.comprehension(ast.Name(row, ast.Store()), _rows(g, node, known), tests, 0)
    return g.bound(_calculated(g, node, loop, inside), node.function in _NULL, known)


_NULL = frozenset({"AVERAGE", "MIN", "MAX", "ALL"})


def _filter(g: Generator, node: Aggregate, inside: Known) -> tuple[list[ast.expr], Known]:
    if node.filter is None:
        return [], inside
    test, inside = true(g, node.filter, inside)
    return [test], inside


def _rows(g: Generator, node: Aggregate, known: Known) -> ast.expr:
    path = node.source
    if not isinstance(path, CollectionPath):
        return ast.BoolOp(ast.Or(), [g.value(path, known), ast.Tuple([], ast.Load())])
    if path.root is not Root.ROW:
        source = reading.SURROUNDINGS[path.root]
        return call(g.names.constant(lambda frame: reading.rows(source(frame), frame, path)), load("frame"))

    def over(row: Row, frame: Frame) -> Value:
        return reading.rows(row, frame, path)

    return call(g.names.constant(over), load(known.rows[node.level]), load("frame"))


def _calculated(g: Generator, node: Aggregate, loop: ast.comprehension, inside: Known) -> ast.expr:
    if node.value is None:
        return call(g.names.constant(_length), ast.ListComp(ast.Constant(True), [loop]))
    if node.function == "ANY":
        return call(g.names.constant(any), _generator(true(g, node.value, inside)[0], loop))
    fragment = g.fragment(node.value, inside)
    if node.function == "ALL":
        return _all(g, fragment, loop)
    if node.function == "LIST":
        return ast.ListComp(whole(fragment), [loop])
    loop.ifs.extend(not_null(guard) for guard in fragment.guards)
    values = ast.ListComp(fragment.pure, [loop])
    if node.function == "SUM" and node.type.kind is Kind.NUMBER and (node.type.digits or NATIVE + 1) <= NATIVE:
        return call(g.names.constant(sum), values, g.names.constant(ZERO))
    return call(g.names.constant(_FUNCTIONS[node.function](node)), values)


def _length(items: list[object]) -> Decimal:
    return Decimal(len(items))


def _plain(node: Aggregate) -> Callable[..., Value]:
    return AGGREGATED[node.function](node)


_FUNCTIONS: dict[str, Callable[[Aggregate], Callable[..., Value]]] = dict.fromkeys(AGGREGATED, _plain)


def _all(g: Generator, fragment: Fragment, loop: ast.comprehension) -> ast.expr:
    if not fragment.guards:
        return call(g.names.constant(all), _generator(fragment.pure, loop))
    return call(g.names.constant(all_true), ast.ListComp(whole(fragment), [loop]))


def _generator(element: ast.expr, loop: ast.comprehension) -> ast.expr:
    return ast.GeneratorExp(element, [loop])


def _end(g: Generator, node: Aggregate, known: Known) -> Fragment:
    row, chosen = g.names.fresh(), g.names.fresh()
    inside = known.inside(node.inner, row)
    tests, inside = _filter(g, node, inside)
    order = g.value(node.order, inside) if node.order is not None else ast.Constant(0)
    loop = ast.comprehension(ast.Name(row, ast.Store()), _rows(g, node, known), tests, 0)
    pairs = ast.ListComp(ast.Tuple([order, load(row)], ast.Load()), [loop])
    pick = g.names.constant(_last if node.function == "LAST" else _first)
    found = is_null(bind(chosen, call(pick, pairs)))
    assert node.value is not None
    value = g.value(node.value, known.inside(node.inner, chosen))
    return g.bound(choose(found, NONE, value), True, known)


def _first(pairs: list[tuple[Value, Value]]) -> Value:
    return place(pairs, last=False)


def _last(pairs: list[tuple[Value, Value]]) -> Value:
    return place(pairs, last=True)
