"""Computing anew what a changed formula left stale, and its words for the search: a job, a few records per transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from engine import records, storage
from engine.access import SYSTEM
from engine.jobs import Job, Work
from engine.unit_of_work import Cause, Ground, UnitOfWork, run

JOB = "recompute"
BATCH = 100


def recompute_work(revision: int, entity: str, now: datetime, fields: Sequence[str] = ()) -> Work:
    """The job that computes the records of `entity` anew because of `revision`, which computes these fields otherwise (`order.total`)."""
    return Work(JOB, now, {"entity": entity, "fields": list(fields)}, f"{JOB}:{revision}:{entity}", f"revision:{revision}")


def recompute_handler(ground: Ground) -> Callable[[Job], None]:
    """The handler of these jobs; it may run any number of times."""

    def handle(job: Job) -> None:
        entity, fields = str(job.payload["entity"]), job.payload.get("fields")
        anew = frozenset(fields if isinstance(fields, list) else ())
        after: int | None = 0
        while after is not None:
            after = run(ground, SYSTEM, partial(_batch, entity=entity, anew=anew, after=after))

    return handle


def _batch(uow: UnitOfWork, entity: str, anew: frozenset[str], after: int) -> int | None:
    """Compute the next records; the id of the last one, None when there were no more. An entity that is gone has none."""
    if entity not in uow.metadata.entities:
        return None
    found = storage.next_ids(uow.connection, uow.tables, entity, after, BATCH)
    with uow.because(Cause("derived")):
        for number in found:
            records.recompute(uow, entity, number, anew)
            records.find_again(uow, entity, number)
    return found[-1] if found else None
