"""Rules on automations: none starts itself, directly or by others, unless it says how often."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Sentence
from engine.metadata import Action, Automation, Effects, Metadata

from .loaded import Loaded

Event = tuple[str, str, str]
"""Entity, kind of event, and the name of the field or state."""


def automations_that_start_themselves(loaded: Loaded) -> None:
    """W429: a circle of automations in which none says `repeat`."""
    metadata = loaded.metadata
    following = {a.name: [o.name for o in metadata.automations.values() if _starts(metadata, a, o)] for a in metadata.automations.values()}
    for name in following:
        circle = _circle(following, name)
        if circle and name == min(circle) and all(metadata.automations[each].repeat == 1 for each in circle):
            place = loaded.declarations.automations[name].place
            message = Sentence("These automations start each other: {circle}.", circle=" -> ".join((*circle, name)))
            loaded.findings.add("W429", message, place.at("do"), hint="say `repeat: N` where this ends by itself")


def _circle(following: dict[str, list[str]], start: str) -> tuple[str, ...] | None:
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for target in following[way[-1]]:
            if target == start:
                return way
            if target not in seen:
                seen.add(target)
                ways.append((*way, target))
    return None


def _starts(metadata: Metadata, one: Automation, other: Automation) -> bool:
    """Whether what `one` does may start `other`, its condition aside."""
    kind, names = other.trigger.kind, other.trigger.names
    events = {event for effects in one.do for event in _events(metadata, one.entity, effects, frozenset())}
    if kind == "created":
        return (other.entity, "created", "") in events
    return any((other.entity, kind, name) in events for name in names)


def _events(metadata: Metadata, entity: str, effects: Effects, seen: frozenset[tuple[str, str]]) -> Iterator[Event]:
    yield from ((entity, "changed", name) for name in effects.set)
    if effects.assign is not None:
        yield (entity, "changed", effects.assign.field)
    for create in effects.create:
        yield (create.entity, "created", "")
        if create.into is not None:
            yield (entity, "changed", create.into)
    for call in effects.call:
        lifecycle = metadata.entities[call.entity].lifecycle
        action = lifecycle.actions.get(call.action) if lifecycle else None
        if action is not None and (call.entity, call.action) not in seen:
            yield from _of_action(metadata, call.entity, action, seen | {(call.entity, call.action)})


def _of_action(metadata: Metadata, entity: str, action: Action, seen: frozenset[tuple[str, str]]) -> Iterator[Event]:
    if action.to is not None:
        yield (entity, "entered", action.to)
        yield (entity, "changed", "state")
    yield from _events(metadata, entity, action.effects, seen)
