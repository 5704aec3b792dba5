"""The story of a record's workflows: what happened, who is asked now, who will be asked next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache

from engine.access import Sight
from engine.errors import Message, Text
from engine.frozen import frozen
from engine.metadata import Entity, Workflow
from engine.records import Telling, inside, knows, sight_on
from engine.unit_of_work import View

from . import ledger, task_rows
from .course import entity_id_of, workflow_of
from .effects import Row
from .governing import governs
from .machine import label_of
from .model import Event, Incident, Instance, Task
from .outlook import Ahead, Outlook
from .reclaim import reclaimable
from .urging import may_urge, why_not_urge
from .withdraw import why_not_withdraw
from .words import LEFT, Name, names_of

TOLD = frozenset(
    {
        "started",
        "decided",
        "skipped",
        "answered",
        "failed",
        "routed",
        "raised",
        "resolved",
        "ended",
        "timed",
        "transferred",
        "urged",
        "copied",
        "reopened",
        "moved",
    }
)

Known = Callable[[Sequence[str], datetime], bool]


@frozen
class Entry:
    """One thing that happened; `who` is None where the engine itself acted, `words` what a route or an incident says."""

    at: datetime
    kind: str
    step: str
    label: Text
    round: int
    who: Name | None
    decision: str | None
    comment: str
    words: Message | None


@frozen
class Asked:
    """A step that waits for a person, since when."""

    step: str
    label: Text
    person: int
    who: Name
    since: datetime
    task: int = 0


@frozen(slots=False)
class Story:
    """One instance as it is shown. `withdraw` is None where the acting person did not start it, else whether and why not."""

    instance: Instance
    workflow: Workflow
    state: Text
    entries: tuple[Entry, ...]
    asked: tuple[Asked, ...]
    expected: tuple[Ahead, ...]
    incidents: tuple[Incident, ...]
    may_withdraw: bool
    why_not_withdraw: Message | None
    verbs: frozenset[str] = frozenset()
    governed: bool = False


def timeline(view: View, entity: str, row: Row) -> list[Story]:
    """The stories of the workflows of a record that the acting person may read, newest first."""
    found = ledger.instances(view.connection, entity_id_of(view, entity), int(str(row["id"])))
    known = _knowing(view, view.metadata.entities[entity], row)
    return [_story(view, each, Outlook(view, each, row, entity), governs(view, each, row), known) for each in reversed(found)]


def _knowing(view: View, entity: Entity, row: Row) -> Known:
    """Whether the reader may know all that words are made of, asked once some are."""
    number = int(str(row["id"]))

    @cache
    def sight() -> Sight | None:
        return sight_on(view, entity, dict(row))

    def known(made_of: Sequence[str], at: datetime) -> bool:
        if not made_of or (seen := sight()) is None:
            return not made_of
        told = Telling(entity, number, seen, at)
        return all(knows(view, told, path) for path in made_of)

    return known


def _story(view: View, instance: Instance, outlook: Outlook, governed: bool, known: Known) -> Story:
    workflow = workflow_of(view, instance)
    happened = ledger.events_of(view.connection, [instance.id])
    events = [event for event in happened if event.kind in TOLD]
    every = task_rows.tasks_of(view.connection, [instance.id])
    tasks = [task for task in every if task.status == "open"]
    incidents = tuple(ledger.open_incidents(view.connection, [instance.id]))
    helps = governed or view.actor.administrator or any(view.actor.id in incident.people for incident in incidents)
    seen, words = _seen(view, instance), _words(known, helps=helps)
    names = names_of(view, [*(event.actor for event in events), *(task.person for task in tasks), *(task.owner for task in tasks)])
    own = instance.starter is not None and instance.starter == view.actor.id
    refusal = why_not_withdraw(view, instance, every) if own else None
    return Story(
        instance=instance,
        workflow=workflow,
        state=label_of(workflow, instance.state),
        entries=tuple(_entry(workflow, event, names, seen(event), words(event)) for event in events),
        asked=tuple(Asked(t.step, workflow.step(t.step).label, t.person, _asked(t, names), t.created_at, t.id) for t in tasks),
        expected=outlook.expected(),
        incidents=incidents,
        may_withdraw=own and refusal is None,
        why_not_withdraw=refusal.message if refusal else None,
        verbs=_verbs(view, instance, every, happened) | (frozenset({"withdraw"}) if own and refusal is None else frozenset()),
        governed=governed,
    )


def _asked(task: Task, names: Mapping[int | None, Name]) -> Name:
    """Who is asked, and for whom where that is somebody else."""
    if task.person == task.owner:
        return names[task.person]
    return Message("{person} for {owner}", {"person": names[task.person], "owner": names.get(task.owner, LEFT)})


def _seen(view: View, instance: Instance) -> Callable[[Event], str]:
    """What was said with a step, for the reader: people from outside read what they said themselves, and why it was returned to them."""
    if inside(view.actor):
        return lambda event: event.comment
    own = view.actor.id
    returned = instance.starter == own
    return lambda event: event.comment if event.actor == own or (returned and event.detail.get("decision") == "return") else ""


def _words(known: Known, *, helps: bool) -> Callable[[Event], Message | None]:
    """What a route, a failure or an incident says, as far as the reader may know what its words tell; who helps is told why."""

    def words(event: Event) -> Message | None:
        said, why = event.detail.get("say"), event.detail.get("message")
        told = known(event.detail.get("made_of", ()), event.at) or (why is not None and helps)  # type: ignore[arg-type]
        text = said or why
        return Message(text) if told and isinstance(text, (str, dict)) else None

    return words


def _verbs(view: View, instance: Instance, tasks: Sequence[Task], events: Sequence[Event]) -> frozenset[str]:
    """What the acting person may do with the process as a whole, having decided in it."""
    found = set()
    if instance.open and may_urge(view.actor, instance, tasks) and why_not_urge(view, instance, tasks, events) is None:
        found.add("urge")
    if reclaimable(view, instance, tasks) is not None:
        found.add("reclaim")
    return frozenset(found)


def _entry(workflow: Workflow, event: Event, names: Mapping[int | None, Name], comment: str, words: Message | None) -> Entry:
    decision = event.detail.get("decision") or event.detail.get("do")
    return Entry(
        at=event.at,
        kind=event.kind,
        step=event.step,
        label=label_of(workflow, event.step),
        round=event.round,
        who=names.get(event.actor),
        decision=None if decision is None else str(decision),
        comment=comment,
        words=words,
    )
