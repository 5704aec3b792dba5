"""Rights to one record beside the rules of its entity, and locks on one record: rows, written by whoever opens or closes it.

A step of a workflow opens fields for its assignees (`source` is `task:ID`) and locks the record for everybody else.
"""

from __future__ import annotations

from engine import storage
from engine.errors import Message
from engine.metadata import Entity
from engine.unit_of_work import View


def entity_id(view: View, entity: Entity) -> int:
    """The number for life of an applied entity."""
    number = view.metadata.identity.number(f"entity:{entity.name}")
    assert number is not None, f"{entity.name} has not been applied"
    return number


def granted(view: View, entity: Entity, record: int, verb: str) -> bool:
    """Whether somebody opened this very record for the actor."""
    return any(verb in grant.verbs for grant in _grants(view, entity, record))


def opened(view: View, entity: Entity, record: int) -> frozenset[str]:
    """The fields of this record that were opened for the actor to write."""
    return frozenset(name for grant in _grants(view, entity, record) if "update" in grant.verbs for name in grant.fields)


def _grants(view: View, entity: Entity, record: int) -> list[storage.Grant]:
    actor = view.actor
    if actor.id is None:
        return []
    return storage.grants_of(view.connection, (entity_id(view, entity), record), actor.id, actor.roles, view.now)


def locked(view: View, entity: Entity, record: int) -> Message | None:
    """Why people may not change this record now; None if they may."""
    if not storage.locks_of(view.connection, entity_id(view, entity), record):
        return None
    return Message("The record is in approval; only the fields of an open task can be changed.")
