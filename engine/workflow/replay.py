"""From the events of an instance alone back to where it stands: what is stored is never more than what happened.

The engine writes state and tasks beside the events so that they can be asked for quickly; this fold is what they must equal
(WORKFLOW 3.1, "replay events = stored state"), and tests hold the engine to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .model import Event, EventKind, TaskStatus


@dataclass(frozen=True, slots=True)
class Part:
    """A task as the events tell it."""

    step: str
    round: int
    person: int | None
    status: TaskStatus = "open"
    decision: str | None = None
    actor: int | None = None


@dataclass
class Standing:
    """Where an instance stands after its events so far."""

    state: str = ""
    open: bool = False
    visits: dict[str, int] = field(default_factory=dict)
    tasks: dict[int, Part] = field(default_factory=dict)
    incidents: set[int] = field(default_factory=set)
    version: int = 0


def replay(events: Iterable[Event]) -> Standing:
    """The standing after `events`, which must be complete and in order. Raises ValueError where one is missing."""
    standing = Standing()
    for event in events:
        if event.seq != standing.version + 1:
            raise ValueError(f"event {standing.version + 1} of instance {event.instance_id} is missing")
        FOLDS.get(event.kind, _nothing)(standing, event)
        standing.version = event.seq
    return standing


def _nothing(standing: Standing, event: Event) -> None:
    """Skipped, answered, failed and routed explain what follows; they change nothing by themselves."""


def _started(standing: Standing, event: Event) -> None:
    standing.open = True


def _entered(standing: Standing, event: Event) -> None:
    standing.state = event.step
    standing.visits[event.step] = event.round


def _assigned(standing: Standing, event: Event) -> None:
    if event.task_id is not None:
        standing.tasks[event.task_id] = Part(event.step, event.round, event.person)


def _decided(standing: Standing, event: Event) -> None:
    if event.task_id is not None:
        standing.tasks[event.task_id] = Part(event.step, event.round, event.person, "done", str(event.detail["decision"]), event.actor)


def _cancelled(standing: Standing, event: Event) -> None:
    if event.task_id is not None:
        standing.tasks[event.task_id] = Part(event.step, event.round, event.person, "cancelled")


def _raised(standing: Standing, event: Event) -> None:
    standing.incidents.add(int(str(event.detail["incident"])))


def _resolved(standing: Standing, event: Event) -> None:
    standing.incidents.discard(int(str(event.detail["incident"])))


def _ended(standing: Standing, event: Event) -> None:
    standing.state = event.step
    standing.open = False


FOLDS: Mapping[EventKind, Callable[[Standing, Event], None]] = MappingProxyType(
    {
        "started": _started,
        "entered": _entered,
        "assigned": _assigned,
        "decided": _decided,
        "cancelled": _cancelled,
        "raised": _raised,
        "resolved": _resolved,
        "ended": _ended,
    }
)
