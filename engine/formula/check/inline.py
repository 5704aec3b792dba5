"""A virtual field is replaced by its formula, moved to where the field was read."""

from __future__ import annotations

from dataclasses import fields, replace

from engine.formula.names import CollectionPath, Hop, Path, Root, Via
from engine.formula.nodes import Aggregate, Decide, Element, Node, Read
from engine.formula.types import Currency, Type

from .state import Span, State


def inlined(state: State, tree: Node, at: Path, level: int, span: Span) -> Node:
    """The tree of the virtual field at the end of path `at` (from the row of `level`), with all its paths beginning there."""
    return replace(_moved(tree, _Move(state, at, level)), start=span[0], end=span[1])


class _Move:
    def __init__(self, state: State, at: Path, level: int) -> None:
        self.state, self.at, self.level, self.deeper = state, at, level, state.level

    def start(self, root: Root, level: int, entity: str | None, hops: tuple[Hop, ...]) -> tuple[Root, int, str | None, tuple[Hop, ...]]:
        """Where a path of the moved tree begins now."""
        if root is not Root.ROW:
            return root, level, entity, hops
        if level > 0:
            return root, level + self.deeper, entity, hops
        return _through_document(self.state, self.at.root, self.level, self.at.entity, (*self.at.hops, *hops))

    def type(self, type_: Type) -> Type:
        """The type, its currency seen from the new place."""
        held = type_.currency
        if held is None or not held.path or held.root != Root.ROW.value:
            return type_
        if held.level > 0:
            return replace(type_, currency=replace(held, level=held.level + self.deeper))
        path = (*(hop.name for hop in self.at.hops), *held.path)
        return replace(type_, currency=Currency(None, path, self.at.root.value, self.level))


def _through_document(
    state: State, root: Root, level: int, entity: str | None, hops: tuple[Hop, ...]
) -> tuple[Root, int, str | None, tuple[Hop, ...]]:
    if root is Root.ROW and level > 0 and hops and hops[0].via is Via.DOCUMENT:
        scope = state.scopes[level]
        if scope.source is not None and scope.source.root is Root.ROW and scope.source.table is not None:
            return _through_document(state, root, scope.level, hops[0].target, hops[1:])
    return root, level, entity, hops


def _moved(node: Node, move: _Move) -> Node:
    changes: dict[str, object] = {"type": move.type(node.type), "start": 0, "end": 0}
    for each in fields(node):
        if each.name not in changes:
            changes[each.name] = _value(getattr(node, each.name), move)
    if isinstance(node, Read):
        root, level, entity, hops = move.start(node.path.root, node.level, node.path.entity, node.path.hops)
        changes |= {"path": Path(root, entity, hops, node.path.field), "level": level}
    elif isinstance(node, Aggregate):
        changes["inner"] = node.inner + move.deeper
        if isinstance(node.source, CollectionPath):
            root, level, entity, hops = move.start(node.source.root, node.level, node.source.entity, node.source.hops)
            changes |= {"source": CollectionPath(root, entity or "", hops), "level": level}
    elif isinstance(node, Element):
        changes["level"] = node.level + move.deeper
    elif isinstance(node, Decide):
        changes["level"] = move.level if node.level == 0 else node.level + move.deeper
    return type(node)(**changes)  # type: ignore[arg-type]


def _value(value: object, move: _Move) -> object:
    if isinstance(value, Node):
        return _moved(value, move)
    if isinstance(value, tuple):
        return tuple(_value(item, move) for item in value)
    return value
