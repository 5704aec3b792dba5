"""Codes that others took the place of: those are gone, and whoever finds one in an earlier definition finds what it became."""

from __future__ import annotations

from collections.abc import Mapping

from engine.loading import Sources, origins
from engine.metadata import Metadata, extra_types
from engine.storage import Connection, revision_of, served

from .codes import CODED


def successors(connection: Connection, before: Metadata) -> Mapping[int, int]:
    """The numbers of the codes that went since the definition `before`, each with that of the one that said that it was called so."""
    found: dict[int, int] = {}
    then: Mapping[str, int] = before.identity.numbers
    for number in range(before.number + 1, served(connection) + 1):
        revision = revision_of(connection, number)
        here = frozenset(revision.numbers.values())
        for key, formers in origins(Sources(revision.files), extra_types(before)).renames.items():
            if key.partition(":")[0] in CODED and key in revision.numbers:
                gone = (then[former] for former in formers if former in then and then[former] not in here)
                found |= dict.fromkeys(gone, revision.numbers[key])
        then = revision.numbers
    return found
