"""Whether the expectations of a scenario name only things that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.loading import Path
from engine.metadata import Entity, Metadata
from engine.workflow import actions_of, heard

from .known import Known
from .messages import KEYS
from .model import Expectation
from .values import mapping


def check_expectation(checking: Known, expectation: Expectation) -> None:
    """Add an issue for everything that an expectation names and the application does not have."""
    path, keys = expectation.path, expectation.keys
    if "as" in keys:
        checking.actor((*path, "as"), keys["as"])
    if expectation.kind == "report":
        checking.known((*path, "report"), expectation.target, checking.metadata.reports, "T602", "report")
        return
    if expectation.kind == "print":
        checking.known((*path, "print"), expectation.target, checking.metadata.prints, "T602", "print")
    entity = _subject(checking, expectation)
    if entity is not None:
        for key in ("fields", "match", "masked"):
            checking.values((*path, key), entity, keys.get(key))
        OF_SUBJECTS.get(expectation.kind, _nothing_more)(checking, entity, expectation)


def _nothing_more(checking: Known, entity: Entity, expectation: Expectation) -> None:
    """Most expectations name nothing else."""


def _audited(checking: Known, entity: Entity, expectation: Expectation) -> None:
    for key in ("by", "for"):
        if expectation.keys.get(key) is not None:
            checking.actor((*expectation.path, key), expectation.keys[key])


def _chained(checking: Known, entity: Entity, expectation: Expectation) -> None:
    for name in expectation.named("has"):
        checking.record((*expectation.path, "has"), name)


def _closed(checking: Known, entity: Entity, expectation: Expectation) -> None:
    for name in expectation.named("to"):
        checking.known((*expectation.path, "to"), name, entity.fields, "T608", f"field of {entity.name} called")


def _offered(checking: Known, entity: Entity, expectation: Expectation) -> None:
    actions = actions_of(checking.metadata, entity)
    path = (*expectation.path, expectation.kind)
    checking.known(path, expectation.target, actions, "T612", f"action of {entity.name}")


def _open_tasks(checking: Known, entity: Entity, expectation: Expectation) -> None:
    steps = steps_of(checking.metadata, entity)
    for name, people in mapping(expectation.keys.get("open")).items():
        checking.known((*expectation.path, "open"), name, steps, "T613", f"step of a workflow for {entity.name}")
        for person in people if isinstance(people, list) else [people]:
            checking.actor((*expectation.path, "open", name), person)


OF_SUBJECTS: Mapping[str, Callable[[Known, Entity, Expectation], None]] = {
    "tasks": _open_tasks,
    "audit": _audited,
    "chain": _chained,
    "blind": _closed,
    "may": _offered,
    "may_not": _offered,
}


def _subject(checking: Known, expectation: Expectation) -> Entity | None:
    """The entity that an expectation is about; None where that is no entity, or unknown (which is an issue then)."""
    path, kind, target = expectation.path, expectation.kind, expectation.target
    metadata = checking.metadata
    if kind == "called" or (kind == "incident" and (str(target) in metadata.workflows or is_message(checking, (*path, kind), target))):
        return None
    if kind in ("may", "may_not", "print", "blind"):
        return checking.record_in(path, expectation.keys)
    if kind == "notified":
        checking.actor((*path, kind), target)
        return checking.record((*path, "about"), expectation.keys["about"]) if "about" in expectation.keys else None
    if kind == "find":
        known = checking.known((*path, kind), target, metadata.entities, "T602", "entity")
        return metadata.entities[str(target)] if known else None
    if kind == "list":
        if checking.known((*path, kind), target, [*metadata.lists, *metadata.entities], "T602", "list or entity"):
            for row in expectation.keys.get("rows") or ():  # type: ignore[attr-defined]
                checking.record((*path, "rows"), row)
        return None
    found = [checking.record((*path, kind), name) for name in (target if isinstance(target, list) else [target])]
    return found[0] if found else None


def steps_of(metadata: Metadata, entity: Entity) -> list[str]:
    """The steps of all workflows over an entity."""
    return [step.name for workflow in metadata.workflows.values() if workflow.entity == entity.name for step in workflow.all_steps]


def is_message(checking: Known, path: Path, named: object) -> bool:
    """Whether what is stuck is a message, which is named by itself and its key."""
    if not isinstance(named, Mapping):
        return False
    if frozenset(named) != KEYS:
        checking.add(path, "T604", "A message that is stuck is written {message: NAME, key: KEY}.")
    else:
        checking.known((*path, "message"), named["message"], heard(checking.metadata), "T602", "message")
    return True
