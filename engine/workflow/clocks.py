"""Clocks of lifecycles: working time that is counted over several states, and what is due when a share of the limit is (LANGUAGE 5.4).

A clock lies in four fields of its record: the time spent until it began to run, since when it runs, when it is due, and whether it
went beyond its limit. For each share that something happens at, and for the limit itself, a job waits as long as it runs; what is
due is counted again when the job is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from engine import jobs
from engine.jobs import Job, Work
from engine.metadata import Clock, Metadata
from engine.records import RecordFrame, archived, calendar_of, fetch_if_there, hold_records, measure
from engine.unit_of_work import Changed, Created, Ground, UnitOfWork

from .course import entity_id_of
from .due_together import together
from .effects import Row
from .state_timing import act_on, by_entity, tell_refused

JOB = "clock"
WHOLE = Decimal(1)
NO_TIME = timedelta()
Reading = Mapping[str, object]


@lru_cache(maxsize=8)
def clocked(metadata: Metadata) -> Mapping[str, tuple[tuple[Clock, frozenset[str]], ...]]:
    """Entity to the clocks of its lifecycle, each with the fields that its limit goes by."""
    found = {}
    for entity in metadata.entities.values():
        if entity.lifecycle is not None and entity.lifecycle.clocks:
            found[entity.name] = tuple((clock, _read(clock)) for clock in entity.lifecycle.clocks)
    return found


def _read(clock: Clock) -> frozenset[str]:
    return frozenset(ref.hops[0].name if ref.hops else ref.field for ref in clock.limit.references)


def follow_clocks(uow: UnitOfWork, event: Created | Changed) -> None:
    """A record was made, came into another state, or has another limit: its clocks start, stop, or are due at another time."""
    known = clocked(uow.metadata).get(event.entity, ())
    moved = isinstance(event, Created) or "state" in event.fields
    concerned = [clock for clock, fields in known if moved or (isinstance(event, Changed) and not event.fields.isdisjoint(fields))]
    for clock in concerned:
        row = fetch_if_there(uow, event.entity, event.record, lock=True)
        if row is not None:
            before = str(event.old["state"]) if isinstance(event, Changed) and event.old else None
            _turn(uow, event.entity, clock, row, before) if moved else recount(uow, event.entity, clock, row)


def _turn(uow: UnitOfWork, entity: str, clock: Clock, row: Row, before: str | None) -> None:
    """The record has come to its state from `before` (None: it was made)."""
    runs, since = row["state"] in clock.runs, row.get(clock.since)
    if runs == (since is not None):
        return
    calendar, spent = calendar_of(uow, clock.calendar), _spent(clock, row)
    if isinstance(since, datetime):
        spent += calendar.between(since, uow.now)
        limit = _limit(uow, clock, row)
        breached = row.get(clock.breached) is True or (limit is not None and spent >= limit)
        _drop(uow, entity, clock, row)
        measure(uow, entity, dict(row), {clock.since: None, clock.due: None, clock.spent: spent, clock.breached: breached})
        return
    anew = row.get(clock.spent) is None or (clock.restart and before not in clock.pauses)
    started: dict[str, object] = {clock.since: uow.now, clock.spent: NO_TIME if anew else spent}
    if anew:
        started[clock.breached] = False
    _write(uow, entity, clock, {**row, **started}, started)
    _ask(uow, entity, clock, {**row, **started}, passed=anew)


def recount(uow: UnitOfWork, entity: str, clock: Clock, row: Row) -> None:
    """The limit may be another, or the calendar: a clock that runs or pauses is due at another time, and what is passed is done at once."""
    if row["state"] not in clock.runs | clock.pauses or row.get(clock.spent) is None:
        return
    limit, since, spent = _limit(uow, clock, row), row.get(clock.since), _spent(clock, row)
    if isinstance(since, datetime):
        spent += calendar_of(uow, clock.calendar).between(since, uow.now)
    _write(uow, entity, clock, row, {clock.breached: limit is not None and spent >= limit})
    _ask(uow, entity, clock, row, passed=True)


def _write(uow: UnitOfWork, entity: str, clock: Clock, row: Reading, values: Mapping[str, object]) -> None:
    due = _reached(uow, clock, row, WHOLE) if row.get(clock.since) is not None else None
    current = fetch_if_there(uow, entity, int(str(row["id"])), lock=True)
    assert current is not None
    measure(uow, entity, dict(current), {**values, clock.due: due})


def _ask(uow: UnitOfWork, entity: str, clock: Clock, row: Reading, *, passed: bool) -> None:
    """Ask for what is due at its shares; what is passed already only where that is new. What was done once is not done again."""
    begins = row[clock.since] == uow.now and row[clock.spent] == NO_TIME
    _drop(uow, entity, clock, row)
    for index, share in enumerate(_shares(clock)):
        at = _reached(uow, clock, row, share)
        if at is None or (at <= uow.now and not passed):
            continue
        payload = {"entity": entity_id_of(uow, entity), "record": row["id"], "clock": clock.name, "timer": index}
        work = Work(JOB, max(at, uow.now), payload, _key(payload), f"clock:{entity}.{clock.name}")
        (jobs.renew if begins or index == len(clock.timers) else jobs.put)(uow.connection, work)


def _reached(uow: UnitOfWork, clock: Clock, row: Reading, share: Decimal) -> datetime | None:
    """When the clock has counted `share` of its limit; None where it has none, or stands still before that."""
    limit, since, spent = _limit(uow, clock, row), row.get(clock.since), _spent(clock, row)
    if limit is None:
        return None
    left = limit * float(share) - spent
    if not isinstance(since, datetime):
        return uow.now if left <= NO_TIME else None
    return since if left <= NO_TIME else calendar_of(uow, clock.calendar).plus(since, left)


def _limit(uow: UnitOfWork, clock: Clock, row: Reading) -> timedelta | None:
    limit = clock.limit(row, RecordFrame(uow))
    return limit if isinstance(limit, timedelta) else None


def _spent(clock: Clock, row: Reading) -> timedelta:
    spent = row.get(clock.spent)
    return spent if isinstance(spent, timedelta) else NO_TIME


def _shares(clock: Clock) -> Sequence[Decimal]:
    return [*(timer.share for timer in clock.timers), WHOLE]


def _drop(uow: UnitOfWork, entity: str, clock: Clock, row: Reading) -> None:
    about = {"entity": entity_id_of(uow, entity), "record": row["id"], "clock": clock.name}
    jobs.drop(uow.connection, [_key({**about, "timer": index}) for index in range(len(clock.timers) + 1)])


def _key(payload: Mapping[str, object]) -> str:
    return ":".join(str(payload[name]) for name in ("clock", "entity", "record", "timer"))


def clock_handler(ground: Ground) -> Callable[[Sequence[Job]], None]:
    """What works on clocks, several in one transaction."""
    return together(ground, _fire_all, _refused)


def _fire_all(uow: UnitOfWork, due: Sequence[Job]) -> Iterator[Job]:
    for entity, of_it in by_entity(uow, due).items():
        hold_records(uow, uow.metadata.entities[entity], [_record(job) for job in of_it])
        for job in of_it:
            _fire(uow, entity, job)
            yield job


def _record(job: Job) -> int:
    return int(str(job.payload["record"]))


def _found(uow: UnitOfWork, entity: str, payload: Mapping[str, object]) -> tuple[Clock, Row] | None:
    """The clock that a job is for and its record, locked; None where either is gone, or the record is archived."""
    clock = next((clock for clock, _ in clocked(uow.metadata).get(entity, ()) if clock.name == payload["clock"]), None)
    row = fetch_if_there(uow, entity, int(str(payload["record"])), lock=True)
    if row is not None and archived(uow.metadata, entity, row):
        return None
    return None if clock is None or row is None or int(str(payload["timer"])) > len(clock.timers) else (clock, row)


def _fire(uow: UnitOfWork, entity: str, job: Job) -> None:
    """Do what is due at a share of the limit; a clock that stands still before it, or was stopped, does nothing."""
    found = _found(uow, entity, job.payload)
    if found is None or found[1]["state"] not in found[0].runs | found[0].pauses:
        return
    clock, row = found
    index = int(str(job.payload["timer"]))
    at = _reached(uow, clock, row, _shares(clock)[index])
    if at is None:
        return
    if at > uow.now:
        job.again(uow.connection, at, job.payload)
    elif index == len(clock.timers):
        measure(uow, entity, dict(row), {clock.breached: True})
    else:
        timer = clock.timers[index]
        act_on(uow, entity, row, (timer.action, timer.notify), f"{entity}.{clock.name}")


def _refused(uow: UnitOfWork, job: Job, reason: str) -> None:
    for entity in by_entity(uow, [job]):
        found = _found(uow, entity, job.payload)
        if found is not None:
            tell_refused(uow, entity, found[1], found[0].timers[int(str(job.payload["timer"]))].action, reason)


def recounted(uow: UnitOfWork, waiting: Sequence[Mapping[str, object]]) -> None:
    """A calendar was corrected: the clocks that jobs wait for are due at other times."""
    numbers = {entity_id_of(uow, entity.name): entity.name for entity in uow.metadata.entities.values()}
    for number, record, name in sorted({(int(str(p["entity"])), int(str(p["record"])), str(p["clock"])) for p in waiting}):
        found = _found(uow, numbers[number], {"clock": name, "record": record, "timer": 0}) if number in numbers else None
        if found is not None:
            recount(uow, numbers[number], *found)
