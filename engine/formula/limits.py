"""What one formula may cost, and what its place forbids in the tree after virtual fields were inlined (2.1, 2.12)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Message

from .check.state import State
from .contexts import Context
from .names import CollectionPath, Root, Via
from .nodes import Aggregate, Call, Constant, Convert, Decide, HasRole, IsNew, Node, Read
from .rewrite import over_records
from .types import Kind

NODES, AGGREGATES, JOINS, COST = 500, 8, 12, 2000
_JOIN, _AGGREGATE = 20, 100


def cost(nodes: Sequence[Node]) -> int:
    """The estimate for all nodes of a tree: one each, 20 per join, 100 per aggregate, and what functions say."""
    total = _JOIN * joins(nodes)
    for node in nodes:
        total += _AGGREGATE if isinstance(node, Aggregate) else node.function.cost if isinstance(node, Call) else 1
    return total


def joins(nodes: Sequence[Node]) -> int:
    """How many different links lead out of a record."""
    found = set()
    for node in nodes:
        if isinstance(node, Read) and node.path.hops and node.path.root in (Root.ROW, Root.OLD):
            found |= {(node.level, node.path.names[: i + 1]) for i in range(len(node.path.hops))}
    return len(found)


def pushable(nodes: Sequence[Node]) -> bool:
    """Whether SQL can evaluate a tree of these nodes."""
    return not any(unpushable(node) for node in nodes)


def unpushable(node: Node) -> str | None:
    """What of this node no database can do, by the name shown to the author; None if nothing."""
    match node:
        case Call() if node.function.push is not True:
            values = tuple(arg.value if isinstance(arg, Constant) else None for arg in node.args)
            return None if callable(node.function.push) and node.function.push(values) else node.function.name
        case Decide():
            return "DECIDE"
        case Convert():
            return None if _of_one_row(node) else "CONVERT"
        case IsNew():
            return "ISNEW"
        case Read() if node.path.root is Root.OLD:
            return f"old.{node.path.field}"
        case Aggregate(source=CollectionPath(root=Root.OLD)):
            return "old"
    return None


def _of_one_row(node: Convert) -> bool:
    """Whether currencies and day are constants and fields of one row, so that a database can look the rates up."""
    if node.on.type.kind is Kind.NUMBER:
        return True
    reads = [part for part in (node.source, node.target, node.on) if isinstance(part, Read)]
    plain = all(isinstance(part, Constant) for part in (node.source, node.target) if part not in reads)
    return plain and node.on in reads and all(read.path.root is Root.ROW for read in reads) and len({read.level for read in reads}) == 1


def limited(state: State, tree: Node, nodes: Sequence[Node]) -> None:
    """Record FX6xx for what is too large and FX7xx for what the place forbids."""
    aggregates = [node for node in nodes if isinstance(node, Aggregate)]
    whole = (tree.start, tree.end)
    for code, count, limit, words in (
        ("FX603", len(nodes), NODES, "a formula may have {limit} parts, this has {count}"),
        ("FX607", len(aggregates), AGGREGATES, "a formula may have {limit} calculations over rows, this has {count}"),
        ("FX607", joins(nodes), JOINS, "a formula may follow {limit} links, this follows {count}"),
        ("FX607", cost(nodes), COST, "the estimated cost {count} is above {limit}"),
    ):
        if count > limit:
            state.wrong(code, Message(words, {"limit": limit, "count": count}), whole, Message("put a part into a stored field of its own"))
            return
    for node in nodes:
        _placed(state, node)


def _placed(state: State, node: Node) -> None:
    rules, where = state.rules, (node.start, node.end)
    if not rules.clock and isinstance(node, Call) and node.function.clock:
        hint = Message("remove keep: stored")
        message = Message("{name}() in a {place} would go stale", {"name": node.function.name.lower(), "place": Message(rules.name)})
        state.wrong("FX702", message, where, hint)
    if not rules.user and (isinstance(node, HasRole) or (isinstance(node, Read | Aggregate) and _root(node) is Root.USER)):
        hint = Message("remove keep: stored")
        state.wrong("FX702", Message("a {place} may not depend on the user", {"place": Message(rules.name)}), where, hint)
    if not rules.collections and isinstance(node, Aggregate) and not _own_links(node):
        state.wrong("FX705", Message("a {place} may not look into collections", {"place": Message(rules.name)}), where)
    if rules.push:
        name = unpushable(node)
        if name is not None and state.context is not Context.LINK_WHERE:
            hint = Message("store it in a field and use that")
            message = Message("{name} cannot run in the database: not allowed in a {place}", {"name": name, "place": Message(rules.name)})
            state.wrong("FX701", message, where, hint)


def _own_links(node: Aggregate) -> bool:
    """Whether an aggregate reads nothing but which records the record's own many-to-many links lead to."""
    if not isinstance(node.source, CollectionPath):
        return True
    over_pairs = node.source.root is Root.ROW and [hop.via for hop in node.source.hops] == [Via.TABLE, Via.LINK]
    own = over_pairs or over_records(node.source)
    inside = [each for part in (node.value, node.filter, node.order) if part is not None for each in part.walk()]
    return own and not any(
        isinstance(each, Aggregate) or (isinstance(each, Read) and each.level == node.inner and (each.path.hops or each.path.field != "id"))
        for each in inside
    )


def _root(node: Read | Aggregate) -> Root | None:
    if isinstance(node, Read):
        return node.path.root
    return node.source.root if isinstance(node.source, CollectionPath) else None
