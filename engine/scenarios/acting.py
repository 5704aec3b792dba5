"""What a step does: each verb is one unit of work of the person who acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.access import SYSTEM, Actor, anybody
from engine.errors import Message, Refusal
from engine.records import delete, fetch, save
from engine.unit_of_work import UnitOfWork
from engine.workflow import Answer, Said, Task, all_tasks, decide, fire, incidents_of, instances_of, resolve_incident, withdraw

from .model import Step
from .values import changes, raw_values, record_of
from .world import World


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a step: warnings, and the records it made, in order."""

    warnings: list[Message]
    made: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Begun:
    """A step as it begins: what its person has seen of the record."""

    step: Step
    version: int | None = None


Verb = Callable[[World, UnitOfWork, Begun], None]


def actor_of(world: World, name: str) -> Actor:
    """Who acts under a name."""
    if name == "system":
        return SYSTEM
    if name == "anybody":
        return anybody(world.metadata.languages[0])
    return world.application.actor(world.ids[name])


def begin(world: World, step: Step) -> Begun:
    """Look at the record as the person who is about to change it."""
    if step.verb != "update":
        return Begun(step)
    with world.application.look(SYSTEM) as view:
        entity, record = record_of(world, view, str(step.target))
        return Begun(step, int(str(fetch(view, entity, record)["version"])))


def act(world: World, begun: Begun) -> Done:
    """Do what a step says. Raises whatever the engine answers."""
    made: list[tuple[str, int]] = []

    def work(uow: UnitOfWork) -> list[Message]:
        made.clear()
        ACTS[str(begun.step.verb)](world, uow, begun)
        return uow.warnings

    with world.listening(made):
        warnings = world.application.run(actor_of(world, begun.step.actor), work)
    return Done(warnings, made)


def _create(world: World, uow: UnitOfWork, begun: Begun) -> None:
    entity = uow.metadata.entities[str(begun.step.target)]
    row = save(uow, entity.name, None, raw_values(world, uow, entity, begun.step.values))
    name = begun.step.keys.get("name")
    if name is not None:
        world.name(str(name), entity.name, int(str(row["id"])))


def _update(world: World, uow: UnitOfWork, begun: Begun) -> None:
    entity, record = record_of(world, uow, str(begun.step.target))
    save(uow, entity, record, changes(world, uow, uow.metadata.entities[entity], record, begun.step.values), begun.version)


def _delete(world: World, uow: UnitOfWork, begun: Begun) -> None:
    delete(uow, *record_of(world, uow, str(begun.step.target)))


def _do(world: World, uow: UnitOfWork, begun: Begun) -> None:
    step = begun.step
    entity_name, record = record_of(world, uow, str(step.keys["record"]))
    entity = uow.metadata.entities[entity_name]
    values, comment = _with_comment(step)
    fire(uow, entity_name, record, str(step.target), Said(raw_values(world, uow, entity, values), comment))


def _decide(world: World, uow: UnitOfWork, begun: Begun) -> None:
    step = begun.step
    if "incident" in step.keys:
        _resolve(world, uow, step)
        return
    entity, record = record_of(world, uow, str(step.keys["record"]))
    if step.target == "withdraw":
        withdraw(uow, _running(uow, entity, record), _with_comment(step)[1])
        return
    values, comment = _with_comment(step)
    task = _task(uow, entity, record, step)
    to = step.keys.get("to")
    answer = Answer(
        decision=str(step.target),
        values=changes(world, uow, uow.metadata.entities[entity], record, values),
        comment=comment,
        to=None if to is None else str(to),
    )
    decide(uow, task.id, answer)


def _resolve(world: World, uow: UnitOfWork, step: Step) -> None:
    entity, record = record_of(world, uow, str(step.keys["incident"]))
    found = incidents_of(uow, entity, record)
    if not found:
        raise Refusal(Message("There is no open incident."))
    resolve_incident(uow, found[0].id, step.target, _with_comment(step)[1])  # type: ignore[arg-type]


def _running(uow: UnitOfWork, entity: str, record: int) -> int:
    found = instances_of(uow, entity, record)
    if not found:
        raise Refusal(Message("No workflow has been started."))
    return found[-1].id


def _task(uow: UnitOfWork, entity: str, record: int, step: Step) -> Task:
    """The task that the person means: the own one, else any of the step, so that the engine itself refuses it."""
    wanted = step.keys.get("step")
    found = [task for task in all_tasks(uow, entity, record) if wanted is None or task.step == wanted]
    own = [task for task in found if task.person == uow.actor.id]
    chosen = [t for t in own if t.status == "open"] or own[-1:] or [t for t in found if t.status == "open"] or found[-1:]
    if not chosen:
        raise Refusal(Message("Nobody is asked about this record."))
    return chosen[0]


def _with_comment(step: Step) -> tuple[Mapping[str, object], str]:
    """The values of a step without its comment, and the comment, which may stand in `with` or beside it."""
    values = dict(step.values)
    inside = values.pop("comment", None)
    comment = step.keys.get("comment", inside)
    return values, "" if comment is None else str(comment)


ACTS: Mapping[str, Verb] = {"create": _create, "update": _update, "delete": _delete, "do": _do, "decide": _decide}
