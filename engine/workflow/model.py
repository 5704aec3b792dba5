"""What is known of running work: the instance, its tasks, its events and its incidents, as they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal, NamedTuple

from engine.errors import Text
from engine.frozen import frozen
from engine.metadata import Step, Workflow

TaskStatus = Literal["waiting", "open", "done", "cancelled", "transferred"]
TaskKind = Literal["own", "peer", "before", "after", "advice"]
"""`own` and `peer` vote; `before` decides before its parent may, `after` after it, `advice` gives its parent an opinion."""
EventKind = Literal[
    "started", "entered", "joined", "skipped", "assigned", "paused", "woken", "transferred", "hung", "decided", "cancelled",
    "answered", "failed", "routed", "marked", "picked", "copied", "urged", "raised", "resolved", "moved", "reopened", "ended", "timed",
    "printed",
]  # fmt: skip
IncidentKind = Literal["call", "nobody", "quorum", "route", "rounds", "loop", "timer", "lost"]
VOTING: frozenset[str] = frozenset({"own", "peer"})


class Instance(NamedTuple):
    """One run of a workflow over a record, on the revision it began with. `state` is a step, or an end when it is not `open`.

    `visits` counts the rounds of each step; `version` is the number of its newest event. In a parallel step `branches` tells for
    each branch that was begun the step it is at, or how it came out. `picked` are the people chosen for steps to come, `resume` where
    the work goes on once what was returned is handed in again.
    """

    id: int
    workflow: str
    revision: int
    entity_id: int
    record_id: int
    state: str
    open: bool
    visits: Mapping[str, int]
    branches: Mapping[str, str]
    picked: Mapping[str, Sequence[int]]
    resume: Mapping[str, str] | None
    starter: int | None
    started_at: datetime
    ended_at: datetime | None
    version: int

    @property
    def round(self) -> int:
        """How often the present step has been entered; votes of earlier rounds do not count."""
        return self.visits.get(self.state, 0)

    @property
    def places(self) -> tuple[str, ...]:
        """The steps it stands at: the present one, and in a parallel step those of its branches that are not through."""
        return (self.state, *(at for at in self.branches.values() if at.startswith(f"{self.state}.")))

    def waits_at(self, step: object, round_: object) -> bool:
        """Whether this round of a step is still going on."""
        return self.open and step in self.places and self.visits.get(str(step), 0) == round_


class Task(NamedTuple):
    """One person's part of one round of a step. `actor` did it, `reason` says why it was cancelled.

    `owner` is whom it was for when `person` stands in (`via` says by which rule or movement), `parent` the task it was added to.
    """

    id: int
    instance_id: int
    step: str
    round: int
    person: int
    owner: int
    parent: int | None
    kind: TaskKind
    via: str
    weight: int
    status: TaskStatus
    decision: str | None
    actor: int | None
    comment: str
    reason: str
    created_at: datetime
    done_at: datetime | None
    told: bool = False

    @property
    def waits(self) -> bool:
        """Whether it is not over: open, or waiting until it is."""
        return self.status in ("open", "waiting")


@frozen
class Seat:
    """A person who is to get a task: `owner` is whom it is for, `via` why somebody else sits there, `weight` what the vote counts."""

    person: int
    owner: int
    via: str = ""
    weight: int = 1


class Event(NamedTuple):
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
    detail: Mapping[str, object] = MappingProxyType({})


@frozen
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


def return_targets(instance: Instance, workflow: Workflow, step: Step) -> tuple[str, ...]:
    """The steps that may be returned to now: those the definition allows and the instance has been at, and detours that it names."""
    return tuple(name for name in step.returns if name in instance.visits or workflow.step(name).detour)
