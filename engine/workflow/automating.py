"""Automations: what happened is collected while a unit of work runs, and answered at its end, before the commit (WORKFLOW 6.3).

They act as the system. `changed` asks whether a field differs from before the whole unit of work, once per record. An automation
runs for one record as often as it says (`repeat`); a chain that does not end refuses everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from engine.access import SYSTEM
from engine.errors import Message, Refusal
from engine.metadata import Automation, Metadata
from engine.records import RecordFrame, fetch_if_there
from engine.unit_of_work import Cause, Changed, Created, Deleted, Ended, Entered, Event, UnitOfWork, Waiting

from .effects import Row
from .following import Occasion, carry_out

KINDS: Mapping[type[Event], str] = {Created: "created", Changed: "changed", Deleted: "deleted", Entered: "entered", Ended: "ended"}


@lru_cache(maxsize=8)
def listening(metadata: Metadata) -> Mapping[tuple[str, str], tuple[Automation, ...]]:
    """What may start something: kind of event and entity to the automations."""
    found: dict[tuple[str, str], tuple[Automation, ...]] = {}
    for automation in metadata.automations.values():
        key = automation.trigger.kind, automation.entity
        found[key] = (*found.get(key, ()), automation)
    return found


def notice_event(uow: UnitOfWork, event: Event) -> None:
    """Remember which automations what happened may start."""
    if not uow.automatic:
        return
    for automation in listening(uow.metadata).get((KINDS.get(type(event), ""), event.entity), ()):
        if _concerns(automation, event):
            old = event.old if isinstance(event, Changed) else None
            row = event.row if isinstance(event, Deleted) else None
            uow.waiting.setdefault((automation.name, event.record), Waiting(old, row))


def _concerns(automation: Automation, event: Event) -> bool:
    names = automation.trigger.names
    if isinstance(event, Changed):
        return not event.fields.isdisjoint(names)
    if isinstance(event, Entered):
        return event.state in names
    return not isinstance(event, Ended) or event.workflow in names


def answer_events(uow: UnitOfWork) -> bool:
    """Run the automations that wait; whether there were any. Raises Refusal when they start each other without an end."""
    waiting, uow.waiting = uow.waiting, {}
    for (name, record), each in waiting.items():
        _answer(uow, uow.metadata.automations[name], record, each)
    return bool(waiting)


def _answer(uow: UnitOfWork, automation: Automation, record: int, waiting: Waiting) -> None:
    row: Row | None = waiting.row or fetch_if_there(uow, automation.entity, record, lock=True)
    ran, seen = uow.automated.get((automation.name, record), (0, waiting.old))
    if row is None or not _differs(automation, seen, row):
        return
    if automation.when is not None and not automation.when.holds(row, RecordFrame(uow, old=seen)):
        return
    if ran >= automation.repeat:
        raise Refusal(Message("“{automation}” would run again and again for one record.", {"automation": automation.label}))
    uow.automated[automation.name, record] = ran + 1, row
    with uow.because(Cause("automation", automation.name), SYSTEM):
        for effects in automation.do:
            row = carry_out(uow, automation.entity, row, effects, Occasion(seen))


def _differs(automation: Automation, seen: Row | None, row: Row) -> bool:
    """Of a change: whether one of its fields is another than before all of this, or than when it ran last."""
    if automation.trigger.kind != "changed" or seen is None:
        return True
    return any(seen.get(name) != row.get(name) for name in automation.trigger.names)
