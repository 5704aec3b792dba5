"""Which fields a formula reads."""

from __future__ import annotations

from collections.abc import Iterator

from .names import CollectionPath, Hop, Reference, Root, Via
from .nodes import Aggregate, Node, Read

Prefixes = dict[int, tuple[Root, tuple[Hop, ...]]]
"""Where the rows of each level come from, seen from the record of the formula."""


def references(tree: Node) -> frozenset[Reference]:
    """Every field behind a path, the links on the way and the collections included."""
    return frozenset(_found(tree, {0: (Root.ROW, ())}))


def _found(node: Node, prefixes: Prefixes) -> Iterator[Reference]:
    if isinstance(node, Read):
        yield from _path(prefixes, node.path.root, node.level, node.path.hops, node.path.owner, node.path.field)
    if isinstance(node, Aggregate):
        if isinstance(node.source, CollectionPath):
            yield from _hops(prefixes, node.source.root, node.level, node.source.hops)
            prefixes = prefixes | {node.inner: _joined(prefixes, node.source.root, node.level, node.source.hops)}
        else:
            yield from _found(node.source, prefixes)
        for part in (node.value, node.filter, node.order):
            if part is not None:
                yield from _found(part, prefixes)
        return
    for child in node.children():
        yield from _found(child, prefixes)


def _joined(prefixes: Prefixes, root: Root, level: int, hops: tuple[Hop, ...]) -> tuple[Root, tuple[Hop, ...]]:
    if root is not Root.ROW:
        return root, hops
    start, before = prefixes[level]
    return start, before + hops


def _path(
    prefixes: Prefixes, root: Root, level: int, hops: tuple[Hop, ...], owner: str | None, field: str
) -> Iterator[Reference]:
    yield from _hops(prefixes, root, level, hops)
    start, before = _joined(prefixes, root, level, hops)
    if owner is not None:
        yield Reference(start, before, owner, field)


def _hops(prefixes: Prefixes, root: Root, level: int, hops: tuple[Hop, ...]) -> Iterator[Reference]:
    for index, hop in enumerate(hops):
        start, before = _joined(prefixes, root, level, hops[:index])
        if hop.via is not Via.DOCUMENT and hop.source:
            yield Reference(start, before, hop.source, hop.name)
