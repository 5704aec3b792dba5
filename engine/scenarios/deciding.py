"""What people do with running work: they decide their task, hand it on, take it back, or settle what is stuck."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.errors import Message, Refusal
from engine.unit_of_work import UnitOfWork
from engine.workflow import (
    WITH_TASK,
    Answer,
    Move,
    Task,
    all_tasks,
    decide,
    incidents_of,
    instances_of,
    move,
    reclaim,
    resolve_incident,
    sheet_of,
    urge,
    withdraw,
)

from .messages import help_message
from .model import Step
from .values import changes, raw_values, record_of
from .world import World


def decide_as(world: World, uow: UnitOfWork, step: Step) -> None:
    """What a step with the verb `decide` says, as the acting person. Raises whatever the engine answers."""
    if "incident" in step.keys:
        _resolve(world, uow, step)
        return
    entity, record = record_of(world, uow, str(step.keys["record"]))
    kind, comment = str(step.target), step.without("comment")[1]
    if kind in WITH_INSTANCE:
        WITH_INSTANCE[kind](uow, _running(uow, entity, record), comment)
        return
    task = _task(uow, entity, record, step)
    if kind in WITH_TASK:
        move(uow, task.id, Move(kind, [record_of(world, uow, name)[1] for name in step.named("to")], comment))
    else:
        decide(uow, task.id, _answer(world, uow, step, task))


def _answer(world: World, uow: UnitOfWork, step: Step, task: Task) -> Answer:
    values, comment = step.without("comment")
    entity, record = record_of(world, uow, str(step.keys["record"]))
    sheet = sheet_of(uow, task)
    if sheet is not None:
        read = raw_values(world, uow, uow.metadata.entities[sheet], values)
    else:
        read = changes(world, uow, uow.metadata.entities[entity], record, values)
    to, signature = step.keys.get("to"), step.keys.get("sign")
    return Answer(str(step.target), read, comment, None if to is None else str(to), signature="" if signature is None else str(signature))


def _resolve(world: World, uow: UnitOfWork, step: Step) -> None:
    if isinstance(step.keys["incident"], Mapping):
        help_message(uow, step)
        return
    entity, record = record_of(world, uow, str(step.keys["incident"]))
    found = incidents_of(uow, entity, record)
    if not found:
        raise Refusal(Message("There is no open incident."))
    resolve_incident(uow, found[0].id, step.target, step.without("comment")[1])  # type: ignore[arg-type]


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


WITH_INSTANCE: Mapping[str, Callable[[UnitOfWork, int, str], None]] = {"withdraw": withdraw, "reclaim": reclaim, "urge": urge}
"""What is done with running work as a whole."""
