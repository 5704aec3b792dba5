"""Conditions that calculate with what is in a row, and may fail on some: a database may ask them of a row out of sight too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from engine.formula import And, Arith, Call, Concat, Convert, Decide, Formula, Kind, Node

from .arithmetic import may_overflow
from .closed import is_closed

_CALCULATING = (Arith, Concat, Convert, Decide, Call)
_ASKING = frozenset(
    {
        *("CONTAINS", "SEARCH", "FIND", "STARTSWITH", "ENDSWITH", "LIKE", "ISBLANK", "BETWEEN", "LEN", "LOWER", "UPPER", "TRIM"),
        *("LEFT", "RIGHT", "MID", "YEAR", "QUARTER", "MONTH", "DAY"),
    }
)
"""Functions that have an answer for every row."""


@lru_cache(maxsize=4096)
def calculates(formula: Formula) -> bool:
    """Whether a condition may fail on some rows."""
    return any(True for _ in _calculating(formula.tree))


def can_fail(tree: Node) -> bool:
    """Whether a part of it has no value in the language for some rows: a number or a text that is too long."""
    return any(_may_outgrow(node) for node in tree.walk())


def _may_outgrow(node: Node) -> bool:
    if node.type.kind is Kind.NUMBER:
        return isinstance(node, (Arith, Call)) and may_overflow(node.type)
    return isinstance(node, Concat) or (isinstance(node, Call) and node.type.kind is Kind.TEXT and node.function.name not in _ASKING)


def apart(formula: Formula) -> tuple[Formula, ...]:
    """The conditions that must all hold, each by itself where one of them calculates: the others keep their index.

    One that can fail stays behind those before it, which say where it is asked.
    """
    tree = formula.tree
    if not isinstance(tree, And) or not calculates(formula):
        return (formula,)
    parts = (replace(tree, items=tree.items[: at + 1]) if at and can_fail(each) else each for at, each in enumerate(tree.items))
    return tuple(replace(formula, tree=part, type=part.type) for part in parts)


def _calculating(node: Node) -> Iterator[Node]:
    """The parts of a node that calculate with what is in a row."""
    if is_closed(node):
        return
    if isinstance(node, _CALCULATING) and not (isinstance(node, Call) and node.function.name in _ASKING):
        yield node
    for child in node.children():
        yield from _calculating(child)
