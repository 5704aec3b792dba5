"""Functions whose arguments are all of one type: NULLIF, BETWEEN and the scalar forms of aggregates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import Message
from engine.formula.functions.table import named
from engine.formula.nodes import Case, Constant, Node
from engine.formula.syntax import Call as Written
from engine.formula.types import NULL, Kind, Type

from .fit import one_of, span, unify
from .operators import compare, same_case

if TYPE_CHECKING:
    from .calls import Calls


def alike(check: Calls, call: Written) -> Node:
    """A function whose arguments are all of one type: NULLIF, BETWEEN and the scalar forms of aggregates."""
    nodes, type_ = unify(check.state, [check.node(arg) for arg in call.args], call.name)
    if type_.kind is Kind.ERROR or any(node.type.kind is Kind.ERROR for node in nodes):
        return Constant(None, type=Type(Kind.ERROR), start=call.start, end=call.end)
    row = named(call.name)
    kinds = row.params[0].kinds
    if kinds and type_.kind not in kinds and type_.kind is not Kind.NULL:
        words = {"name": call.name, "wanted": one_of(kinds), "got": type_.word}
        return check.state.wrong("FX302", Message("{name} needs {wanted}, got {got}", words), span(nodes[0]))
    if call.name == "NULLIF" and type_.ignore_case:
        return _null_if(check, call, nodes)
    return check.build(call, row, list(same_case(*nodes)) if call.name == "BETWEEN" else nodes)


def _null_if(check: Calls, call: Written, nodes: list[Node]) -> Node:
    """The first text as it is written, unless the second is the same whatever the case."""
    value, other = nodes
    same = compare(check.state, "=", value, other, (call.start, call.head))
    nothing = Constant(None, type=NULL, start=call.start, end=call.end)
    return Case(((same, nothing),), value, type=value.type.nullable(), start=call.start, end=call.end)
