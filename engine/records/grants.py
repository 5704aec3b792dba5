"""Rights to one record beside the rules of its entity, and locks on one record: rows, written by whoever opens or closes it.

A step of a workflow opens fields for its assignees (`source` is `task:ID`), and where it is stuck what it goes by for who helps
(`incident:ID`); it locks the record for everybody else. People open one record to others (`share:…`, see sharing).
"""

from __future__ import annotations

from typing import NamedTuple

from engine import storage
from engine.errors import Message
from engine.metadata import Entity
from engine.unit_of_work import View

WORK = ("task:", "incident:")
"""How the sources of grants begin that count although the record is locked: what they open, they open for the work that locks."""
LOCKED = Message("The record is in approval; only the fields of an open task can be changed.")


def entity_id(view: View, entity: Entity) -> int:
    """The number for life of an applied entity."""
    number = view.metadata.identity.number(f"entity:{entity.name}")
    assert number is not None, f"{entity.name} has not been applied"
    return number


def granted(view: View, entity: Entity, record: int, verb: str) -> bool:
    """Whether somebody opened this very record for the actor."""
    if view.actor.id is None:
        return False
    return any(verb in grant.verbs for grant in _holds(view, entity, record).given(view.actor.id, view.actor.roles))


class Opening(NamedTuple):
    """The fields of a record that work opens for somebody to write, those that people do, and why all else is locked (None: it is not)."""

    work: frozenset[str]
    people: frozenset[str]
    locked: Message | None


def opened(view: View, entity: Entity, record: int) -> Opening:
    """What was opened on this record for the actor to write."""
    found = _holds(view, entity, record)
    given = [] if view.actor.id is None else found.given(view.actor.id, view.actor.roles)
    fields: dict[bool, set[str]] = {True: set(), False: set()}
    for grant in given:
        if "update" in grant.verbs:
            fields[grant.source.startswith(WORK)].update(grant.fields)
    return Opening(frozenset(fields[True]), frozenset(() if found.locks else fields[False]), LOCKED if found.locks else None)


def grants_on(view: View, entity: Entity, record: int) -> tuple[storage.Grant, ...]:
    """Everything that was opened on this record, for whomever."""
    return _holds(view, entity, record).grants


def locked(view: View, entity: Entity, record: int) -> Message | None:
    """Why people may not change this record now; None if they may."""
    return LOCKED if _holds(view, entity, record).locks else None


def _holds(view: View, entity: Entity, record: int) -> storage.Holds:
    return storage.holds_of(view.connection, entity_id(view, entity), record, view.now)
