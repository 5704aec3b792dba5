"""What a person types (filters, sort keys, search) reads only what that person may read.

A field that is hidden or masked in every row is refused. One that is hidden in some rows is blank there, and so is
everything behind a link whose target the person may not see: the answer does not depend on the hidden value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from engine.access import Actor, granting, never_readable, row_rule, uniform
from engine.errors import Invalid, Message, Problem
from engine.formula import (
    TRUTH,
    Aggregate,
    And,
    Case,
    CollectionPath,
    Constant,
    Context,
    Formula,
    Hop,
    Node,
    Or,
    Path,
    Read,
    Reference,
    Root,
    Via,
    begin_at,
    only_rows,
    seen_between,
    veiled,
)
from engine.metadata import Entity, Metadata, Rule
from engine.unit_of_work import View

from .narrowing import left_out, somewhere


def veil(view: View, entity: Entity, formula: Formula) -> Formula:
    """`formula`, typed by the actor, over records of `entity`, reading only what the actor may read. Raises Invalid."""
    if view.actor.trusted or view.actor.administrator:
        return formula
    return left_out(view, entity, _veiled(view.metadata, entity, formula, view.actor.roles))


def shown_where(view: View, entity: Entity, formula: Formula) -> tuple[Formula, Formula | None]:
    """A value as the actor may read it, and the condition that it is shown under beside it (None: within it). Raises Invalid."""
    return _shown(formula, veil(view, entity, formula))


@lru_cache(maxsize=4096)
def _shown(formula: Formula, found: Formula) -> tuple[Formula, Formula | None]:
    if found is formula or not isinstance(formula.tree, Read) or not isinstance(found.tree, Case):
        return found, None
    return formula, replace(formula, tree=found.tree.arms[0][0], type=TRUTH, context=Context.WHERE)


def always_readable(view: View, entity: Entity, name: str) -> bool:
    """Whether the actor may read a field (`lines.note` for a cell) on every row that is visible to them, whatever a task hides."""
    if view.actor.trusted or view.actor.administrator:
        return True
    reader = Actor(roles=view.actor.roles)
    if {name, name.split(".", 1)[0]} & somewhere(view, entity) or not _in_all_rows(reader, entity, name):
        return False
    return all(_readable(reader, entity, part, linked=False) is None for part in {name, name.split(".", 1)[0]}) and never_readable(
        entity, reader
    ).readable(name)


def _in_all_rows(reader: Actor, entity: Entity, name: str) -> bool:
    """Whether a cell may be read in every row of its table, as far as rules of the table say."""
    table, _, cell = name.partition(".")
    field = entity.fields.get(table)
    if field is None or field.table is None or not field.table.rules:
        return True
    return _readable(reader, field.table, cell, linked=True) is None


@lru_cache(maxsize=4096)
def _veiled(metadata: Metadata, entity: Entity, formula: Formula, roles: frozenset[str]) -> Formula:
    reader = Actor(roles=roles)
    for reference in formula.references:
        if reference.root is Root.ROW:
            _refuse_hidden(metadata, reader, reference.entity, reference.field)
            for hop in reference.hops:
                _refuse_hidden(metadata, reader, hop.source, hop.name)
        elif reference.root is Root.USER and reference.hops:
            _refuse_behind_person(metadata, reader, reference)
    tree = only_rows(formula.tree, lambda source: _seen_rows(metadata, reader, source))  # first: rules are not veiled by rules
    tree = veiled(tree, lambda path: _condition(metadata, reader, entity, path))
    tree = seen_between(tree, lambda source: _condition_between(metadata, reader, source))
    return formula if tree is formula.tree else replace(formula, tree=tree)


def _refuse_hidden(metadata: Metadata, reader: Actor, entity_name: str, name: str) -> None:
    entity = metadata.entities[entity_name]
    owner = metadata.entities[entity.document] if entity.document else entity
    path = f"{entity_name.removeprefix(owner.name + '.')}.{name}" if entity.document else name
    if not never_readable(owner, reader).readable(path):
        raise Invalid([Problem("where", "hidden_field", Message("You may not filter or sort by {name}.", {"name": name}))])


def _refuse_behind_person(metadata: Metadata, reader: Actor, reference: Reference) -> None:
    """One's own attributes may be used, but what lies behind their links only where it may be read of every record."""
    steps = [(hop.source, hop.name) for hop in reference.hops[1:]] + [(reference.entity, reference.field)]
    for source, name in steps:
        _refuse_hidden(metadata, reader, source, name)
        if _readable(reader, metadata.entities[source], name, linked=True) is not None:
            raise Invalid([Problem("where", "hidden_field", Message("You may not filter or sort by {name}.", {"name": name}))])


def _condition(metadata: Metadata, reader: Actor, entity: Entity, path: Path) -> Node | None:
    """When the value at the end of `path` may be read; None for always."""
    conditions = []
    for at in range(len(path.hops) + 1):
        source = metadata.entities[path.hops[at - 1].target] if at else entity
        name = path.hops[at].name if at < len(path.hops) else path.field
        found = _readable_at(metadata, reader, (source, name), linked=at > 0)
        if found is not None:
            conditions.append(begin_at(found, entity.name, path.hops[:at]))
    return _all(conditions)


def _readable_at(metadata: Metadata, reader: Actor, at: tuple[Entity, str], *, linked: bool) -> Node | None:
    """When a field of a record, or a cell of a row, may be read; None for always."""
    entity, name = at
    if entity.document is None:
        return _readable(reader, entity, name, linked=linked)
    own = _readable(reader, entity, name, linked=linked) if entity.rules else None
    return _all([each for each in (own, _readable_cell(metadata, reader, at, linked=linked)) if each is not None])


def _seen_rows(metadata: Metadata, reader: Actor, source: CollectionPath) -> Node | None:
    """When a row that is calculated with may be read, by rules of its table; None for always.

    Raises Invalid where that cannot stand inside a calculation: where rules hide different fields, or calculate themselves.
    """
    found = None
    for hop in source.hops:
        rows = metadata.entities[hop.target]
        if rows.document is None or not rows.rules or hop.via is Via.DOCUMENT:
            continue
        rules = granting(rows, "read", reader)
        alike = uniform(each.rule for each in rules)
        if alike and any(each.where is None for each in rules):
            continue
        nested = any(isinstance(node, Aggregate) for each in rules if each.where is not None for node in each.where.tree.walk())
        if not alike or nested or hop is not source.hops[-1]:
            raise Invalid([Problem("where", "hidden_field", Message("You may not filter or sort by {name}.", {"name": str(source)}))])
        found = _any(each.where.tree for each in rules if each.where is not None)
    return found


def _condition_between(metadata: Metadata, reader: Actor, source: CollectionPath) -> Node | None:
    """When a record between and both of its links may be read; None for always."""
    near, far = source.hops
    between = metadata.entities[near.target]
    for name in (str(near.link), far.name):
        _refuse_hidden(metadata, reader, between.name, name)
    found = [_readable(reader, between, name, linked=True) for name in (str(near.link), far.name)]
    conditions = tuple(each for each in found if each is not None)
    return And(type=TRUTH.nullable(), items=conditions) if conditions else None


def _readable_cell(metadata: Metadata, reader: Actor, at: tuple[Entity, str], *, linked: bool) -> Node | None:
    """When a cell of a row of a table may be read: some rule that grants its document hides neither it nor the table."""
    entity, name = at
    owner = metadata.entities[str(entity.document)]
    table = entity.name.removeprefix(f"{owner.name}.")
    conditions = [_readable(reader, owner, each, linked=linked) for each in (table, f"{table}.{name}")]
    hop = Hop(owner.name, entity.name, owner.name, Via.DOCUMENT)
    return _all([begin_at(each, entity.name, (hop,)) for each in conditions if each is not None])


def _all(conditions: Sequence[Node]) -> Node | None:
    """That all of them hold; None where there is none."""
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else And(type=TRUTH.nullable(), items=tuple(conditions))


def _readable(reader: Actor, entity: Entity, name: str, *, linked: bool) -> Node | None:
    """When a field of a record may be read: some rule grants the row without hiding it. None for always.

    The rows of the list itself are granted by the list's own row rule; linked records must be granted here.
    """
    rules = granting(entity, "read", reader)
    if row_rule(entity, "read", reader).everything and not rules:
        return None
    showing = [g for g in rules if not _closed(g.rule, name)]
    if len(showing) == len(rules) and not linked:
        return None
    if any(g.where is None for g in showing):
        return None
    return _any(g.where.tree for g in showing if g.where is not None)


def _closed(rule: Rule, name: str) -> bool:
    return name in rule.hide or name in rule.mask


def _any(trees: Iterable[Node]) -> Node:
    items = tuple(trees)
    if not items:
        return Constant(type=TRUTH, value=False)
    return items[0] if len(items) == 1 else Or(type=TRUTH.nullable(), items=items)
