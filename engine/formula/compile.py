"""From text to Formula: parse, check, fit the result to its place, and keep the limits (FORMULA 2.1, 2.12)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from engine.errors import Message

from .check.checker import Checker
from .check.fit import currency_clash, read_as, same, span
from .check.operators import same_case
from .check.state import Scope, State
from .contexts import Context
from .formula import Formula
from .frame import Value
from .functions.table import named
from .issues import FormulaErrors
from .limits import cost, limited, pushable
from .names import Catalog, Names
from .nodes import Call, Constant, Node
from .numbers import fit_number
from .parse import parse
from .types import NUMBER, Kind, Type


def compile(text: str, names: Names, catalog: Catalog, context: Context, expect: Type | None = None) -> Formula:
    """The formula `text` at a place; its result must fit `expect`. Raises FormulaErrors with every issue (the first of syntax)."""
    source, syntax = parse(text, context.value.limit)
    state = State(catalog, names, context, source, [Scope(names.this)])
    tree = Checker(state).node(syntax)
    if not state.issues:
        tree = _fitted(state, tree, expect)
    nodes = tuple(tree.walk())
    if not state.issues:
        limited(state, tree, nodes)
    if state.issues:
        raise FormulaErrors(sorted(state.issues, key=lambda issue: issue.start))
    return Formula(source, tree.type, context, tree, cost(nodes), pushable(nodes))


@lru_cache(maxsize=1024)
def as_compared(formula: Formula) -> Formula:
    """What rows are sorted and grouped by: the value, in small letters where it ignores case."""
    (tree,) = same_case(formula.tree)
    return formula if tree is formula.tree else replace(formula, tree=tree)


def _fitted(state: State, tree: Node, expect: Type | None) -> Node:
    if state.rules.condition:
        expect = Type(Kind.BOOLEAN)
    if tree.type.kind is Kind.LIST:
        return state.wrong("FX305", Message("a list is no result"), span(tree), Message("write TEXTJOIN or SUM around it"))
    if expect is None or tree.type.kind is Kind.NULL:
        return tree
    tree = read_as(state, tree, expect)
    if expect.kind is Kind.TEXT and tree.type.kind is Kind.CHOICE:
        return replace(tree, type=expect.nullable(tree.type.null))
    if (expect.kind is Kind.MULTI_CHOICE and tree.type.kind is Kind.MULTI_CHOICE) or tree.type.kind is Kind.ERROR:
        return tree
    if not same(tree.type, expect):
        return state.wrong("FX305", *_misfit(state, tree, expect))
    return _number(state, tree, expect) if expect.kind is Kind.NUMBER else tree


def _misfit(state: State, tree: Node, expect: Type) -> tuple[Message, tuple[int, int], Message | None]:
    if state.rules.condition:
        words = {"place": Message(state.rules.name), "type": tree.type.word}
        advice = Message("write x <> 0") if tree.type.kind is Kind.NUMBER else Message("write a comparison")
        return Message("a {place} is a condition, but this is {type}", words), span(tree), advice
    hint = {
        (Kind.DATE, Kind.DATETIME): Message("write DATEVALUE(...) to get the date"),
        (Kind.NUMBER, Kind.TEXT): Message("write VALUE(...) to convert"),
        (Kind.TEXT, Kind.NUMBER): Message('write ... & "" to convert'),
    }.get((expect.kind, tree.type.kind))
    return Message("{wanted} is expected here but this is {type}", {"wanted": expect.word, "type": tree.type.word}), span(tree), hint


def _holds(expect: Type, value: Value) -> bool:
    if not isinstance(value, Decimal) or expect.digits is None or expect.scale is None:
        return True
    return fit_number(value, expect.digits, expect.scale) is not None


def _number(state: State, tree: Node, expect: Type) -> Node:
    declared, given = expect.currency, tree.type.currency
    local = state.context in (Context.STORED, Context.VIRTUAL, Context.DEFAULT)
    if declared and given and declared != given and (local or (declared.code and given.code)):
        currency_clash(state, tree)
    if isinstance(tree, Constant) and not _holds(expect, tree.value):
        return state.wrong("FX305", Message("{value} does not fit {type}", {"value": tree.value, "type": expect}), span(tree))
    if expect.scale is None or (tree.type.scale is not None and tree.type.scale <= expect.scale):
        return tree
    places = Constant(Decimal(expect.scale), type=NUMBER.nullable(False))
    row = named("ROUND")
    assert callable(row.result)
    type_ = row.result((tree.type, places.type), (None, places.value))
    return Call(row, (tree, places), type=type_.nullable(tree.type.null), start=tree.start, end=tree.end)
