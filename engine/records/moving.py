"""Moving parts of a tree: what lies below a record that moves gets other records above it.

Whoever places or moves a record holds the tree alone until the commit, so that two moves never make a circle together.
"""

from __future__ import annotations

from engine import storage
from engine.access import SYSTEM
from engine.metadata import ABOVE, Entity
from engine.unit_of_work import Cause, UnitOfWork

from .draft import Draft, Row, begun, ids_of, key_of
from .fetch import fetch
from .grants import entity_id
from .rows import fetch_referring
from .trees import climb, is_placed, put_below
from .write import update

MOVED = Cause("derived", "tree")


def hold_tree(uow: UnitOfWork, draft: Draft) -> None:
    """Let nobody else place a record in the tree until this is committed, if this draft places one."""
    if is_placed(draft):
        hold_whole(uow, draft.entity)


def hold_whole(uow: UnitOfWork, entity: Entity) -> None:
    """Let nobody else place a record in the tree of an entity, if it has one, until this is committed."""
    if entity.tree is not None:
        storage.lock_key(uow.connection, f"tree:{entity_id(uow, entity)}")


def move_below(uow: UnitOfWork, draft: Draft, row: Row) -> None:
    """What lies below a record that was moved has other records above it now."""
    field = draft.entity.fields.get(ABOVE)
    if draft.entity.tree is None or field is None or draft.old is None or not is_placed(draft):
        return
    assert field.relation is not None
    own, above = key_of(row), ids_of(field, draft.new.get(ABOVE)) or ()
    pairs = fetch_referring(uow, field.relation.name, ABOVE, [own])
    for number in sorted({int(str(pair["document_id"])) for pair in pairs}):
        below = Draft(draft.entity, old := fetch(uow, draft.entity.name, number, lock=True), begun(draft.entity, old))
        before = ids_of(field, old[ABOVE]) or ()
        put_below(below, [*above, *before[before.index(own) :]])
        _keep(uow, below)


def replant(uow: UnitOfWork, entity: Entity, number: int) -> None:
    """The records above one, anew: for records that were there before their entity became a tree."""
    if entity.tree is None:
        return
    hold_whole(uow, entity)
    old = fetch(uow, entity.name, number, lock=True)
    draft = Draft(entity, old, begun(entity, old), {entity.tree})
    climb(uow, draft)
    if not draft.problems:
        _keep(uow, draft)


def _keep(uow: UnitOfWork, draft: Draft) -> None:
    with uow.because(MOVED, SYSTEM):
        if update(uow, draft, derived=True) is not draft.old and draft.old is not None:
            uow.derived.add((draft.entity.name, key_of(draft.old)))
