"""Which levels of rows a part of a formula reads."""

from __future__ import annotations

from engine.formula import (
    Aggregate,
    CollectionPath,
    Node,
    Read,
    Root,
)


def outer_levels(node: Aggregate) -> set[int]:
    """The levels outside an aggregate whose rows its arguments read."""
    found: set[int] = set()
    for part in (node.value, node.filter, node.order):
        if part is not None:
            found |= _read(part, {node.inner})
    return found


def _read(node: Node, bound: set[int]) -> set[int]:
    if isinstance(node, Read):
        return {node.level} - bound if node.path.root is Root.ROW else set()
    if isinstance(node, Aggregate):
        own = {node.level} - bound if isinstance(node.source, CollectionPath) and node.source.root is Root.ROW else set()
        return own | outer_levels(node) - bound
    return {level for child in node.children() for level in _read(child, bound)}
