"""The archive, over HTTP: putting a record there, and taking it back."""

from __future__ import annotations

from engine import records

from . import body
from .door import Answer, Call
from .records import entity_named, written


def archive_record(call: Call, entity: str, number: int) -> Answer:
    """POST /records/{entity}/{id}/archive: the record is out of lists, and nobody changes it."""
    kind, version = entity_named(call, entity, "write"), body.version_of(call.request, required=True)
    return call.write(lambda uow: written(uow, kind, records.archive(uow, entity, number, version)))


def take_back_record(call: Call, entity: str, number: int) -> Answer:
    """POST /records/{entity}/{id}/take_back: the record is out of the archive."""
    kind, version = entity_named(call, entity, "write"), body.version_of(call.request, required=True)
    return call.write(lambda uow: written(uow, kind, records.take_back(uow, entity, number, version)))
