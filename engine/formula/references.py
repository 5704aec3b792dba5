"""Which fields a formula reads, and which changes elsewhere make its value stale (FORMULA 2.14)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.frozen import frozen

from .names import TO_ONE, CollectionPath, Hop, Reference, Root, Via
from .nodes import Aggregate, Node, Read

Prefixes = dict[int, tuple[Root, tuple[Hop, ...]]]
"""Where the rows of each level come from, seen from the record of the formula."""


@frozen
class Trigger:
    """A change that makes a value stale: of `field` of `entity`, or, where it is None, the making and removing of its records.

    `path` leads from the record that is to be computed to the changed one; the records to compute are found by walking it
    backwards, over the old and the new value of each link. An empty path means the record itself.
    """

    entity: str
    field: str | None
    path: tuple[Hop, ...]


def references(tree: Node) -> frozenset[Reference]:
    """Every field behind a path, the links on the way included; the rows of a collection are read as their `id`."""
    return frozenset(_found(tree, {0: (Root.ROW, ())}))


def triggers(tree: Node) -> frozenset[Trigger]:
    """Every change that makes the value of a tree stale, in any branch."""
    return frozenset(each for reference in references(tree) if reference.root is Root.ROW for each in _triggers(reference))


def _triggers(reference: Reference) -> Iterator[Trigger]:
    hops = reference.hops
    for index, hop in enumerate(hops):
        if hop.via in TO_ONE:
            continue
        path = hops[: index + 1]
        yield Trigger(hop.target, None, path)
        if hop.link is not None:
            yield Trigger(hop.target, hop.link, path)
    if reference.field != "id":
        yield Trigger(reference.entity, reference.field, hops)


def _found(node: Node, prefixes: Prefixes) -> Iterator[Reference]:
    if isinstance(node, Read):
        yield from _hops(prefixes, node.path.root, node.level, node.path.hops)
        start, before = _joined(prefixes, node.path.root, node.level, node.path.hops)
        if node.path.owner is not None:
            yield Reference(start, before, node.path.owner, node.path.field)
    if isinstance(node, Aggregate):
        if isinstance(node.source, CollectionPath):
            yield from _rows(node.source, node.level, prefixes)
            prefixes = prefixes | {node.inner: _joined(prefixes, node.source.root, node.level, node.source.hops)}
        else:
            prefixes = prefixes | {node.inner: (Root.EXTRA, ())}
    for child in node.children():
        yield from _found(child, prefixes)


def _rows(source: CollectionPath, level: int, prefixes: Prefixes) -> Iterator[Reference]:
    yield from _hops(prefixes, source.root, level, source.hops)
    start, before = _joined(prefixes, source.root, level, source.hops)
    yield Reference(start, before, source.target, "id")


def _joined(prefixes: Prefixes, root: Root, level: int, hops: tuple[Hop, ...]) -> tuple[Root, tuple[Hop, ...]]:
    if root is not Root.ROW:
        return root, hops
    start, before = prefixes[level]
    return start, before + hops


def _hops(prefixes: Prefixes, root: Root, level: int, hops: tuple[Hop, ...]) -> Iterator[Reference]:
    for index, hop in enumerate(hops):
        if hop.via is Via.LINK and hop.source:
            start, before = _joined(prefixes, root, level, hops[:index])
            yield Reference(start, before, hop.source, hop.name)
