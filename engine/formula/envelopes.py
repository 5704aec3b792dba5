"""Whether what a formula reads is still sealed: the same paths, reading beside each field whether its value lies in an envelope."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from .contexts import Context
from .formula import Formula
from .names import CollectionPath, Root
from .nodes import Aggregate, And, Case, Node, Or, Read
from .types import TRUTH

IsSealed = Callable[[str, str], bool]
"""Whether a field of an entity may be sealed."""


def as_sealed(formulas: Sequence[Formula], ending: str, may_be: IsSealed) -> Formula | None:
    """Whether anything that formulas read of their record, or of rows behind it, is sealed; None where nothing ever is.

    A field is asked by the column of its name with this `ending`. What the formula reads only under a condition counts only under it, so
    that a value that may not be read tells nothing.
    """
    tree = _any(found for each in formulas for found in _sealed(each.tree, ending, may_be))
    return None if tree is None else replace(formulas[0], tree=tree, type=TRUTH, context=Context.WHERE)


def _sealed(node: Node, ending: str, may_be: IsSealed) -> Iterator[Node]:
    if isinstance(node, Read):
        owner = node.path.owner
        if node.path.root is Root.ROW and owner is not None and may_be(owner, node.path.field):
            yield replace(node, type=TRUTH.nullable(), path=replace(node.path, field=f"{node.path.field}{ending}"))
    elif isinstance(node, Aggregate):
        inner = _any(found for part in (node.value, node.filter, node.order) if part is not None for found in _sealed(part, ending, may_be))
        if inner is not None and isinstance(node.source, CollectionPath):
            yield replace(node, type=TRUTH, function="ANY", value=inner, filter=None, order=None)
    elif isinstance(node, Case):
        for holds, value in node.arms:
            yield from _sealed(holds, ending, may_be)
            yield from (And(type=TRUTH.nullable(), items=(holds, found)) for found in _sealed(value, ending, may_be))
        yield from _sealed(node.default, ending, may_be)
    else:
        for child in node.children():
            yield from _sealed(child, ending, may_be)


def _any(found: Iterator[Node]) -> Node | None:
    items = tuple(found)
    return None if not items else items[0] if len(items) == 1 else Or(type=TRUTH.nullable(), items=items)
