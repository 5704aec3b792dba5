"""Timers of states: asked for when a record enters a state, moved with the fields they go by, and done by the engine when due.

A job names record and state by their ids for life, and the timer by what it says; what is due is read again when it fires, and a
record that is in another state is left alone. A timer that says something else is another one: `arming` brings it to the records.
What is refused then is told to the administrators: no workflow waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from engine import jobs
from engine.access import SYSTEM
from engine.errors import Invisible, Message
from engine.jobs import Job, Work
from engine.metadata import Calendar, Effects, Lifecycle, Metadata, Notify, State, StateTimer, by_wish
from engine.records import archived, calendar_of, fetch, fetch_if_there, hold_records
from engine.unit_of_work import Cause, Changed, Entered, Ground, UnitOfWork

from .course import entity_id_of, entity_of
from .due_together import together
from .effects import Row
from .following import fire_as_engine, follow_up
from .subjects import told_about
from .timing import deadline, moment_of
from .troubles import tell_administrators

JOB = "state_timer"


@lru_cache(maxsize=8)
def timed(metadata: Metadata) -> Mapping[str, tuple[Lifecycle, frozenset[str]]]:
    """Entity to its lifecycle, where a state of it has timers, and the fields that these go by."""
    found = {}
    for entity in metadata.entities.values():
        timers = [timer for state in entity.lifecycle.states.values() for timer in state.timers] if entity.lifecycle else []
        if timers and entity.lifecycle is not None:
            found[entity.name] = entity.lifecycle, frozenset({t.due.field for t in timers} | {t.since for t in timers}) - {""}
    return found


def follow_states(uow: UnitOfWork, event: Entered | Changed) -> None:
    """A record came into a state, or a field changed that the timers of its state go by."""
    lifecycle, fields = timed(uow.metadata).get(event.entity, (None, frozenset()))
    if lifecycle is None or (isinstance(event, Changed) and (event.fields.isdisjoint(fields) or "state" in event.fields)):
        return
    row = fetch_if_there(uow, event.entity, event.record)
    if row is None:
        return
    about = event.entity, event.record
    if isinstance(event, Entered):
        asked = ((each, wish) for each in lifecycle.states.values() for wish in by_wish(each.timers))
        jobs.drop(uow.connection, [key_of(uow, about, each, wish) for each, wish in asked])
    state = lifecycle.states[str(row["state"])]
    for wish, timer in by_wish(state.timers).items():
        if isinstance(event, Changed):
            if event.fields.isdisjoint({timer.due.field, timer.since}):
                continue  # it is counted from the entry, which is as long ago as it was
            jobs.drop(uow.connection, [key_of(uow, about, state, wish)])
        ask(uow, (event.entity, row), (state, wish), uow.now)


def ask(uow: UnitOfWork, about: tuple[str, Row], which: tuple[State, str], entered: datetime) -> None:
    """Have the engine do what a timer of a state says, for a record that came into the state then; nothing while its field is blank."""
    (entity, row), (state, wish) = about, which
    at = _due(calendar_of(uow, ""), by_wish(state.timers)[wish], row, entered)
    if at is not None:
        number = int(str(row["id"]))
        payload = {"entity": entity_id_of(uow, entity), "record": number, "state": state_id(uow, entity, state.name), "timer": wish}
        payload |= {"fired": 0, "entered": entered.isoformat()}
        key = key_of(uow, (entity, number), state, wish)
        jobs.renew(uow.connection, Work(JOB, max(at, uow.now), payload, key, f"state:{entity}.{state.name}"))


def state_timer_handler(ground: Ground) -> Callable[[Sequence[Job]], None]:
    """What works on timers of states, several in one transaction."""
    return together(ground, _fire_all, _refused)


def _fire_all(uow: UnitOfWork, due: Sequence[Job]) -> Iterator[Job]:
    for entity, of_it in by_entity(uow, due).items():
        hold_records(uow, uow.metadata.entities[entity], [int(str(job.payload["record"])) for job in of_it])
    for job in due:
        _fire(uow, job)
        yield job


def by_entity(uow: UnitOfWork, due: Sequence[Job]) -> Mapping[str, Sequence[Job]]:
    """Jobs that are for records, by their entities in the order of names; what is of no entity any more is left out."""
    wanted: dict[int, list[Job]] = {}
    for job in due:
        wanted.setdefault(int(str(job.payload["entity"])), []).append(job)
    known = ((name, wanted[number]) for name in uow.metadata.entities if (number := entity_id_of(uow, name)) in wanted)
    return dict(sorted(known))


def key_of(uow: UnitOfWork, about: tuple[str, int], state: State, wish: str) -> str:
    """The key of the job for a timer of a state of a record."""
    entity, record = about
    return f"state:{entity_id_of(uow, entity)}:{record}:{state_id(uow, entity, state.name)}:{wish}"


def state_id(uow: UnitOfWork, entity: str, state: str) -> int:
    """The id for life of a state of an entity; 0 in an application that was never applied."""
    lifecycle = uow.metadata.entities[entity].lifecycle
    return (uow.metadata.identity.number(f"state:{lifecycle.name}.{state}") or 0) if lifecycle else 0


def _due(calendar: Calendar, timer: StateTimer, row: Row, entered: datetime) -> datetime | None:
    since = moment_of(row.get(timer.since), calendar) if timer.since else entered
    return None if since is None else deadline(calendar, timer.due, row, since)


def due_of(uow: UnitOfWork, payload: Mapping[str, object]) -> datetime | None:
    """When the timer that a job is for is due by the calendar as it is now; None where the record is in another state by now."""
    found = _found(uow, payload, lock=False)
    if found is None or found[2].due.span is None:
        return None
    return _due(calendar_of(uow, ""), found[2], found[1], datetime.fromisoformat(str(payload["entered"])))


def _waiting(uow: UnitOfWork, job: Job) -> tuple[str, Row, StateTimer] | None:
    """The record that is still in the state, locked, and the timer; None where that is over."""
    return _found(uow, job.payload, lock=True)


def _found(uow: UnitOfWork, payload: Mapping[str, object], *, lock: bool) -> tuple[str, Row, StateTimer] | None:
    try:
        entity = entity_of(uow, int(str(payload["entity"])))
    except Invisible:
        return None
    row = fetch_if_there(uow, entity, int(str(payload["record"])), lock=lock)
    lifecycle = uow.metadata.entities[entity].lifecycle
    state = lifecycle.states.get(str(row["state"])) if lifecycle and row else None
    if row is None or state is None or state_id(uow, entity, state.name) != payload["state"] or archived(uow.metadata, entity, row):
        return None
    timer = by_wish(state.timers).get(str(payload["timer"]))
    return (entity, row, timer) if timer is not None else None


def _fire(uow: UnitOfWork, job: Job) -> None:
    """Do what is due, and ask for the next time; a job that is not asked for again is done."""
    found = _waiting(uow, job)
    at = _due(calendar_of(uow, ""), found[2], found[1], datetime.fromisoformat(str(job.payload["entered"]))) if found else None
    if found is None or at is None:
        return
    entity, row, timer = found
    fired = int(str(job.payload["fired"]))
    if at > uow.now and fired == 0:
        job.again(uow.connection, at, job.payload)
        return
    if timer.every is not None and fired + 1 < timer.times:
        job.again(uow.connection, calendar_of(uow, "").after(uow.now, timer.every), {**job.payload, "fired": fired + 1})
    act_on(uow, entity, row, (timer.action, timer.notify), f"{entity}.{row['state']}")


def act_on(uow: UnitOfWork, entity: str, row: Row, wanted: tuple[str, tuple[Notify, ...]], timer: str) -> None:
    """What a timer of a record does: fire an action as the engine, and tell people."""
    action, told = wanted
    with uow.because(Cause("timer", timer), SYSTEM):
        if action:
            fire_as_engine(uow, entity, int(str(row["id"])), action)
        if told:
            follow_up(uow, entity, fetch(uow, entity, int(str(row["id"]))), Effects(notify=told))


def _refused(uow: UnitOfWork, job: Job, reason: str) -> None:
    found = _waiting(uow, job)
    if found is not None:
        tell_refused(uow, found[0], found[1], found[2].action, reason)


def tell_refused(uow: UnitOfWork, entity: str, row: Row, action: str, reason: str) -> None:
    """What a timer wanted to do with a record was refused: the administrators are told."""
    lifecycle = uow.metadata.entities[entity].lifecycle
    assert lifecycle is not None
    label = lifecycle.actions[action].label if action else lifecycle.states[str(row["state"])].label
    about = told_about(uow, entity, row)
    tell_administrators(uow, about.entity, about.record, (label, str(Message(reason))))
