"""What scenarios can cover of an application: every step, route, timer and end, every state, action and guard, every rule of access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from engine.frozen import frozen
from engine.metadata import Action, Decision, Entity, Lifecycle, Metadata, Route, Rule, Step, Workflow

Kind = Literal["steps", "routes", "timers", "ends", "states", "actions", "guards", "permissions", "rows"]
KINDS: tuple[Kind, ...] = ("steps", "routes", "timers", "ends", "states", "actions", "guards", "permissions", "rows")


@frozen
class Point:
    """One thing that a scenario covers or not: `of` is `workflow supplier_onboarding`, `what` names it there in words."""

    of: str
    kind: Kind
    what: str


def points(metadata: Metadata) -> list[Point]:
    """Everything there is to cover, in the order of the files."""
    found = [point for workflow in metadata.workflows.values() for point in _of_workflow(workflow)]
    for entity in metadata.entities.values():
        if entity.lifecycle is not None and not entity.system:
            found += _of_lifecycle(entity.lifecycle)
    found += [point for decision in metadata.decisions.values() for point in _of_decision(decision)]
    return found + [point for entity in metadata.entities.values() for point in _of_access(entity)]


def step_of(workflow: str, step: str) -> Point:
    """A step was entered."""
    return Point(f"workflow {workflow}", "steps", step)


def end_of(workflow: str, end: str) -> Point:
    """An end was reached."""
    return Point(f"workflow {workflow}", "ends", end)


def route_of(workflow: str, step: str, outcome: str, go: str) -> Point:
    """A step was left for another one, or for an end."""
    return Point(f"workflow {workflow}", "routes", f"{step}: {outcome} -> {go}")


def timer_of(workflow: str, step: str, do: str, to: str) -> Point:
    """A timer of a step did what it does."""
    return Point(f"workflow {workflow}", "timers", f"{step}: {do}{f' {to}' if to else ''}")


def state_of(lifecycle: Lifecycle, state: str) -> Point:
    """A record was in a state."""
    return Point(f"lifecycle {lifecycle.name}", "states", state)


def action_of(lifecycle: Lifecycle, action: str) -> Point:
    """An action was fired."""
    return Point(f"lifecycle {lifecycle.name}", "actions", action)


def guard_of(lifecycle: Lifecycle, action: Action, number: int, *, held: bool) -> Point:
    """A guard let an action pass, or stopped it."""
    words = action.guards[number].require.text
    return Point(f"lifecycle {lifecycle.name}", "guards", f"{action.name}: {words} is {'true' if held else 'false'}")


def row_of(decision: Decision, number: int) -> Point:
    """A row of a decision was the one that holds."""
    when = decision.rows[number].when
    return Point(f"decision {decision.name}", "rows", f"row {number + 1}: {when.text if when else 'otherwise'}")


def rule_of(entity: Entity, rule: Rule, verb: str, *, held: bool) -> Point:
    """A rule of access granted a verb to somebody, or did not."""
    place = [each for each in entity.rules if each.role == rule.role].index(rule) + 1
    return Point(f"entity {entity.name}", "permissions", f"{rule.role} {verb} (rule {place}): {'granted' if held else 'denied'}")


def _of_workflow(workflow: Workflow) -> Iterator[Point]:
    for step in workflow.all_steps:
        yield step_of(workflow.name, step.name)
        yield from (timer_of(workflow.name, step.name, timer.do, timer.to) for timer in step.timers)
    for step in workflow.steps.values():
        yield from (route_of(workflow.name, step.name, outcome, route.go) for outcome, route in _routes(step))
        if step.when is not None:
            yield route_of(workflow.name, step.name, "skip", "the next")
    yield from (end_of(workflow.name, end) for end in workflow.ends)


def _routes(step: Step) -> Iterator[tuple[str, Route]]:
    for outcome, routes in step.then.items():
        yield from ((outcome, route) for route in routes)
    yield from (("return", Route(target)) for target in step.returns)


def _of_lifecycle(lifecycle: Lifecycle) -> Iterator[Point]:
    yield from (state_of(lifecycle, state) for state in lifecycle.states)
    for action in lifecycle.actions.values():
        yield action_of(lifecycle, action.name)
        for number in range(len(action.guards)):
            yield guard_of(lifecycle, action, number, held=True)
            yield guard_of(lifecycle, action, number, held=False)


def _of_decision(decision: Decision) -> Iterator[Point]:
    yield from (row_of(decision, number) for number in range(len(decision.rows)))


def _of_access(entity: Entity) -> Iterator[Point]:
    """What a rule grants everywhere is never denied by it; what it grants nowhere is no point."""
    for rule in entity.rules if not entity.system else ():
        for verb, grant in rule.told.items():
            if grant is not False:
                yield rule_of(entity, rule, verb, held=True)
            if not isinstance(grant, bool):
                yield rule_of(entity, rule, verb, held=False)
