"""The audit over all records, for auditors: who did what, when, to which record, and who was shown it. Values stay with the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine import storage
from engine.errors import Forbidden, Message
from engine.frozen import frozen
from engine.metadata import USER, Entity, Field
from engine.unit_of_work import View

from .grants import entity_id
from .titles import titles

GONE = "…"
"""Stands for the name of somebody whom the reader may not know."""
AUDITOR = "auditor"
"""The role that may read the audit; administrators may too."""


@frozen
class Audited:
    """One line. `title` is None where the reader may not see the record, or where it is gone; `fields` are those that were changed.

    `whom_for` is the person for whom somebody else did it; blank for all that people did for themselves.
    """

    at: datetime
    who: str
    entity: Entity
    record: int
    title: str | None
    action: str
    cause: str
    fields: Sequence[Field]
    whom_for: str = ""


@frozen
class Asked:
    """What an auditor looks for: a person by name, an entity, one of its records, a time; `reads`: who was shown records."""

    who: str = ""
    entity: str = ""
    record: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    reads: bool = False


def may_audit(view: View) -> bool:
    """Whether the actor may read the audit."""
    return view.actor.trusted or view.actor.administrator or view.actor.plays(AUDITOR)


def audited(view: View, asked: Asked, limit: int = 50) -> tuple[list[Audited], int | None]:
    """The newest lines, and before which number the next page begins. Raises Forbidden."""
    if not may_audit(view):
        raise Forbidden(Message("Only auditors may read the audit."))
    known = {entity_id(view, entity): entity for entity in view.metadata.documents}
    chosen = view.metadata.entities.get(asked.entity)
    number = entity_id(view, chosen) if chosen is not None and chosen.document is None else None
    sought = storage.Sought(asked.who, number, asked.record, asked.since, asked.until, asked.before, asked.reads)
    lines, following = storage.audit_lines(view.connection, sought, limit)
    shown = [line for line in lines if line.entity_id in known]
    named = _titles(view, known, shown)
    others = titles(view, USER, {line.on_behalf_of for line in shown if line.on_behalf_of is not None})
    return [_audited(known[line.entity_id], line, named.get((line.entity_id, line.record_id)), others) for line in shown], following


def _titles(view: View, known: Mapping[int, Entity], lines: Sequence[storage.Line]) -> dict[tuple[int, int], str | None]:
    found: dict[tuple[int, int], str | None] = {}
    for number in {line.entity_id for line in lines}:
        ids = {line.record_id for line in lines if line.entity_id == number}
        found |= {(number, record): title for record, title in titles(view, known[number].name, ids).items()}
    return found


def _audited(entity: Entity, line: storage.Line, title: str | None, others: Mapping[int, str | None]) -> Audited:
    fields = tuple(entity.fields[name] for name in line.fields if name in entity.fields)
    whom_for = "" if line.on_behalf_of is None else others.get(line.on_behalf_of) or GONE
    return Audited(line.at, line.actor_name, entity, line.record_id, title, line.action, line.cause, fields, whom_for)
