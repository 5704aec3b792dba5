"""Locking what a rule counts over, so that two people at a limit cannot both pass it (LANGUAGE 5.2, FORMULA section 4).

A condition that aggregates over the collection of a linked record, or reads a field there that is computed from other
documents, locks that record before it is asked. Locks are taken in the order of rank, entity and id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from engine.formula import TO_ONE, Formula, Hop, Reference, Root, Via
from engine.metadata import Metadata, Value, leaves_document
from engine.unit_of_work import UnitOfWork

from .draft import Row
from .frame import frame_of
from .rows import fetch_many

Owner = tuple[int, str, int]
"""Rank, entity and id."""


def hold(uow: UnitOfWork, formulas: Sequence[Formula], row: Row) -> None:
    """Lock the records behind `formulas`, asked of `row`, whose numbers others may be changing; they are read anew under the lock."""
    shared = _shared(uow.metadata, tuple(formulas))
    if not shared:
        return
    found: set[Owner] = set()
    for reference in shared:
        found |= set(_owners(uow, reference, row))
    for _, entity, number in sorted(found):
        uow.linked[entity, number] = fetch_many(uow, entity, [number], lock=True).get(number)


def shares(metadata: Metadata, formulas: tuple[Formula, ...]) -> bool:
    """Whether anything may have to be locked for these formulas."""
    return bool(_shared(metadata, formulas))


def _owners(uow: UnitOfWork, reference: Reference, row: Row) -> Iterator[Owner]:
    start = _start(uow, reference.root, row)
    lead = _lead(reference.hops)
    if start is None:
        return
    entity, number = start
    frame = frame_of(uow, row)
    current: Mapping[str, Value] | None = row if reference.root is Root.ROW else frame.user
    for hop in lead:
        name = "document_id" if hop.via is Via.DOCUMENT else hop.name
        following = current.get(name) if current is not None else None
        if not isinstance(following, int):
            return
        entity, number, current = hop.target, following, frame.record(hop.target, following)
    if uow.metadata.entities[entity].document is None:
        yield uow.metadata.derivations.rank(entity), entity, number


def _start(uow: UnitOfWork, root: Root, row: Row) -> tuple[str, int] | None:
    if root is Root.ROW:
        return "", 0
    return ("user", uow.actor.id) if root is Root.USER and uow.actor.id is not None else None


def _lead(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """The to-one hops at the beginning of a path."""
    for at, hop in enumerate(hops):
        if hop.via not in TO_ONE:
            return hops[:at]
    return hops


@lru_cache(maxsize=4096)
def _shared(metadata: Metadata, formulas: tuple[Formula, ...]) -> tuple[Reference, ...]:
    """What formulas read of other records that others may be changing."""
    return tuple(each for formula in formulas for each in formula.references if _is_shared(metadata, each))


def _is_shared(metadata: Metadata, reference: Reference) -> bool:
    lead = _lead(reference.hops)
    shared = len(lead) < len(reference.hops) or _derived(metadata, reference)
    return shared and (bool(lead) or reference.root is not Root.ROW)


def _derived(metadata: Metadata, reference: Reference) -> bool:
    entity = metadata.entities.get(reference.entity)
    field = entity.fields.get(reference.field) if entity else None
    return field is not None and field.formula is not None and field.keep == "stored" and leaves_document(field.formula)
