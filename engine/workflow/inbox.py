"""Who is asked what: the open tasks of a person and of a record, what a person submitted, and what each decision would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.errors import Message, Text
from engine.metadata import OUTCOMES, Step, Workflow
from engine.records import titles
from engine.unit_of_work import View

from . import ledger, task_rows
from .course import entity_id_of, entity_of, workflow_of
from .effects import Row
from .model import Event, Incident, Instance, Task, return_targets
from .outlook import Outlook, in_words
from .tally import NEGATIVE, tally
from .timeline import label_of
from .words import Name, names_of

PAGE = 50
BACK = "return"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the inbox: an open task (or an incident) with the record it is about and who submitted it."""

    instance: Instance
    entity: str
    title: str
    workflow: Text
    step: Text
    submitter: Name | None
    since: datetime
    task: Task | None = None
    incident: Incident | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision that a task offers: whether it must say why, where a return may lead, and what happens next in words."""

    decision: str
    needs_comment: bool
    targets: tuple[tuple[str, Text], ...]
    next: Message


@dataclass(frozen=True, slots=True)
class Duty:
    """The acting person's open task on a record, with the step and what can be decided."""

    task: Task
    step: Step
    workflow: Workflow
    choices: tuple[Choice, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the task opens."""
        return self.step.edit | self.step.must


def inbox(view: View, *, before: int | None = None, limit: int = PAGE) -> list[Waiting]:
    """The open tasks of the acting person, newest first; `before` is the id of the last task of the page before."""
    if view.actor.id is None:
        return []
    found = task_rows.tasks_for(view.connection, view.actor.id, before, limit)
    lines = _lines(view, [task.instance_id for task in found])
    return [replace(lines.line(task.instance_id, task.step, task.created_at), task=task) for task in found]


def waiting_count(view: View) -> int:
    """How many open tasks the acting person has."""
    return 0 if view.actor.id is None else task_rows.count_for(view.connection, view.actor.id)


def stuck(view: View, *, limit: int = PAGE) -> list[Waiting]:
    """The open incidents that wait for the acting person, newest first; an administrator sees all of them."""
    if view.actor.id is None:
        return []
    found = ledger.incidents_for(view.connection, None if view.actor.administrator else view.actor.id, limit)
    lines = _lines(view, [incident.instance_id for incident in found])
    return [replace(lines.line(each.instance_id, each.step, each.raised_at), incident=each) for each in found]


def submitted(view: View, *, before: int | None = None, limit: int = PAGE) -> list[Waiting]:
    """What the acting person submitted, newest first, with where it stands."""
    if view.actor.id is None:
        return []
    found = ledger.started_by(view.connection, view.actor.id, before, limit)
    lines = _lines(view, [instance.id for instance in found])
    return [lines.line(instance.id, instance.state, instance.started_at) for instance in found]


def open_tasks(view: View, entity: str, record_id: int) -> list[Task]:
    """Who is asked about a record now, over all its workflows."""
    running = ledger.open_instances(view.connection, entity_id_of(view, entity), record_id)
    return task_rows.tasks_of(view.connection, [instance.id for instance in running], "open") if running else []


def instances_of(view: View, entity: str, record_id: int) -> list[Instance]:
    """All instances of workflows over a record, oldest first."""
    return ledger.instances(view.connection, entity_id_of(view, entity), record_id)


def all_tasks(view: View, entity: str, record_id: int) -> list[Task]:
    """Everybody who was ever asked about a record, oldest first."""
    ids = [instance.id for instance in instances_of(view, entity, record_id)]
    return task_rows.tasks_of(view.connection, ids) if ids else []


def incidents_of(view: View, entity: str, record_id: int) -> list[Incident]:
    """What is stuck at a record now, oldest first."""
    ids = [instance.id for instance in instances_of(view, entity, record_id)]
    return ledger.open_incidents(view.connection, ids) if ids else []


def all_incidents(view: View, workflow: str) -> list[Incident]:
    """What is stuck in all instances of a workflow, oldest first."""
    return ledger.incidents_in(view.connection, workflow)


def events_of(view: View, entity: str, record_id: int) -> list[Event]:
    """All that happened in the workflows of a record, in order."""
    ids = [instance.id for instance in instances_of(view, entity, record_id)]
    return ledger.events_of(view.connection, ids) if ids else []


def duties(view: View, entity: str, row: Row) -> list[Duty]:
    """The acting person's own open tasks on a record."""
    own = [task for task in open_tasks(view, entity, int(str(row["id"]))) if task.person == view.actor.id]
    known = _instances(view, [task.instance_id for task in own])
    return [_duty(view, known[task.instance_id], task, Outlook(view, known[task.instance_id], row, entity)) for task in own]


def _duty(view: View, instance: Instance, task: Task, outlook: Outlook) -> Duty:
    workflow = workflow_of(view, instance)
    step = workflow.steps[task.step]
    targets = return_targets(instance, step)
    offered = [decision for decision in OUTCOMES[step.do] if decision != BACK or targets]
    votes = [
        other.decision for other in task_rows.visit_tasks(view.connection, instance) if other.status != "cancelled" and other.id != task.id
    ]
    choices = []
    for decision in offered:
        names = tuple((name, workflow.steps[name].label) for name in targets) if decision == BACK else ()
        choices.append(Choice(decision, _needs_comment(step, decision), names, _next(outlook, step, decision, votes)))
    return Duty(task, step, workflow, tuple(choices))


def _needs_comment(step: Step, decision: str) -> bool:
    return step.comment == "required" or (step.comment == "on_reject" and decision in (NEGATIVE, BACK))


def _next(outlook: Outlook, step: Step, decision: str, others: Sequence[str | None]) -> Message:
    if decision == BACK:
        return Message("Then it goes back, and the steps after it are done again.")
    outcome = tally(step.agree, [decision, *others])
    if outcome is None:
        return Message("Then {count} more people decide.", {"count": sum(vote is None for vote in others)})
    return in_words(outlook, outlook.after(step.name, outcome))


def _instances(view: View, ids: Iterable[int]) -> dict[int, Instance]:
    return {instance.id: instance for instance in ledger.instances_by_id(view.connection, sorted(set(ids)))}


@dataclass(frozen=True, slots=True)
class _Lines:
    """What all lines of one list need, read at once: instances, titles by entity and record, names of people."""

    view: View
    instances: Mapping[int, Instance]
    titles: Mapping[tuple[int, int], str | None]
    names: Mapping[int | None, Name]

    def line(self, instance_id: int, step: str, since: datetime) -> Waiting:
        instance = self.instances[instance_id]
        workflow = workflow_of(self.view, instance)
        return Waiting(
            instance=instance,
            entity=entity_of(self.view, instance.entity_id),
            title=self.titles.get((instance.entity_id, instance.record_id)) or "…",
            workflow=workflow.label,
            step=label_of(workflow, step),
            submitter=self.names.get(instance.starter),
            since=since,
        )


def _lines(view: View, ids: Iterable[int]) -> _Lines:
    instances = _instances(view, ids)
    records: dict[int, set[int]] = {}
    for instance in instances.values():
        records.setdefault(instance.entity_id, set()).add(instance.record_id)
    named = {
        (entity_id, number): title
        for entity_id, numbers in records.items()
        for number, title in titles(view, entity_of(view, entity_id), numbers).items()
    }
    return _Lines(view, instances, named, names_of(view, (instance.starter for instance in instances.values())))
