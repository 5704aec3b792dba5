"""Who is asked what: the open tasks of a person and of a record, copies, and what a person submitted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from engine.errors import Text
from engine.frozen import frozen
from engine.records import titles
from engine.unit_of_work import View

from . import copy_rows, ledger, task_rows
from .course import entity_id_of, entity_of, workflow_of
from .machine import label_of
from .model import Event, Incident, Instance, Task
from .together import together
from .words import Name, names_of

PAGE = 50


@frozen
class Waiting:
    """A line of the inbox: an open task (or an incident) with the record it is about and who submitted it.

    `together` are tasks that may be approved several at once.
    """

    instance: Instance
    entity: str
    title: str
    workflow: Text
    step: Text
    submitter: Name | None
    since: datetime
    task: Task | None = None
    incident: Incident | None = None
    read: bool = True
    together: bool = False


def inbox(view: View, *, before: int | None = None, limit: int = PAGE) -> list[Waiting]:
    """The open tasks of the acting person, newest first; `before` is the id of the last task of the page before."""
    if view.actor.id is None:
        return []
    found = task_rows.tasks_for(view.connection, view.actor.id, before, limit)
    lines = _lines(view, [task.instance_id for task in found])
    return [lines.task(task) for task in found]


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


def copies(view: View, *, limit: int = PAGE) -> list[Waiting]:
    """What the acting person got a copy of, newest first; `since` is when."""
    if view.actor.id is None:
        return []
    found = copy_rows.copies_for(view.connection, view.actor.id, limit)
    lines = _lines(view, [copy.instance_id for copy in found])
    return [replace(lines.line(copy.instance_id, copy.step, copy.at), read=copy.read_at is not None) for copy in found]


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


def instances_by_id(view: View, ids: Iterable[int]) -> dict[int, Instance]:
    """The instances with these ids."""
    wanted = sorted(set(ids))
    return {instance.id: instance for instance in ledger.instances_by_id(view.connection, wanted)} if wanted else {}


@frozen
class _Lines:
    """What all lines of one list need, read at once: instances, names of entities, titles by entity and record, names of people."""

    view: View
    entities: Mapping[int, str]
    instances: Mapping[int, Instance]
    titles: Mapping[tuple[int, int], str | None]
    names: Mapping[int | None, Name]

    def task(self, task: Task) -> Waiting:
        """The line of an open task."""
        workflow = workflow_of(self.view, self.instances[task.instance_id])
        among = together(workflow, workflow.step(task.step), task)
        return self.line(task.instance_id, task.step, task.created_at, task=task, together=among)

    def line(self, instance_id: int, step: str, since: datetime, *, task: Task | None = None, together: bool = False) -> Waiting:
        instance = self.instances[instance_id]
        workflow = workflow_of(self.view, instance)
        return Waiting(
            instance=instance,
            entity=self.entities[instance.entity_id],
            title=self.titles.get((instance.entity_id, instance.record_id)) or "…",
            workflow=workflow.label,
            step=label_of(workflow, step),
            submitter=self.names.get(instance.starter),
            since=since,
            task=task,
            together=together,
        )


def _lines(view: View, ids: Iterable[int]) -> _Lines:
    instances = instances_by_id(view, ids)
    records: dict[int, set[int]] = {}
    for instance in instances.values():
        records.setdefault(instance.entity_id, set()).add(instance.record_id)
    entities = {entity_id: entity_of(view, entity_id) for entity_id in records}
    named = {
        (entity_id, number): title
        for entity_id, numbers in records.items()
        for number, title in titles(view, entities[entity_id], numbers).items()
    }
    return _Lines(view, entities, instances, named, names_of(view, (instance.starter for instance in instances.values())))
