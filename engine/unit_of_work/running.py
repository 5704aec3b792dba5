"""Doing work in one transaction, and again where that is needed; and looking.

A unit of work is one transaction. It can be run again from its start: when the applied revision has moved, or when the
database chose it as the victim of a deadlock, everything it did is rolled back and `work` is called once more. So nothing in
`work` may have an effect outside before the commit; what should happen outside is a job written in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TypeVar

from engine.access import Actor
from engine.errors import Message, ObjectloomError, RevisionMoved, TryAgain, Unavailable
from engine.storage import Connection, Reading, fence, note_reads

from .work import Ground, UnitOfWork, View

Result = TypeVar("Result")
TRIES = 3


def run(ground: Ground, actor: Actor, work: Callable[[UnitOfWork], Result], *, request_id: str = "", now: datetime | None = None) -> Result:
    """Do `work` in one transaction and return what it returns.

    It begins again, at most three times, when the revision has moved or the database says that it collided with another.
    Raises Unavailable when that did not help; whatever `work` raises otherwise ends the transaction without a trace.
    """
    for attempt in range(1, TRIES + 1):
        try:
            return _attempt(ground, actor, work, request_id, now or ground.clock.now())
        except RevisionMoved:
            ground.reload()
        except Exception as error:
            if not isinstance(error, TryAgain) and not ground.database.is_transient(error):
                raise
            if attempt == TRIES:
                raise Unavailable(Message("Too many people are changing the same data; please try again.")) from error
    raise Unavailable(Message("A new definition is being loaded; please try again."))


def _attempt(ground: Ground, actor: Actor, work: Callable[[UnitOfWork], Result], request_id: str, now: datetime) -> Result:
    definition = ground.current()
    with ExitStack() as transaction:

        def begin() -> Connection:
            connection = transaction.enter_context(ground.database.write())
            if fence(connection) != definition.number:
                raise RevisionMoved
            return connection

        uow = UnitOfWork(ground, definition, begin, actor, now)
        uow.request_id = request_id
        try:
            result = work(uow)
            uow.finish()
        except RevisionMoved:
            raise
        except ObjectloomError:
            _ = uow.connection  # who says no before anything was asked of the database must be of the definition that is applied, too
            raise
        _note(uow, uow.connection, actor)
    return result


@contextmanager
def look(ground: Ground, actor: Actor, *, snapshot: bool = True, reader: Actor | None = None) -> Iterator[View]:
    """Read as `actor`; with `snapshot` all statements see the same moment, without it each its own (one trip less).

    `reader` is who looks in truth, where that is somebody else.
    """
    definition = ground.current()
    with (ground.database.read if snapshot else ground.database.glance)() as connection:
        view = View(definition, lambda: connection, actor, ground.clock.now(), ground.cipher)
        yield view
    if view.shown:
        with ground.database.write() as writing:
            _note(view, writing, reader or actor)


def _note(view: View, connection: Connection, who: Actor) -> None:
    """Keep what somebody was shown."""
    if view.shown and who.id is not None:
        note_reads(connection, (Reading(view.now, who.id, who.name, entity, record) for entity, record in sorted(view.shown)))
