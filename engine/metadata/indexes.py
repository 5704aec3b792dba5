"""Which indexes the declarations of an application call for: what lists are sorted by, and what their filters and the rules compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.formula import And, Call, Compare, Formula, Hop, Node, OneOf, Or, Path, Read, Root, Via

from .application import Metadata
from .model import Entity

SYSTEM = frozenset({"created_at", "created_by", "updated_at", "updated_by"})
UNINDEXED = frozenset({"long_text", "rich_text", "multi_choice", "json", "location"})


def useful_indexes(metadata: Metadata, entity: Entity) -> tuple[tuple[str, ...], ...]:
    """The columns of indexes that lists, rules and links use, each with the id, by which every list is ordered in the end.

    Where a condition leaves the records of one value ("mine", "open"), they lie in the order of the list.
    """
    if entity.document is not None or not entity.api:
        return ()
    lists = [each for each in metadata.lists.values() if each.entity == entity.name]
    sorted_by = [entity.place_of(each.sort[0].path) for each in lists if each.sort and is_indexable(entity, each.sort[0].path)]
    sorted_by += [entity.place_of(names[0]) for names in entity.index if len(names) == 1 and entity.place_of(names[0]) != names[0]]
    conditions = [each.where for each in lists] + [tab.where for each in lists for tab in each.tabs] + list(_rules(entity))
    trees = [formula.tree for formula in conditions if formula is not None]
    parts = [part for tree in trees for part in alternatives(tree)]
    ruled = [part for formula in _rules(entity) for part in alternatives(formula.tree)]
    linking = [hop.name for part in ruled for hop, _ in behind_links(part)]
    fixed = {name for part in parts for name in fixed_fields(part)} | set(linking)
    compared = (name for tree in trees for name in compared_fields(tree))
    names = dict.fromkeys((*sorted_by, *compared, *linking))
    known = (name for name in names if name in sorted_by or is_indexable(entity, name))
    return tuple((name, *sorted_by[:1], "id") if name in fixed and name not in sorted_by else (name, "id") for name in known)


def is_indexable(entity: Entity, name: str) -> bool:
    """Whether it is a column of the record itself that an index can hold."""
    if name == "state":
        return entity.lifecycle is not None
    field = entity.fields.get(name)
    return name in SYSTEM if field is None else field.stored and field.kind not in UNINDEXED


def compared_fields(tree: Node) -> Iterator[str]:
    """The own fields of a record that a condition compares with `=` or `in`."""
    if isinstance(tree, And | Or):
        for item in tree.items:
            yield from compared_fields(item)
    elif isinstance(tree, Compare) and tree.op == "=":
        yield from _own((tree.left, tree.right))
    elif isinstance(tree, OneOf) and not tree.negated:
        yield from _own((tree.value, *tree.options))


def alternatives(tree: Node) -> tuple[Node, ...]:
    """The conditions of which one must hold for a condition to hold."""
    return tuple(part for item in tree.items for part in alternatives(item)) if isinstance(tree, Or) else (tree,)


def fixed_fields(tree: Node) -> Iterator[str]:
    """The own fields of which a condition leaves the records of one value: compared with `=` alone, or beside other conditions."""
    if isinstance(tree, And):
        for item in tree.items:
            yield from fixed_fields(item)
    elif isinstance(tree, Compare) and tree.op == "=" and len(own := tuple(_own((tree.left, tree.right)))) == 1:
        yield own[0]


def behind_links(tree: Node) -> Iterator[tuple[Hop, Compare]]:
    """The links behind which a condition asks for a value of its reader, and what it asks of the linked record itself.

    Where the link is blank such a condition does not hold.
    """
    if isinstance(tree, And):
        for item in tree.items:
            yield from behind_links(item)
    elif isinstance(tree, Compare) and tree.op == "=" and (tree.never or not (tree.left.type.null and tree.right.type.null)):
        for side, other in ((tree.left, tree.right), (tree.right, tree.left)):
            hop = _first_link(side)
            if hop is not None and isinstance(side, Read) and isinstance(other, Read) and other.path.root is Root.USER:
                there = replace(side, path=Path(Root.ROW, hop.target, side.path.hops[1:], side.path.field))
                yield hop, replace(tree, left=there) if side is tree.left else replace(tree, right=there)


def _first_link(node: Node) -> Hop | None:
    """The link that leads to a value of another record."""
    if not isinstance(node, Read) or node.path.root is not Root.ROW or node.level or not node.path.hops:
        return None
    own = len(node.path.hops) == 1 and node.path.field == "id"
    plain = all(hop.via is Via.LINK and not hop.joint for hop in node.path.hops)
    return node.path.hops[0] if plain and not own else None


def _own(nodes: Iterable[Node]) -> Iterator[str]:
    for written in nodes:
        node = written.args[0] if isinstance(written, Call) and written.function.name == "LOWER" else written
        if isinstance(node, Read) and node.path.root is Root.ROW and node.level == 0:
            if not node.path.hops:
                yield node.path.field
            elif len(node.path.hops) == 1 and node.path.field == "id":
                yield node.path.hops[0].name


def _rules(entity: Entity) -> Iterator[Formula]:
    for rule in entity.rules:
        grant = rule.verbs.get("read")
        if isinstance(grant, Formula):
            yield grant
