"""Records that have been kept long enough go, are archived, or lose what tells of people (LANGUAGE 4.1, `retention`).

A job does it, each record in a transaction of its own. What forbids deleting forbids it here: what other records refer to, and what
an approval is running over, stays until that has ended. That a state closes a record forbids nothing: most that are old are closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import structlog

from engine import jobs, storage
from engine.access import SYSTEM
from engine.errors import Invalid, Invisible, Refusal
from engine.jobs import Job, Work
from engine.metadata import WORD, Entity, Field, Retention, SortKey, Value
from engine.unit_of_work import Cause, Ground, UnitOfWork, look, run

from .archive import put_away
from .attachments import release_files
from .bin import purge
from .change import change
from .delete import take_away
from .draft import ChildRow, Row, key_of, rows_of
from .fetch import fetch
from .find import Query, find
from .frame import frame_of
from .grants import entity_id, locked
from .write import record

RETENTION = "retention"
"""The name of the job."""
BATCH = 100
MOST = 500
"""How many records of one entity are looked at at once, and in one job; what is left waits for the next hour."""

_log = structlog.get_logger(__name__)


def plan_retention(uow: UnitOfWork) -> None:
    """Have it done now, if any records are kept for a time only."""
    if any(entity.retention for entity in uow.metadata.documents):
        jobs.put(uow.connection, Work(RETENTION, uow.now, {}, f"{RETENTION}:{uow.now:%Y-%m-%dT%H}"))


def retention_handler(ground: Ground) -> Callable[[Job], None]:
    """What works on the job `retention`."""

    def work(job: Job) -> None:
        for entity in ground.current().metadata.documents:
            if entity.retention is not None:
                for number in _due(ground, entity, entity.retention):
                    _end(ground, entity.name, number)
        run(ground, SYSTEM, lambda uow: job.done(uow.connection))

    return work


def _due(ground: Ground, entity: Entity, rule: Retention) -> Iterator[int]:
    """The records that have been kept long enough, the oldest first."""
    last, looked = 0, 0
    while looked < MOST:
        query = Query(entity.name, where=(rule.due,), typed=(f"id > {last}",), sort=(SortKey("id"),), limit=BATCH, titles=False)
        with look(ground, SYSTEM) as view:
            found = [each.id for each in find(view, query).records]
        yield from found
        if len(found) < BATCH:
            return
        last, looked = found[-1], looked + BATCH


def _end(ground: Ground, entity: str, number: int) -> None:
    try:
        done = run(ground, SYSTEM, partial(end_keeping, entity_name=entity, number=number))
    except Invisible:
        return
    except (Refusal, Invalid) as no:
        _log.info("kept longer", entity=entity, record=number, reason=str(no))
        return
    _log.info("kept long enough", entity=entity, record=number, done=done)


def end_keeping(uow: UnitOfWork, entity_name: str, number: int) -> str:
    """Do with a record what its rule says, if it is still due; what was done. Raises Invisible, Refusal, Invalid."""
    entity = uow.metadata.entities[entity_name]
    row = fetch(uow, entity_name, number, lock=True)
    rule = entity.retention
    if rule is None or not rule.due.holds(row, frame_of(uow, row)):
        return "nothing"
    if reason := locked(uow, entity, number):
        raise Refusal(reason)
    with uow.because(Cause(RETENTION), SYSTEM):
        if rule.do == "delete":
            _delete(uow, entity, row)
        elif rule.do == "archive":
            put_away(uow, entity, row)
        else:
            _forget(uow, entity, row, rule)
    return rule.do


def _delete(uow: UnitOfWork, entity: Entity, row: Row) -> None:
    take_away(uow, entity, row)
    number = storage.bin_number(uow.connection, entity_id(uow, entity), key_of(row))
    assert number is not None
    purge(uow, number)


def _forget(uow: UnitOfWork, entity: Entity, row: Row, rule: Retention) -> None:
    """Blank what tells of people, in the record, its earlier versions, its audit and its comments."""
    number, kind = key_of(row), entity_id(uow, entity)
    word = WORD.format(number=number)
    values: Row = {name: _left(entity.fields[name], word) for name in rule.words if "." not in name}
    for table in entity.tables:
        names = [name.partition(".")[2] for name in rule.words if name.startswith(f"{table.name}.")]
        if names and table.table is not None:
            blank = {name: _left(table.table.fields[name], word) for name in names}
            values[table.name] = [ChildRow({**each, **blank}, row) for each in rows_of(row, table)]
    change(uow, entity.name, row, values)
    storage.erase_values(uow.connection, kind, number)
    release_files(uow, kind, number)
    storage.forget_versions(uow.connection, uow.tables, entity.name, number)
    record(uow, entity, {"id": number}, "anonymise")


def _left(field: Field, word: str) -> Value:
    """What stands there afterwards."""
    if field.required is not False:
        return word
    return [] if field.relation is not None else None
