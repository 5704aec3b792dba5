"""The rows of copies: who got one of which running work, and when they read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.frozen import frozen
from engine.storage import Connection, workflow_tables

_copy = workflow_tables.copy


@frozen
class Copy:
    """One person's copy of an instance, from the step where it was sent."""

    instance_id: int
    person: int
    step: str
    sender: int | None
    at: datetime
    read_at: datetime | None


@frozen
class Sent:
    """Where, by whom (None: by the definition) and when copies are sent."""

    step: str
    sender: int | None
    at: datetime


def readers(connection: Connection, instance_id: int) -> set[int]:
    """Who has a copy of an instance."""
    query = _copy.select().with_only_columns(_copy.c.person).where(_copy.c.instance_id == instance_id)
    return set(connection.execute(query).scalars())


def add(connection: Connection, instance_id: int, people: Sequence[int], sent: Sent) -> None:
    """A copy for each of these people."""
    about = {"instance_id": instance_id, "step": sent.step, "sender": sent.sender, "at": sent.at}
    connection.execute(_copy.insert(), [{**about, "person": person} for person in people])


def copies_for(connection: Connection, person: int, limit: int) -> list[Copy]:
    """The newest copies of a person."""
    query = _copy.select().where(_copy.c.person == person).order_by(_copy.c.at.desc(), _copy.c.instance_id.desc()).limit(limit)
    return [Copy(**row) for row in connection.execute(query).mappings()]


def mark_read(connection: Connection, instance_id: int, person: int, now: datetime) -> bool:
    """A person has read their copy, for the first time or again; False where they have none."""
    own = _copy.c.instance_id == instance_id, _copy.c.person == person
    known = connection.execute(_copy.select().with_only_columns(_copy.c.read_at).where(*own)).first()
    if known is not None and known.read_at is None:
        connection.execute(_copy.update().where(*own).values(read_at=now))
    return known is not None
