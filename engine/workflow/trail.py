"""Where one instance has been, is and will come to when all goes well: what a picture of its workflow shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from engine.errors import Invisible
from engine.frozen import frozen
from engine.metadata import Workflow
from engine.records import fetch, readable
from engine.unit_of_work import View

from . import ledger, task_rows
from .course import entity_of, workflow_of
from .model import Event, Instance, Task
from .outlook import Outlook
from .words import LEFT, Name, names_of

Stand = Literal["past", "now", "stuck", "later"]


@frozen(slots=False)
class Trail:
    """An instance on its way: how it stands with each step and end that it has to do with, who acts there, and the ways it took."""

    instance: Instance
    entity: str
    workflow: Workflow
    stands: Mapping[str, Stand]
    people: Mapping[str, tuple[Name, ...]]
    taken: frozenset[tuple[str, str]]


def trail(view: View, instance_id: int) -> Trail:
    """The trail of an instance, for whoever may read its record. Raises Invisible."""
    instance = ledger.instance_of(view.connection, instance_id)
    if instance is None:
        raise Invisible
    entity = entity_of(view, instance.entity_id)
    row = fetch(view, entity, instance.record_id)
    readable(view, view.metadata.entities[entity], row)
    ahead = Outlook(view, instance, row, entity).expected()
    events = ledger.events_of(view.connection, [instance_id])
    tasks = task_rows.tasks_of(view.connection, [instance_id])
    stands: dict[str, Stand] = dict.fromkeys((one.name for one in ahead), "later")
    stands |= dict.fromkeys(instance.visits, "past")
    stands |= dict.fromkeys(instance.places if instance.open else (), "now")
    stands |= dict.fromkeys((incident.step for incident in ledger.open_incidents(view.connection, [instance_id])), "stuck")
    if not instance.open:
        stands[instance.state] = "past"
    people = {one.name: one.people for one in ahead if one.people} | _acting(tasks, instance)
    names = names_of(view, [person for some in people.values() for person in some])
    told = {step: tuple(names.get(person, LEFT) for person in some) for step, some in people.items()}
    return Trail(instance, entity, workflow_of(view, instance), stands, told, _ways(events))


def _acting(tasks: Iterable[Task], instance: Instance) -> dict[str, tuple[int, ...]]:
    """Who is asked at each step in its newest round, or who decided there."""
    found: dict[str, dict[int, None]] = {}
    for task in tasks:
        if task.round == instance.visits.get(task.step) and task.status in ("open", "done"):
            here = found.setdefault(task.step, {})
            here[task.person if task.status == "open" or task.actor is None else task.actor] = None
    return {step: tuple(some) for step, some in found.items()}


def _ways(events: Iterable[Event]) -> frozenset[tuple[str, str]]:
    """From where to where it went; a timer that leads on leaves no route."""
    return frozenset(
        (event.step, str(event.detail["to"])) for event in events if event.kind in ("routed", "timed") and "to" in event.detail
    )
