"""Trees made from trees: moved to the end of a link, or with values taken away from those who may not read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from .names import CollectionPath, Hop, Path, Root, Via
from .nodes import Aggregate, And, Case, Constant, Decide, Element, IsNull, Node, Read
from .types import TRUTH, Kind, Type


def rebuilt(node: Node, visit: Callable[[Node], Node]) -> Node:
    """The node with `visit` applied to its children; the same object where nothing changed."""
    changed = {each.name: new for each in fields(node) if (new := _visited(old := getattr(node, each.name), visit)) is not old}
    return replace(node, **changed) if changed else node  # type: ignore[arg-type]


def _visited(value: object, visit: Callable[[Node], Node]) -> object:
    if isinstance(value, Node):
        return visit(value)
    if isinstance(value, tuple):
        items = tuple(_visited(item, visit) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    return value


def begin_at(tree: Node, entity: str, hops: tuple[Hop, ...]) -> Node:
    """A condition on the record behind `hops`, asked of a record of `entity` that links there."""

    def visit(node: Node) -> Node:
        if isinstance(node, Read) and node.path.root is Root.ROW and node.level == 0:
            return replace(node, path=Path(Root.ROW, entity, (*hops, *node.path.hops), node.path.field))
        if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath) and node.source.root is Root.ROW and node.level == 0:
            source = CollectionPath(Root.ROW, entity, (*hops, *node.source.hops))
            return rebuilt(replace(node, source=source), visit)
        return rebuilt(node, visit)

    return visit(tree) if hops else tree


def lowered(tree: Node) -> Node:
    """What stands in the argument of a calculation over rows, asked of one such row itself."""

    def visit(node: Node) -> Node:
        after = rebuilt(node, visit)
        if isinstance(after, Read) and after.path.root is Root.ROW:
            return replace(after, level=after.level - 1)
        if isinstance(after, Aggregate):
            return replace(after, level=max(after.level - 1, 0), inner=after.inner - 1)
        return replace(after, level=after.level - 1) if isinstance(after, Element | Decide) else after

    return visit(tree)


def veiled(tree: Node, condition: Callable[[Path], Node | None]) -> Node:
    """The tree in which a value of the record, or its many-to-many links, is null unless the `condition` of its path holds.

    None leaves it as it is.
    """

    def visit(node: Node) -> Node:
        path = _read_here(node)
        if path is not None:
            holds = condition(path)
            if holds is None:
                return node
            null = Constant(type=node.type.nullable(), value=None)
            return Case(type=node.type.nullable(), arms=((holds, node),), default=null, start=node.start, end=node.end)
        return rebuilt(node, visit)

    return visit(tree)


def _read_here(node: Node) -> Path | None:
    """The path of what a node reads from the record itself."""
    if isinstance(node, Read) and node.path.root is Root.ROW and node.level == 0:
        return node.path
    if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath) and node.source.root is Root.ROW and node.level == 0:
        return Path(Root.ROW, node.source.entity, (), node.source.hops[0].name)
    return None


def seen_between(tree: Node, condition: Callable[[CollectionPath], Node | None]) -> Node:
    """The tree in which what is calculated over links of the record leaves out records between for which `condition` does not hold.

    The condition is one on the record between; None leaves the calculation as it is.
    """

    def visit(node: Node) -> Node:
        if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath) and node.level == 0 and over_records(node.source):
            holds = condition(node.source)
            if holds is not None:
                return rebuilt(_over_between(node, node.source, holds), visit)
        return rebuilt(node, visit)

    return visit(tree)


def over_records(source: CollectionPath) -> bool:
    """Whether a path is that of links over the records of an entity between."""
    return source.root is Root.ROW and [hop.via for hop in source.hops] == [Via.INVERSE, Via.LINK] and source.hops[-1].joint


def _over_between(node: Aggregate, source: CollectionPath, holds: Node) -> Aggregate:
    """The same calculation over the records between themselves: what was read of the other record is read behind their link."""
    near, far = source.hops[0], replace(source.hops[1], joint=False)
    value, only, order = (
        None if each is None else _behind(each, near.target, far, node.inner) for each in (node.value, node.filter, node.order)
    )
    link = Read(type=Type(Kind.REF, entity=far.target), path=Path(Root.ROW, near.target, (), far.name), level=node.inner)
    items = (_raised(holds, node.inner), IsNull(type=TRUTH, value=link, negated=True), *(() if only is None else (only,)))
    both = And(type=TRUTH.nullable(), items=items)
    return replace(node, source=CollectionPath(Root.ROW, source.entity, (near,)), value=value, filter=both, order=order)


def only_rows(tree: Node, condition: Callable[[CollectionPath], Node | None]) -> Node:
    """The tree in which what is calculated over rows leaves out those for which `condition` of their path does not hold.

    The condition is one on the row; None leaves the calculation as it is.
    """

    def visit(node: Node) -> Node:
        after = rebuilt(node, visit)
        holds = condition(after.source) if isinstance(after, Aggregate) and isinstance(after.source, CollectionPath) else None
        if holds is None or not isinstance(after, Aggregate):
            return after
        raised = _raised(holds, after.inner)
        both = raised if after.filter is None else And(type=TRUTH.nullable(), items=(raised, after.filter))
        return replace(after, filter=both)

    return visit(tree)


def _behind(tree: Node, entity: str, link: Hop, level: int) -> Node:
    """What is asked of the rows of `level`, asked of those that link to them."""

    def visit(node: Node) -> Node:
        if isinstance(node, Read) and node.path.root is Root.ROW and node.level == level:
            return replace(node, path=Path(Root.ROW, entity, (link, *node.path.hops), node.path.field))
        if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath) and node.source.root is Root.ROW and node.level == level:
            return rebuilt(replace(node, source=CollectionPath(Root.ROW, entity, (link, *node.source.hops))), visit)
        return rebuilt(node, visit)

    return visit(tree)


def _raised(tree: Node, by: int) -> Node:
    """A condition on a record, asked of the rows of level `by`."""

    def visit(node: Node) -> Node:
        after = rebuilt(node, visit)
        if isinstance(after, Read) and after.path.root is Root.ROW:
            return replace(after, level=after.level + by)
        if isinstance(after, Aggregate):
            return replace(after, level=after.level + by, inner=after.inner + by)
        return replace(after, level=after.level + by) if isinstance(after, Element | Decide) else after

    return visit(tree)
