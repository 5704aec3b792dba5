"""Conditions that calculate with what is in a row, and may fail on some: a database may ask them of a row out of sight too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from engine.formula import And, Arith, Call, Concat, Convert, Decide, Formula, Node

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


def apart(formula: Formula) -> tuple[Formula, ...]:
    """The conditions that must all hold, each by itself where one of them calculates: the others keep their index."""
    if not isinstance(formula.tree, And) or not calculates(formula):
        return (formula,)
    return tuple(replace(formula, tree=each, type=each.type) for each in formula.tree.items)


def _calculating(node: Node) -> Iterator[Node]:
    """The parts of a node that calculate with what is in a row."""
    if is_closed(node):
        return
    if isinstance(node, _CALCULATING) and not (isinstance(node, Call) and node.function.name in _ASKING):
        yield node
    for child in node.children():
        yield from _calculating(child)
