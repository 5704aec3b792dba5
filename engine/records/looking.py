"""Looking at the application as somebody else sees it: allowed to administrators, and never without a trace."""

from __future__ import annotations

from engine.errors import Forbidden, Message
from engine.unit_of_work import UnitOfWork

from .fetch import fetch
from .write import note

PERSON = "user"


def begin_look(uow: UnitOfWork, person: int) -> None:
    """Enter into the audit of a person that the actor looks as them from now on. Raises Forbidden, Invisible."""
    _enter(uow, person, "look_as")


def end_look(uow: UnitOfWork, person: int) -> None:
    """Enter that it is over. Raises Forbidden, Invisible."""
    _enter(uow, person, "look_as_end")


def _enter(uow: UnitOfWork, person: int, action: str) -> None:
    if not uow.actor.administrator:
        raise Forbidden(Message("Only administrators may look as somebody else."))
    note(uow, uow.metadata.entities[PERSON], fetch(uow, PERSON, person, lock=True), action, {})
