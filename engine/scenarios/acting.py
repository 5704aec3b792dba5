"""What a step does: each verb is one unit of work of the person who acts; an import is several."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.access import SYSTEM, Actor, anybody
from engine.errors import Message
from engine.frozen import frozen
from engine.records import archive, delete, fetch, save, take_back
from engine.unit_of_work import UnitOfWork
from engine.workflow import RowPlace, Said, actions_of, fire, fire_row, merge

from .deciding import decide_as
from .filling import fill_in_form, filler
from .importing import import_rows
from .messages import tell
from .model import Step
from .values import changes, raw_values, record_of
from .words import ANYBODY
from .world import World


@frozen
class Done:
    """What came of a step: warnings, and the records it made, in order."""

    warnings: list[Message]
    made: list[tuple[str, int]]


@frozen
class Begun:
    """A step as it begins: what its person has seen of the record."""

    step: Step
    version: int | None = None


Verb = Callable[[World, UnitOfWork, Begun], None]


def actor_of(world: World, name: str) -> Actor:
    """Who acts under a name."""
    if name == "system":
        return SYSTEM
    if name == ANYBODY:
        return anybody(world.metadata.languages[0])
    return world.application.actor(world.ids[name])


def _actor(world: World, step: Step) -> Actor:
    """Who acts in a step: a message comes from nobody that is known here."""
    if step.verb == "message":
        return SYSTEM
    return filler(world, step) if step.verb == "fill" else actor_of(world, step.actor)


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
    actor = _actor(world, begun.step)
    if begun.step.verb in ("import", "message"):
        with world.listening(made):
            if begun.step.verb == "import":
                import_rows(world, actor, begun.step)
            else:
                tell(world, begun.step)
        return Done([], made)

    def work(uow: UnitOfWork) -> list[Message]:
        made.clear()
        ACTS[str(begun.step.verb)](world, uow, begun)
        return uow.warnings

    with world.listening(made):
        warnings = world.application.run(actor, work)
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


def _archive(world: World, uow: UnitOfWork, begun: Begun) -> None:
    archive(uow, *record_of(world, uow, str(begun.step.target)))


def _take_back(world: World, uow: UnitOfWork, begun: Begun) -> None:
    take_back(uow, *record_of(world, uow, str(begun.step.target)))


def _merge(world: World, uow: UnitOfWork, begun: Begun) -> None:
    _, gone = record_of(world, uow, str(begun.step.target))
    entity, kept = record_of(world, uow, str(begun.step.keys["into"]))
    merge(uow, entity, kept, gone, begun.step.named("take"))


def _do(world: World, uow: UnitOfWork, begun: Begun) -> None:
    step = begun.step
    entity_name, record = record_of(world, uow, str(step.keys["record"]))
    entity = uow.metadata.entities[entity_name]
    values, comment = step.without("comment")
    action = actions_of(uow.metadata, entity).get(str(step.target))
    asking = entity.asking(action) if action is not None else entity
    said = Said(raw_values(world, uow, asking, values), comment)
    if entity.document is None:
        fire(uow, entity_name, record, str(step.target), said)
        return
    document = fetch(uow, entity_name, record)["document_id"]
    fire_row(uow, RowPlace(entity.document, int(str(document)), entity.table_name, record), str(step.target), said)


def _decide(world: World, uow: UnitOfWork, begun: Begun) -> None:
    decide_as(world, uow, begun.step)


def _fill(world: World, uow: UnitOfWork, begun: Begun) -> None:
    fill_in_form(world, uow, begun.step)


ACTS: Mapping[str, Verb] = {
    "create": _create,
    "update": _update,
    "delete": _delete,
    "archive": _archive,
    "take_back": _take_back,
    "merge": _merge,
    "do": _do,
    "decide": _decide,
    "fill": _fill,
}
