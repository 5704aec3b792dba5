"""What could not be done by itself, where no workflow waits for it: the administrators are told."""

from __future__ import annotations

import structlog

from engine.errors import Message, Text
from engine.unit_of_work import Called, UnitOfWork

from .directory import Directory
from .words import in_languages

ADMIN = "admin"
_log = structlog.get_logger(__name__)


def tell_administrators(uow: UnitOfWork, entity: str, record: int, what: tuple[Text, str]) -> None:
    """`what` (a label and the reason why not) is told to the administrators."""
    words = Message("“{what}” could not be done: {reason}", {"what": what[0], "reason": what[1]})
    _log.warning("not done by itself", entity=entity, record=record, words=str(words))
    people = tuple(Directory(uow, entity, {"id": record}).playing(ADMIN))
    uow.emit(Called(entity, record, people, "failed", words=in_languages(uow, words)))
