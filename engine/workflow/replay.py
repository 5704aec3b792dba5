"""From the events of an instance alone back to where it stands: what is stored is never more than what happened.

The engine writes state and tasks beside the events so that they can be asked for quickly; this fold is what they must equal
(WORKFLOW 3.1, "replay events = stored state"), and tests hold the engine to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from engine.frozen import frozen

from .model import Event, EventKind, TaskStatus


@frozen
class Part:
    """A task as the events tell it."""

    step: str
    round: int
    person: int | None
    status: TaskStatus = "open"
    decision: str | None = None
    actor: int | None = None
    owner: int | None = None
    kind: str = "own"
    parent: int | None = None


@dataclass
class Standing:
    """Where an instance stands after its events so far."""

    state: str = ""
    open: bool = False
    visits: dict[str, int] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    picked: dict[str, list[int]] = field(default_factory=dict)
    resume: Mapping[str, str] | None = None
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
    """Skipped, answered, failed, routed, copied and urged explain; they change nothing by themselves."""


def _started(standing: Standing, event: Event) -> None:
    standing.open = True


def _entered(standing: Standing, event: Event) -> None:
    standing.visits[event.step] = event.round
    branch = event.detail.get("branch")
    if branch is None:
        standing.state, standing.branches = event.step, {}
    else:
        standing.branches[str(branch)] = event.step


def _joined(standing: Standing, event: Event) -> None:
    standing.branches[str(event.detail["branch"])] = str(event.detail["outcome"])


def _marked(standing: Standing, event: Event) -> None:
    found = event.detail.get("resume")
    standing.resume = found if isinstance(found, Mapping) else None


def _picked(standing: Standing, event: Event) -> None:
    found = event.detail["people"]
    standing.picked[event.step] = list(found) if isinstance(found, list) else []


def _assigned(standing: Standing, event: Event) -> None:
    told = event.detail
    if event.task_id is not None:
        standing.tasks[event.task_id] = Part(
            event.step,
            event.round,
            event.person,
            "waiting" if told.get("status") == "waiting" else "open",
            owner=int(str(told.get("owner", event.person))),
            kind=str(told.get("kind", "own")),
            parent=None if told.get("parent") is None else int(str(told["parent"])),
        )


def _decided(standing: Standing, event: Event) -> None:
    _become(standing, event, status="done", decision=event.detail["decision"], actor=event.actor)


def _hung(standing: Standing, event: Event) -> None:
    _become(standing, event, parent=int(str(event.detail["parent"])))


def _status(status: TaskStatus) -> Callable[[Standing, Event], None]:
    def fold(standing: Standing, event: Event) -> None:
        _become(standing, event, status=status)

    return fold


def _become(standing: Standing, event: Event, **changed: object) -> None:
    if event.task_id is not None:
        standing.tasks[event.task_id] = replace(standing.tasks[event.task_id], **changed)  # type: ignore[arg-type] # fields of a part


def _raised(standing: Standing, event: Event) -> None:
    standing.incidents.add(int(str(event.detail["incident"])))


def _resolved(standing: Standing, event: Event) -> None:
    standing.incidents.discard(int(str(event.detail["incident"])))


def _ended(standing: Standing, event: Event) -> None:
    standing.state, standing.branches, standing.resume = event.step, {}, None
    standing.open = False


def _reopened(standing: Standing, event: Event) -> None:
    standing.open = True


def _moved(standing: Standing, event: Event) -> None:
    """Steps are called otherwise on the revision that it was moved to."""
    names = event.detail.get("names")
    called = {str(old): str(new) for old, new in names.items()} if isinstance(names, Mapping) else {}
    standing.state = called.get(standing.state, standing.state)
    standing.visits = renamed_visits(standing.visits, called)
    standing.branches = {branch: called.get(at, at) for branch, at in standing.branches.items()}
    standing.picked = {called.get(step, step): people for step, people in standing.picked.items()}
    standing.tasks = {number: replace(part, step=called.get(part.step, part.step)) for number, part in standing.tasks.items()}


def renamed_visits(visits: Mapping[str, int], called: Mapping[str, str]) -> dict[str, int]:
    """How often each step was entered, by the new names; steps that become one count together."""
    found: dict[str, int] = {}
    for step, count in visits.items():
        name = called.get(step, step)
        found[name] = max(found.get(name, 0), count)
    return found


FOLDS: Mapping[EventKind, Callable[[Standing, Event], None]] = MappingProxyType(
    {
        "started": _started,
        "entered": _entered,
        "joined": _joined,
        "marked": _marked,
        "picked": _picked,
        "assigned": _assigned,
        "decided": _decided,
        "paused": _status("waiting"),
        "woken": _status("open"),
        "hung": _hung,
        "transferred": _status("transferred"),
        "cancelled": _status("cancelled"),
        "raised": _raised,
        "resolved": _resolved,
        "moved": _moved,
        "reopened": _reopened,
        "ended": _ended,
    }
)
