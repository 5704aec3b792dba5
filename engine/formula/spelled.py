"""Order by how texts are spoken: the same formula, reading the column beside a text that is kept for it."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from .formula import Formula
from .nodes import Call, Case, Node, Read


def is_spelled(formula: Formula) -> bool:
    """Whether it is a text as it is stored that stands in lists as it is spoken."""
    tree = _as_written(formula.tree)
    return isinstance(tree, Read) and tree.type.spelled


@lru_cache(maxsize=1024)
def as_spelled(formula: Formula, ending: str) -> Formula:
    """What rows are sorted by: such a text, blank where it may not be read, by the column of its name with this `ending`."""
    return replace(formula, tree=_by_spelling(formula.tree, ending))


def _by_spelling(node: Node, ending: str) -> Node:
    tree = _as_written(node)
    if isinstance(tree, Read):
        return replace(tree, path=replace(tree.path, field=f"{tree.path.field}{ending}"))
    if isinstance(tree, Case):
        arms = tuple((holds, _by_spelling(value, ending)) for holds, value in tree.arms)
        return replace(tree, arms=arms, default=_by_spelling(tree.default, ending))
    return tree


def _as_written(tree: Node) -> Node:
    """The text where it is compared in small letters: the order of its spelling has no others."""
    return tree.args[0] if isinstance(tree, Call) and tree.function.name == "LOWER" else tree
