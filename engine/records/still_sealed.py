"""What is computed from values of other records that are sealed there: nothing, until all of them are open (LANGUAGE 5.7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from engine.access import Actor, Sight, row_rule
from engine.formula import TRUTH, Aggregate, CollectionPath, Formula, Hop, Node, Or, Root, Via, only_rows
from engine.metadata import Entity, Field, Metadata
from engine.storage import Asking, Listing
from engine.unit_of_work import View

from .draft import Row, envelopes, key_of, rows_of
from .frame import RecordFrame
from .sealed_reads import where_sealed
from .visible import reader


def rests_on_sealed(frame: RecordFrame, field: Field, row: Row) -> bool:
    """Whether something that a field of this row is computed from is still sealed in another record."""
    sources = frame.view.metadata.derivations.sealed_sources.get((field.entity, field.name), ())
    return any(
        names & envelopes(each).keys() for hops, names in sources for each in frame.rows(row, CollectionPath(Root.ROW, field.entity, hops))
    )


def kept_blank(view: View, entity: Entity, rows: Sequence[Row], sights: Sequence[Sight]) -> Mapping[int, Collection[str]]:
    """The fields and cells (`lines.price`), by record, that are blank because they rest on what is sealed in records that the actor sees.

    Where they see none of those they are not even told that there are some. One statement for a field that is blank somewhere.
    """
    found: dict[int, set[str]] = {}
    for table, field in _resting(view.metadata, entity):
        path = field.name if table is None else f"{table.name}.{field.name}"
        blank = {
            key_of(each): key_of(row)
            for row, sight in zip(rows, sights, strict=True)
            if sight.readable(path)
            for each in ((row,) if table is None else rows_of(row, table))
            if each.get(field.name, "") is None
        }
        for number in _sealed_in(view, view.metadata.entities[field.entity], field, list(blank)) if blank else ():
            found.setdefault(blank[number], set()).add(path)
    return found


@lru_cache(maxsize=1024)
def _resting(metadata: Metadata, entity: Entity) -> tuple[tuple[Field | None, Field], ...]:
    """The fields of a record, and of the rows of a table of it, that may rest on what is sealed in other records."""
    if not metadata.seals:
        return ()
    places = ((None, entity), *((table, table.table) for table in entity.tables))
    fields = ((table, field) for table, owner in places if owner is not None for field in owner.fields.values())
    return tuple((table, field) for table, field in fields if (field.entity, field.name) in metadata.derivations.sealed_sources)


def _sealed_in(view: View, entity: Entity, field: Field, numbers: Sequence[int]) -> list[int]:
    holds = where_sealed(view, entity, field.made_of)
    if holds is not None and not (view.actor.trusted or view.actor.administrator):
        holds = _among_seen(view.metadata, holds, view.actor.roles)
    if holds is None:
        return []
    asking = Asking(RecordFrame(view), reader(view, entity), len(numbers), ids=numbers)
    return [key_of(found.row) for found in view.lists.page(view.connection, Listing(entity.name, where=(holds,), some=True), asking)]


@lru_cache(maxsize=1024)
def _among_seen(metadata: Metadata, holds: Formula, roles: frozenset[str]) -> Formula | None:
    """The same of records that these roles read; None where that cannot be asked of them."""
    conditions: dict[CollectionPath, Node | None] = {}
    for node in holds.tree.walk():
        if isinstance(node, Aggregate) and isinstance(node.source, CollectionPath):
            rules = [_rules(metadata, hop, Actor(roles=roles)) for hop in node.source.hops]
            if any(each is None for each in rules) or any(rules[:-1]):
                return None
            conditions[node.source] = _either(rules[-1] or ())
    return replace(holds, tree=only_rows(holds.tree, lambda source: conditions[source]))


def _rules(metadata: Metadata, hop: Hop, actor: Actor) -> tuple[Formula, ...] | None:
    """Of which rules one must hold of a record at the end of a hop (none: all are read); None where no rule says it."""
    target = metadata.entities[hop.target]
    if hop.via in (Via.TABLE, Via.DOCUMENT):
        return ()
    rule = row_rule(target, "read", actor)
    counts = any(isinstance(node, Aggregate) for each in rule.any_of for node in each.tree.walk())
    hidden = any(hop.link in each.rule.hide or hop.link in each.rule.mask for each in rule.granting)
    if rule.nothing or hidden or (counts and not rule.everything):
        return None
    return () if rule.everything else rule.any_of


def _either(rules: Sequence[Formula]) -> Node | None:
    if len(rules) < 2:
        return rules[0].tree if rules else None
    return Or(type=TRUTH.nullable(), items=tuple(each.tree for each in rules))
