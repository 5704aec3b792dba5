"""Rules on workflows (WORKFLOW 5.4)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.loading.nearest import did_you_mean
from engine.metadata import BUILT_IN_ENDS, USUAL_ENDS, Step, Workflow

from .loaded import Loaded


def _places(loaded: Loaded, workflow: Workflow, step: str) -> Place:
    source = loaded.declarations.workflows[workflow.name]
    return source.place.at("detours" if step in source.declared.detours else "steps", step)


def _next(step: Step) -> Iterator[str]:
    """Where a step may lead."""
    for routes in step.then.values():
        yield from (route.go for route in routes)
    yield from step.returns


def unreached_detours(loaded: Loaded) -> None:
    """W417 (warning): something leads to every detour."""
    for workflow in loaded.metadata.workflows.values():
        reached = {target for step in workflow.steps.values() for target in _next(step)}
        for step in workflow.steps.values():
            if step.detour and step.name not in reached:
                loaded.findings.warn(
                    "W417", Sentence("Nothing leads to the detour {name}.", name=step.name), _places(loaded, workflow, step.name)
                )


def unreached_ends(loaded: Loaded) -> None:
    """W417 (warning): something leads to every end."""
    for workflow in loaded.metadata.workflows.values():
        reached = {target for step in workflow.steps.values() for target in _next(step)} | {*BUILT_IN_ENDS}
        written = loaded.declarations.workflows[workflow.name].place.at("ends")
        for name in workflow.ends.keys() - reached:
            meant = did_you_mean(name, USUAL_ENDS.keys() - workflow.ends.keys())
            loaded.findings.warn("W417", Sentence("Nothing leads to the end {name}.", name=name), written.at(name), hint=meant)


def circles_without_people(loaded: Loaded) -> None:
    """W418: no circle of steps in which nobody does anything."""
    for workflow in loaded.metadata.workflows.values():
        calls = {name: step for name, step in workflow.steps.items() if step.do == "run"}
        for name in calls:
            circle = _circle(calls, name)
            if circle and name == min(circle):
                message = Sentence("{circle} go round without any person between them.", circle=" -> ".join(circle))
                loaded.findings.add("W418", message, _places(loaded, workflow, name), key=True)


def _circle(calls: dict[str, Step], start: str) -> tuple[str, ...] | None:
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for target in _next(calls[way[-1]]):
            if target == start:
                return (*way, start)
            if target in calls and target not in seen:
                seen.add(target)
                ways.append((*way, target))
    return None


def money_edited_by_reviewers(loaded: Loaded) -> None:
    """W419 (warning): who approves an amount should not be able to change it."""
    for workflow in loaded.metadata.workflows.values():
        fields = loaded.metadata.entities[workflow.entity].fields
        for step in workflow.steps.values():
            money = sorted(n for n in step.edit | step.must if n in fields and fields[n].kind == "money")
            if step.do == "review" and money:
                message = Sentence("Who reviews may change {money}.", money=", ".join(money))
                loaded.findings.warn("W419", message, _places(loaded, workflow, step.name).at("edit"))
