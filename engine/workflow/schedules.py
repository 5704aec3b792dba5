"""Automations at a time: one job each, always waiting for the next time; it works through its rows in batches, each by itself.

A job remembers how far it came, so that it goes on from there after a crash. A row whose effects are refused is left as it was;
the others are not kept from theirs, and the administrators are told which and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from engine import jobs
from engine.access import SYSTEM
from engine.errors import Invalid, Refusal
from engine.formula import FormulaFailure
from engine.jobs import Job
from engine.metadata import Automation, Metadata, SortKey
from engine.records import Query, RecordFrame, fetch_if_there, find
from engine.storage import Place
from engine.unit_of_work import Cause, Ground, UnitOfWork, View, look, run

from .effects import Row
from .following import carry_out
from .planned import Scheduled
from .troubles import tell_administrators

JOB = "schedule"
BATCH = 50
REMEMBERED = 20
"""How many refused rows are told one by one."""


def automations_at_times(metadata: Metadata) -> Iterator[Scheduled]:
    """The automations that run at a time."""
    for each in metadata.automations.values():
        if each.trigger.kind == "time":
            yield Scheduled(each.name, _beginning(each), f"automation:{each.name}")


def _beginning(automation: Automation) -> dict[str, object]:
    return {"automation": automation.name, "cron": automation.trigger.cron, "after": 0, "refused": []}


def schedule_handler(ground: Ground) -> Callable[[Job], None]:
    """What works on a schedule: one batch of its rows, then the next, then the next time."""

    def handle(job: Job) -> None:
        try:
            run(ground, SYSTEM, partial(_batch, job=job))
        except (Refusal, Invalid, FormulaFailure):
            refused = _one_by_one(ground, job)
            run(ground, SYSTEM, partial(_after, job=job, refused=refused))

    return handle


def _rows(view: View, automation: Automation, after: int) -> list[int]:
    """The ids of the next rows, in the order of their ids."""
    assert automation.source is not None
    where = () if automation.source.where is None else (automation.source.where,)
    query = Query(automation.entity, where, sort=(SortKey("id"),), limit=BATCH, titles=False, after=Place((), after))
    return [record.id for record in find(view, query).records]


def _batch(uow: UnitOfWork, job: Job) -> None:
    automation = _automation(uow, job)
    if automation is None:
        job.done(uow.connection)
        return
    found = _rows(uow, automation, int(str(job.payload["after"])))
    for record in found:
        _one(uow, automation, record)
    _go_on(uow, job, automation, found, [])


def _automation(uow: UnitOfWork, job: Job) -> Automation | None:
    return uow.metadata.automations.get(str(job.payload["automation"]))


def _one(uow: UnitOfWork, automation: Automation, record: int) -> None:
    row: Row | None = fetch_if_there(uow, automation.entity, record, lock=True)
    if row is None or (automation.when is not None and not automation.when.holds(row, RecordFrame(uow))):
        return
    with uow.because(Cause("automation", automation.name), SYSTEM):
        for effects in automation.do:
            row = carry_out(uow, automation.entity, row, effects)


def _one_by_one(ground: Ground, job: Job) -> list[tuple[int, str]]:
    """The rows of a batch, each in a transaction of its own; those that were refused, with the reason."""
    with look(ground, SYSTEM) as view:
        automation = view.metadata.automations[str(job.payload["automation"])]
        found = _rows(view, automation, int(str(job.payload["after"])))
    refused = []
    for record in found:
        try:
            run(ground, SYSTEM, partial(_one, automation=automation, record=record))
        except (Refusal, Invalid, FormulaFailure) as reason:
            refused.append((record, str(reason)))
    return refused


def _after(uow: UnitOfWork, job: Job, refused: list[tuple[int, str]]) -> None:
    automation = _automation(uow, job)
    assert automation is not None
    _go_on(uow, job, automation, _rows(uow, automation, int(str(job.payload["after"]))), refused)


def _go_on(uow: UnitOfWork, job: Job, automation: Automation, found: list[int], refused: list[tuple[int, str]]) -> None:
    known = job.payload["refused"]
    told = [*(known if isinstance(known, list) else []), *islice(refused, REMEMBERED)]
    if len(found) == BATCH:
        job.again(uow.connection, uow.now, {**job.payload, "after": found[-1], "refused": told[:REMEMBERED]})
        return
    for record, reason in told:
        tell_administrators(uow, automation.entity, int(record), (automation.label, reason))
    due = jobs.next_time(automation.trigger.cron, uow.now, uow.zone)
    job.again(uow.connection, due, _beginning(automation))
