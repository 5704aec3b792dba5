"""Definitions as they were applied."""

from __future__ import annotations

from engine.frozen import frozen
from engine.loading import Sources
from engine.metadata import Identity
from engine.storage import Connection, revision_of


@frozen
class Stored:
    """The files of a revision, and the ids of what they name."""

    sources: Sources
    identity: Identity


def stored(connection: Connection, number: int) -> Stored:
    """The revision `number`. Raises KeyError when there is none."""
    found = revision_of(connection, number)
    return Stored(Sources(found.files), Identity(found.numbers, found.physical))
