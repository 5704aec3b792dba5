"""What is known of running work: the instance, its tasks, its events and its incidents, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.errors import Text
from engine.metadata import Step

TaskStatus = Literal["open", "done", "cancelled"]
EventKind = Literal[
    "started", "entered", "skipped", "assigned", "decided", "cancelled", "answered", "failed", "routed", "raised", "resolved", "ended",
    "timed",
]  # fmt: skip
IncidentKind = Literal["call", "nobody", "route", "rounds", "loop", "timer"]


@dataclass(frozen=True, slots=True)
class Instance:
    """One run of a workflow over a record, on the revision it began with. `state` is a step, or an end when it is not `open`.

    `visits` counts the rounds of each step; `version` is the number of its newest event.
    """

    id: int
    workflow: str
    revision: int
    entity_id: int
    record_id: int
    state: str
    open: bool
    visits: Mapping[str, int]
    starter: int | None
    started_at: datetime
    ended_at: datetime | None
    version: int

    @property
    def round(self) -> int:
        """How often the present step has been entered; votes of earlier rounds do not count."""
        return self.visits.get(self.state, 0)


@dataclass(frozen=True, slots=True)
class Task:
    """One person's part of one round of a step. `actor` did it, `reason` says why it was cancelled."""

    id: int
    instance_id: int
    step: str
    round: int
    person: int
    status: TaskStatus
    decision: str | None
    actor: int | None
    comment: str
    reason: str
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to an instance; rows are only ever added. `person` is whom it concerns, `actor` who did it."""

    instance_id: int
    seq: int
    at: datetime
    kind: EventKind
    step: str
    round: int
    task_id: int | None = None
    person: int | None = None
    actor: int | None = None
    cause: str = ""
    comment: str = ""
    request_id: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incident:
    """Work that cannot go on by itself; `people` were asked to retry, skip or cancel."""

    id: int
    instance_id: int
    step: str
    round: int
    kind: IncidentKind
    message: Text
    inputs: Mapping[str, object]
    open: bool
    raised_at: datetime
    people: tuple[int, ...]


def return_targets(instance: Instance, step: Step) -> tuple[str, ...]:
    """The steps that may be returned to now: those the definition allows and the instance has been at."""
    return tuple(name for name in step.returns if name in instance.visits)
