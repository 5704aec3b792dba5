"""Erasing a person: nothing that is kept tells who they were, and everything that they did stays, and still verifies.

Their account becomes a number: name and sign-in name say so, all else that may be blank is blank, its earlier versions and the
values in its audit are gone, and so is their name wherever it was copied. What others wrote about them in texts stays.
"""

from __future__ import annotations

from engine import storage
from engine.access import AUTH
from engine.errors import Forbidden, Message, Refusal
from engine.frozen import frozen
from engine.metadata import Entity
from engine.unit_of_work import Cause, UnitOfWork, View

from .fetch import fetch
from .find import Query, find
from .grants import entity_id
from .save import save
from .write import record

WORD = "erased-{number}"
KEPT = frozenset({"name", "login", "active", "company", "department", "language"})
"""Fields of a person that are replaced, or tell nothing of them alone."""

PROOFS = ("password", "seed", "recovery", "second_factor_at")
"""What they signed in with."""


@frozen
class Erasure:
    """What is erased with a person: how much of what."""

    person: int
    name: str
    versions: int
    actions: int
    comments: int
    tokens: int
    sessions: int


def preview_erasure(view: View, person: int) -> Erasure:
    """What would be erased. Raises Invisible, Forbidden."""
    _may(view, person)
    row, (versions, actions, comments) = fetch(view, "user", person), storage.traces_of(view.connection, view.tables, person)
    tokens, sessions = len(_tokens(view, person)), len(storage.sessions_of(view.connection, person))
    return Erasure(person, str(row.get("name") or ""), versions, actions, comments, tokens, sessions)


def erase_person(uow: UnitOfWork, person: int) -> Erasure:
    """Erase a person. Raises Invisible, Forbidden, Refusal for oneself."""
    found = preview_erasure(uow, person)
    user, word = uow.metadata.entities["user"], WORD.format(number=person)
    by = uow.actor
    with uow.because(Cause("erase"), AUTH):
        for number in _tokens(uow, person):
            save(uow, "token", number, {"revoked": True, "name": word})
        for number in _of(uow, "credential", person):
            _blank(
                uow,
                uow.metadata.entities["credential"],
                number,
                {"password": None, "seed": None, "recovery": None, "second_factor_at": None},
            )
        blank = {f.name: None for f in user.written if f.name not in KEPT and f.required is not True and f.table is None}
        _blank(uow, user, person, {**blank, "name": word, "login": word, "active": False})
    storage.forget_person(uow.connection, person, word)
    with uow.because(Cause("erase"), by):
        record(uow, user, {"id": person}, "erase")
    return found


def _blank(uow: UnitOfWork, entity: Entity, number: int, values: dict[str, object]) -> None:
    """Write over a record, and forget what it was before."""
    save(uow, entity.name, number, values)
    storage.erase_values(uow.connection, entity_id(uow, entity), number)
    storage.forget_versions(uow.connection, uow.tables, entity.name, number)


def _tokens(view: View, person: int) -> list[int]:
    return _of(view, "token", person)


def _of(view: View, entity: str, person: int) -> list[int]:
    with_rights = view if view.actor.trusted else view.seen_by(AUTH)
    found = find(with_rights, Query(entity, typed=(f"person.id = {person}",), limit=500, titles=False)).records
    return [each.id for each in found]


def _may(view: View, person: int) -> None:
    if not (view.actor.trusted or view.actor.administrator):
        raise Forbidden(Message("Only administrators may erase a person."))
    if view.actor.id == person:
        raise Refusal(Message("Nobody erases themselves."))
