"""Opening what was sealed, when its time has come: the values take their places, and what is computed from them follows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog

from engine import jobs, storage
from engine.access import SYSTEM
from engine.jobs import Job, Work
from engine.metadata import Entity
from engine.unit_of_work import Cause, Changed, Event, Ground, UnitOfWork, run

from .compute import compute
from .derive import settle
from .draft import Draft, begun
from .fetch import fetch
from .grants import entity_id
from .seals import NOT_KNOWN, UNSEAL, closed_in, due, opened
from .write import update

OPENED = Cause("unseal")
_log = structlog.get_logger(__name__)


def unseal_handler(ground: Ground) -> Callable[[Job], None]:
    """The handler of the jobs that open sealed values; it may run any number of times."""

    def handle(job: Job) -> None:
        run(ground, SYSTEM, partial(_work, job=job))

    return handle


def watch_seals(uow: UnitOfWork, event: Event) -> None:
    """When a record changes that says when seals open, those seals are looked at again."""
    if isinstance(event, Changed):
        told = uow.metadata.sealed_until.get(event.entity, {})
        for name in sorted({entity for field in event.fields & told.keys() for entity in told[field]} - {event.entity}):
            number = entity_id(uow, uow.metadata.entities[name])
            jobs.renew(uow.connection, Work(UNSEAL, uow.now, {"entity": number, "all": True}, key=f"{UNSEAL}:{number}:moved"))


def _work(uow: UnitOfWork, job: Job) -> None:
    entity = next((e for e in uow.metadata.documents if entity_id(uow, e) == job.payload["entity"] and e.may_be_sealed), None)
    if entity is None:
        job.done(uow.connection)
        return
    until = NOT_KNOWN if job.payload.get("all") else uow.now
    after = int(str(job.payload.get("after", 0)))
    ids = storage.sealed_ids(uow.connection, uow.tables, entity.name, until, after)
    for number in ids:
        _unseal(uow, entity, number)
    if ids:
        job.again(uow.connection, uow.now, {**job.payload, "after": ids[-1]})
    else:
        job.done(uow.connection)


def _unseal(uow: UnitOfWork, entity: Entity, number: int) -> None:
    """Open what is due of a record; what was put off meanwhile waits for its new time."""
    row = fetch(uow, entity.name, number, lock=True)
    may = due(uow, row)
    old = opened(uow, entity, row, may)
    draft = Draft(entity, old, begun(entity, old), derived=True, stored=row)
    compute(uow, draft)
    with uow.because(OPENED):
        written = update(uow, draft, derived=True)
    if broken := [name for name, until in closed_in(entity, written).items() if until is not None and until <= uow.now]:
        _log.error("sealed values cannot be opened: they were changed, or the key is another", entity=entity.name, id=number, fields=broken)
    settle(uow)
