"""What a person says with an action stands among the comments of the record, also where the action takes it out of their sight."""

from __future__ import annotations

from engine.metadata import Entity
from engine.records import comment_text, put_comment
from engine.unit_of_work import UnitOfWork


def remark(uow: UnitOfWork, entity: Entity, record_id: int, words: str) -> None:
    """Keep the comment of the acting person. Raises Invalid for one that cannot be kept."""
    put_comment(uow, entity, record_id, comment_text(words))
