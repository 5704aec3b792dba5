"""What a person says with an action stands among the comments of the record."""

from __future__ import annotations

from engine.metadata import Entity
from engine.storage import system_tables
from engine.unit_of_work import UnitOfWork

from .course import entity_id_of

_comment = system_tables.comment


def remark(uow: UnitOfWork, entity: Entity, record_id: int, words: str) -> None:
    """Keep the comment of the acting person."""
    values = {
        "entity_id": entity_id_of(uow, entity.name),
        "record_id": record_id,
        "at": uow.now,
        "author": uow.actor.id,
        "author_name": uow.actor.name,
        "body": words.strip(),
    }
    uow.connection.execute(_comment.insert().values(**values))
