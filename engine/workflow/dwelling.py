"""How long work stays at each step, told from its events alone: where it waits, and how often it comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from engine.frozen import frozen
from engine.metadata import Workflow
from engine.unit_of_work import View

from . import ledger
from .model import Event, Instance

NEWEST = 1000
"""How many instances are looked at."""


@frozen
class Dwell:
    """One step: how often it was left, how many stand there now, and how long it took (blank where it was never left)."""

    step: str
    visits: int
    now: int
    median: timedelta | None = None
    nine_of_ten: timedelta | None = None
    longest: timedelta | None = None


@frozen
class Visit:
    """One stay at a step; without an end it goes on."""

    step: str
    begin: datetime
    end: datetime | None = None


@frozen
class Underway:
    """One instance that runs, and the steps at which it stands with when it came there."""

    instance: Instance
    steps: tuple[tuple[str, datetime], ...]


def underway(view: View, workflow: Workflow, most: int) -> list[Underway]:
    """The running instances of a workflow that began first, in order."""
    running = ledger.first_running(view.connection, workflow.name, most)
    events = ledger.events_of(view.connection, [instance.id for instance in running])
    stays = {number: list(visits_of(own)) for number, own in groupby(events, key=lambda event: event.instance_id)}
    return [Underway(each, tuple((stay.step, stay.begin) for stay in stays.get(each.id, ()) if stay.end is None)) for each in running]


def dwelling(view: View, workflow: Workflow, newest: int = NEWEST) -> list[Dwell]:
    """The steps of a workflow, as its newest instances went through them, in order; those of earlier definitions come last."""
    events = ledger.courses(view.connection, workflow.name, newest)
    visits = [visit for _, own in groupby(events, key=lambda event: event.instance_id) for visit in visits_of(own)]
    known = [name for step in workflow.steps.values() for name in (step.name, *(i.name for b in step.branches for i in b.steps))]
    names = [*known, *sorted({visit.step for visit in visits} - set(known))]
    return [_dwell(name, [visit for visit in visits if visit.step == name]) for name in names]


def visits_of(events: Iterable[Event]) -> Iterator[Visit]:
    """The stays of one instance; what happens inside a parallel step ends with its branch, at the latest with the step."""
    stays: dict[str, Visit] = {}
    for event in events:
        branch = str(event.detail.get("branch", ""))
        if event.kind not in ("entered", "joined", "ended"):
            continue
        for place in [branch] if branch else list(stays):
            if place in stays:
                stay = stays.pop(place)
                yield Visit(stay.step, stay.begin, event.at)
        if event.kind == "entered":
            stays[branch] = Visit(event.step, event.at)
    yield from stays.values()


def _dwell(step: str, visits: list[Visit]) -> Dwell:
    took = sorted(visit.end - visit.begin for visit in visits if visit.end is not None)
    if not took:
        return Dwell(step, 0, len(visits))
    return Dwell(step, len(took), len(visits) - len(took), took[(len(took) - 1) // 2], took[(len(took) - 1) * 9 // 10], took[-1])
