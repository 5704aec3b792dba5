"""Which stored computed fields depend on other documents, and which changes make them stale (FORMULA 2.14).

Derived from the formulas alone, so that nothing can be forgotten: every branch of a formula counts, and virtual fields on the
way have been inlined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from engine.formula import (
    Aggregate,
    Formula,
    Hop,
    Node,
    Root,
    Via,
)
from engine.frozen import frozen

from .fields import Field
from .model import Entity

Key = tuple[str, str]
"""Entity and field."""
Source = tuple[tuple[Hop, ...], frozenset[str]]
"""The way to rows, and the fields of theirs that are read."""
INSIDE = frozenset({Via.TABLE, Via.DOCUMENT})
"""Hops that stay within one document."""


@frozen
class Dependent:
    """A computed field that a change makes stale; `path` leads from its record to the changed one."""

    field: Field
    path: tuple[Hop, ...]


@frozen(slots=False)
class Derivations:
    """What depends on what across documents. A change is an entity and a field, or None for a row made or removed.

    `rollups` are the fields that aggregate rows outside their document, which are calculated by the database; `live` the others,
    which follow links. Both are by the entity whose field it is. `sealed_sources` are the ways to what may be sealed in other
    records, by the field that reads it: rows, and which of their fields.
    """

    by_change: Mapping[tuple[str, str | None], tuple[Dependent, ...]]
    rollups: Mapping[str, tuple[Field, ...]]
    live: Mapping[str, tuple[Field, ...]]
    ranks: Mapping[str, int]
    sealed_sources: Mapping[Key, tuple[Source, ...]]

    def rolled_up(self, field: Field) -> bool:
        """Whether a field is calculated by the database once its row lies there."""
        return field in self.rollups.get(field.entity, ())

    def rank(self, document: str) -> int:
        """The place of a document's records in the order of recomputing and locking."""
        return self.ranks.get(document, 0)


def derivations(entities: Mapping[str, Entity]) -> Derivations:
    """The graph of all stored computed fields that leave their document."""
    fields = {(e.name, f.name): f for e in entities.values() for f in e.fields.values() if f.computed and f.keep != "virtual"}
    leaving = [field for field in fields.values() if any(leaves_document(formula) for formula in field.made_of)]
    by_change: dict[tuple[str, str | None], list[Dependent]] = {}
    for field in leaving:
        for change, path in _changes(field):
            by_change.setdefault(change, []).append(Dependent(field, path))
    rollups: dict[str, list[Field]] = {}
    live: dict[str, list[Field]] = {}
    for field in leaving:
        (rollups if is_rollup(field) else live).setdefault(field.entity, []).append(field)
    depths = _Depths(fields)
    ranks: dict[str, int] = {}
    for field in leaving:
        document = entities[field.entity].document or field.entity
        ranks[document] = max(ranks.get(document, 0), depths.of((field.entity, field.name)))
    sealed = {(field.entity, field.name): found for field in leaving if (found := sealed_sources(entities, field))}
    return Derivations(_frozen(by_change), _frozen(rollups), _frozen(live), ranks, sealed)


Of = TypeVar("Of")
By = TypeVar("By")


def _frozen(found: Mapping[By, list[Of]]) -> Mapping[By, tuple[Of, ...]]:
    return {key: tuple(items) for key, items in found.items()}


def leaves_document(formula: Formula) -> bool:
    """Whether a formula reads something outside the record and its own tables."""
    return any(hop.via not in INSIDE for reference in formula.references for hop in reference.hops)


def sealed_sources(entities: Mapping[str, Entity], field: Field) -> tuple[Source, ...]:
    """The ways to values of other records that a field reads and that may be sealed there."""
    found: dict[tuple[Hop, ...], set[str]] = {}
    for reference in (each for formula in field.made_of for each in formula.references if each.root is Root.ROW):
        read = entities[reference.entity].fields.get(reference.field) if reference.entity in entities else None
        if read is not None and read.seal is not None and any(hop.via not in INSIDE for hop in reference.hops):
            found.setdefault(reference.hops, set()).add(read.name)
    return tuple((hops, frozenset(names)) for hops, names in found.items())


def is_rollup(field: Field) -> bool:
    """Whether a field aggregates rows outside its document and the database can do it."""
    formula = field.formula
    return formula is not None and formula.pushable and any(_aggregates_outside(node) for node in formula.tree.walk())


def _aggregates_outside(node: Node) -> bool:
    if not isinstance(node, Aggregate) or isinstance(node.source, Node):
        return False
    return any(hop.via not in INSIDE for hop in node.source.hops)


def _changes(field: Field) -> Iterator[tuple[tuple[str, str | None], tuple[Hop, ...]]]:
    rollup = is_rollup(field)
    for trigger in (trigger for formula in field.made_of for trigger in formula.dependencies):
        inside = all(hop.via in INSIDE for hop in trigger.path)
        if inside and not rollup:
            continue  # the save of the document itself computes it
        yield (trigger.entity, trigger.field), trigger.path


class _Depths:
    """How many computed fields a computed field stands on."""

    def __init__(self, fields: Mapping[Key, Field]) -> None:
        self._fields = fields
        self._known: dict[Key, int] = {}

    def of(self, key: Key) -> int:
        """The length of the longest way down; loading has refused circles."""
        if key not in self._known:
            self._known[key] = 0
            formulas = self._fields[key].made_of
            read = {(r.entity, r.field) for f in formulas for r in f.references if r.root is Root.ROW} & self._fields.keys()
            self._known[key] = 1 + max((self.of(each) for each in read if each != key), default=0)
        return self._known[key]
