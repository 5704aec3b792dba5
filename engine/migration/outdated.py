"""Whether this engine can serve what an earlier one applied: its code needs the tables and fields that it was written with."""

from __future__ import annotations

from functools import lru_cache

from engine.errors import Message, Unavailable
from engine.loading import system_fields
from engine.metadata import Metadata
from engine.storage import Connection, is_lacking


def refuse_outdated(connection: Connection, metadata: Metadata | None) -> None:
    """Raise Unavailable, with what to do, when the database or `metadata` lacks what this version of the engine needs.

    None is a definition with the engine's own entities as this version has them.
    """
    if is_lacking(connection) or (metadata is not None and _needed() - _there(metadata)):
        words = "This database is still as an earlier version of Objectloom left it: look with `loom plan`, then run `loom apply`."
        raise Unavailable(Message(words))


def _there(metadata: Metadata) -> frozenset[str]:
    return frozenset(f"{name}.{field}" for name, entity in metadata.entities.items() if entity.system for field in entity.fields)


@lru_cache(maxsize=1)
def _needed() -> frozenset[str]:
    return system_fields()
