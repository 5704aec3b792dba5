"""What a person says with an action stands among the comments of the record, also where the action takes it out of their sight."""

from __future__ import annotations

from engine.metadata import Entity
from engine.storage import Comment, add_comment
from engine.unit_of_work import UnitOfWork

from .course import entity_id_of


def remark(uow: UnitOfWork, entity: Entity, record_id: int, words: str) -> None:
    """Keep the comment of the acting person."""
    written = Comment(entity_id_of(uow, entity.name), record_id, uow.now, uow.actor.id, uow.actor.name, words.strip())
    add_comment(uow.connection, written)
