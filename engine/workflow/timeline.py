"""The story of a record's workflows: what happened, who is asked now, who will be asked next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.errors import Message, Text
from engine.metadata import Workflow
from engine.records import inside
from engine.unit_of_work import View

from . import ledger, task_rows
from .course import entity_id_of, workflow_of
from .effects import Row
from .machine import moves_of
from .model import Event, Incident, Instance
from .outlook import Ahead, Outlook
from .withdraw import why_not_withdraw
from .words import Name, names_of

TOLD = frozenset({"started", "decided", "skipped", "answered", "failed", "routed", "raised", "resolved", "ended", "timed"})


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A step that waits for a person, since when."""

    step: str
    label: Text
    person: int
    who: Name
    since: datetime


@dataclass(frozen=True)
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


def timeline(view: View, entity: str, row: Row) -> list[Story]:
    """The stories of the workflows of a record that the acting person may read, newest first."""
    found = ledger.instances(view.connection, entity_id_of(view, entity), int(str(row["id"])))
    return [_story(view, instance, Outlook(view, instance, row, entity)) for instance in reversed(found)]


def _story(view: View, instance: Instance, outlook: Outlook) -> Story:
    workflow = workflow_of(view, instance)
    events = [event for event in ledger.events_of(view.connection, [instance.id]) if event.kind in TOLD]
    tasks = task_rows.tasks_of(view.connection, [instance.id], "open")
    seen = _seen(view, instance)
    names = names_of(view, [*(event.actor for event in events), *(task.person for task in tasks)])
    own = instance.starter is not None and instance.starter == view.actor.id
    refusal = why_not_withdraw(view, instance) if own else None
    return Story(
        instance=instance,
        workflow=workflow,
        state=label_of(workflow, instance.state),
        entries=tuple(_entry(workflow, event, names, seen(event)) for event in events),
        asked=tuple(Asked(t.step, workflow.step(t.step).label, t.person, names[t.person], t.created_at) for t in tasks),
        expected=outlook.expected(),
        incidents=tuple(ledger.open_incidents(view.connection, [instance.id])),
        may_withdraw=own and refusal is None,
        why_not_withdraw=refusal.message if refusal else None,
    )


def _seen(view: View, instance: Instance) -> Callable[[Event], str]:
    """What was said with a step, for the reader: people from outside read what they said themselves, and why it was returned to them."""
    if inside(view.actor):
        return lambda event: event.comment
    own = view.actor.id
    returned = instance.starter == own
    return lambda event: event.comment if event.actor == own or (returned and event.detail.get("decision") == "return") else ""


def label_of(workflow: Workflow, state: str) -> Text:
    """What a step or end is called."""
    if workflow.has(state):
        return workflow.step(state).label
    end = moves_of(workflow).ends.get(state)
    return end.label if end else {"en": state}


def _entry(workflow: Workflow, event: Event, names: Mapping[int | None, Name], comment: str) -> Entry:
    said = event.detail.get("say") or event.detail.get("message")
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
        words=Message(said) if isinstance(said, (str, dict)) else None,
    )
