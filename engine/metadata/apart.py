"""Which records can be made many at a time: where nothing that is asked or computed for one reads what making another changes.

Derived from the formulas, so that nothing can be forgotten; where it is in doubt, records are made one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import lru_cache

from engine.formula import Formula, Reference, Root, Via

from .application import Metadata
from .derived import INSIDE, Key
from .fields import Field
from .formulas import formulas_in
from .model import Entity


@lru_cache(maxsize=512)
def stands_apart(metadata: Metadata, entity: Entity) -> bool:
    """Whether each new record of an entity is filled, computed, checked and allowed the same whatever others were made with it."""
    alone = entity.duplicates or entity.dated or entity.tree or entity.system
    owners = owners_of(entity)
    if alone or any(f.match is not None and f.match.missing == "create" for owner in owners for f in owner.fields.values()):
        return False
    names, changed = frozenset(owner.name for owner in owners), _changed(metadata, owners)
    return not any(key[0] in names or key in changed for key in _read(metadata, owners))


def owners_of(entity: Entity) -> tuple[Entity, ...]:
    """A document with what its tables and its links to many hold."""
    return (entity, *(field.rows for field in entity.collections if field.rows is not None))


@lru_cache(maxsize=1024)
def asked_of(entity: Entity) -> tuple[Formula, ...]:
    """Every formula that may be asked of a record or row when it is saved."""
    own = [getattr(field, part.name) for field in entity.fields.values() for part in fields(Field)]
    return tuple(formulas_in([own, entity.checks, entity.rules]))


def _read(metadata: Metadata, owners: tuple[Entity, ...]) -> Iterator[Key]:
    """The fields outside the document that are read, those of the rules by which its links may be chosen among them."""
    for owner in owners:
        references = (reference for formula in asked_of(owner) for reference in formula.references)
        yield from ((each.entity, each.field) for each in references if _leads_out(each) and not _of_itself(each))
        for field in owner.links:
            assert field.link is not None
            if field.match is not None:
                yield from ((field.link.entity, name) for name in field.match.key)
            for formula in formulas_in(metadata.entities[field.link.entity].rules) if field.link.entity in metadata.entities else ():
                yield from ((each.entity, each.field) for each in formula.references if _leads_out(each))


def _leads_out(reference: Reference) -> bool:
    return reference.root is not Root.ROW or any(hop.via not in INSIDE for hop in reference.hops)


def _of_itself(reference: Reference) -> bool:
    """Whether a path begins with what leads to the record: nothing leads to one that is new."""
    outside = (hop for hop in reference.hops if hop.via not in INSIDE)
    return reference.root is Root.ROW and next(outside).via is Via.INVERSE


def _changed(metadata: Metadata, owners: tuple[Entity, ...]) -> frozenset[Key]:
    """The fields of other documents that are computed anew, sooner or later in the same transaction, when such records are made."""
    by_change = metadata.derivations.by_change
    waiting = [owner.name for owner in owners]
    found: set[Key] = set()
    known = set(waiting)
    while waiting:
        name = waiting.pop()
        for (entity, _), dependents in by_change.items():
            for dependent in dependents if entity == name else ():
                document = metadata.entities[dependent.field.entity]
                for owner in owners_of(metadata.entities[document.document] if document.document else document):
                    found |= {(owner.name, field.name) for field in owner.fields.values() if field.computed}
                    if owner.name not in known:
                        known.add(owner.name)
                        waiting.append(owner.name)
    return frozenset(found)
