"""The parts of a formula that read no row: they are calculated once in Python and bound as parameters.

`due < today() + 7` and `supplier = user.supplier` compare a column with a value that is known before the statement runs, so
an index can be used, and nothing about the acting person, the clock or the screen has to be translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field, fields
from hashlib import sha256

from engine.formula import (
    Aggregate,
    Call,
    Constant,
    Convert,
    Decide,
    Element,
    Frame,
    HasRole,
    IsNew,
    Label,
    Node,
    Path,
    Read,
    Root,
    Row,
    Value,
    evaluator,
    rebuilt,
)
from engine.frozen import frozen

ROWS = frozenset({Root.ROW, Root.ROWS})
"""Roots that differ from row to row."""


@frozen
class Closed:
    """A part that reads no row: the name of its parameter, and the node to calculate."""

    name: str
    node: Node
    run: Callable[[Row, Frame], Value] = field(compare=False)

    def value(self, frame: Frame) -> Value:
        """The value now."""
        return self.run({}, frame)


@frozen
class Opened:
    """A tree in which every closed part is replaced by the reading of a parameter."""

    tree: Node
    parts: tuple[Closed, ...]


def parameter_of(node: Node) -> str | None:
    """The name of the parameter that a node reads; None for any other node."""
    return node.path.field if isinstance(node, Read) and node.path.root is Root.EXTRA and node.path.entity == "" else None


def opened(tree: Node) -> Opened:
    """A tree with its greatest closed parts taken out. Constants stay where they are."""
    found: dict[str, Closed] = {}

    def visit(node: Node) -> Node:
        if isinstance(node, Constant):
            return node
        if is_closed(node):
            part = Closed(_name(node), node, evaluator(node))
            found[part.name] = part
            return Read(type=node.type, start=node.start, end=node.end, path=Path(Root.EXTRA, "", (), part.name))
        return rebuilt(node, visit)

    opened_tree = visit(tree)
    return Opened(opened_tree, tuple(found.values()))


def is_closed(node: Node) -> bool:
    """Whether a node reads no row."""
    return not any(True for _ in _open(node, frozenset()))


def _open(node: Node, bound: frozenset[int]) -> Iterator[Node]:
    """The parts that need a row of a level that no aggregate inside `node` brings along."""
    if isinstance(node, Read):
        if node.path.root in ROWS and node.level not in bound:
            yield node
    elif isinstance(node, Element):
        if node.level not in bound:
            yield node
    elif isinstance(node, Aggregate):
        yield from _open_aggregate(node, bound)
    elif isinstance(node, (IsNew, Label)) or (isinstance(node, Decide) and node.record is None):
        yield node
    else:
        for child in node.children():
            yield from _open(child, bound)


def _open_aggregate(node: Aggregate, bound: frozenset[int]) -> Iterator[Node]:
    if isinstance(node.source, Node):
        yield from _open(node.source, bound)
    elif node.source.root in ROWS and node.level not in bound:
        yield node
    for part in (node.value, node.filter, node.order):
        if part is not None:
            yield from _open(part, bound | {node.inner})


def _name(node: Node) -> str:
    """The same name for the same part, so that rules and filters of one statement share their parameters.

    Capitals keep the pieces apart: names of fields have none, so `user.a.b` and `user.a_b` cannot meet in one parameter.
    """
    if isinstance(node, Read) and node.path.root is not Root.EXTRA:
        return f"{node.path.root.value}_{'_DOT_'.join(node.path.names)}"
    if isinstance(node, HasRole):
        return f"role_{node.role}"
    if isinstance(node, Call) and node.function.clock and not node.args:
        return f"clock_{node.function.name.lower()}"
    return f"part_{fingerprint(node)}"


def fingerprint(node: Node, length: int = 16) -> str:
    """A hash of what a tree means; spans do not count."""
    return sha256(re.sub(r" at 0x[0-9a-f]+", "", _written(node)).encode()).hexdigest()[:length]


def _written(value: object) -> str:
    if isinstance(value, Node):
        parts = [f"{each.name}={_written(getattr(value, each.name))}" for each in fields(value) if each.name not in ("start", "end")]
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, tuple):
        return f"({','.join(_written(item) for item in value)})"
    signature = getattr(value, "signature", None)
    return str(signature) if isinstance(signature, str) else repr(value)


def refused(tree: Node) -> Node | None:
    """The first part that no database can calculate, because it asks other records than those of the formula."""
    return next((node for node in tree.walk() if isinstance(node, (Decide, Convert, IsNew))), None)
