"""Rules on the ways through a workflow: what is never reached, never ends, is never taken, or can never be agreed on (WORKFLOW 5.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine.errors import Sentence
from engine.loading.findings import Place
from engine.metadata import Route, Step, Who, Workflow

from .examples import examples
from .loaded import Loaded

ONE: frozenset[str] = frozenset({"submitter", "user", "head"})
"""Ways of naming that never mean more than one person."""


def _place(loaded: Loaded, workflow: Workflow, step: str) -> Place:
    source = loaded.declarations.workflows[workflow.name]
    return source.place.at("detours" if step in source.declared.detours else "steps", step)


def _after(workflow: Workflow, step: Step) -> Iterator[str]:
    """Where a step may lead, left out or not."""
    for routes in step.then.values():
        yield from (route.go for route in routes)
    yield from step.returns
    if step.when is not None and not step.detour:
        path = workflow.path
        yield from path[path.index(step.name) + 1 :][:1]
    yield from (timer.to for timer in step.timers if timer.to)


def _stories(workflow: Workflow) -> Mapping[str, tuple[str, ...]]:
    """The shortest way to every step and end that is reached at all."""
    first = next(iter(workflow.steps))
    found: dict[str, tuple[str, ...]] = {first: (first,)}
    waiting = [first]
    while waiting:
        here = waiting.pop(0)
        for target in _after(workflow, workflow.steps[here]) if here in workflow.steps else ():
            if target not in found:
                found[target] = (*found[here], target)
                waiting.append(target)
    return found


def steps_nobody_reaches(loaded: Loaded) -> None:
    """W435 (warning): something leads to every step of the usual way."""
    for workflow in loaded.metadata.workflows.values():
        reached = _stories(workflow)
        for name in workflow.path:
            if name not in reached:
                loaded.findings.warn("W435", Sentence("Nothing leads to the step {name}.", name=name), _place(loaded, workflow, name))


def steps_without_an_end(loaded: Loaded) -> None:
    """W436: from every step that is reached an end can be reached; told with the shortest way into it."""
    for workflow in loaded.metadata.workflows.values():
        ending = set(workflow.ends)
        while more := {s.name for s in workflow.steps.values() if s.name not in ending and ending & set(_after(workflow, s))}:
            ending |= more
        for name, way in _stories(workflow).items():
            if name in workflow.steps and name not in ending:
                message = Sentence("From {name} no end is ever reached: {way}.", name=name, way=" -> ".join(way))
                loaded.findings.add("W436", message, _place(loaded, workflow, name), key=True)
                break


def routes_never_taken(loaded: Loaded) -> None:
    """W437: every route that has a condition is taken for some record."""
    for workflow in loaded.metadata.workflows.values():
        for step in workflow.steps.values():
            for outcome, routes in step.then.items():
                index = _never(routes)
                if index is not None:
                    earlier = Sentence("its condition never holds, or the routes before it are taken first")
                    place = _place(loaded, workflow, step.name).at("then").item(outcome, index)
                    loaded.findings.add("W437", Sentence("This route is never taken: {earlier}.", earlier=earlier), place)


def _never(routes: tuple[Route, ...]) -> int | None:
    told_already = any(route.when is None for route in routes[:-1])
    found = examples([route.when for route in routes]) if len(routes) > 1 and not told_already else None
    for index, route in enumerate(routes if found is not None else ()):
        assert found is not None
        if not any(one.holds(route.when) and not any(one.holds(other.when) for other in routes[:index]) for one in found):
            return index
    return None


def agreement_that_cannot_be(loaded: Loaded) -> None:
    """W438: no more people must agree than can be asked; W439: not everybody who is asked is excluded as well."""
    for workflow in loaded.metadata.workflows.values():
        for step in workflow.all_steps:
            if "." in step.name:
                continue
            place = _place(loaded, workflow, step.name)
            most = Decimal(len(step.branches)) if step.branches else _most(loaded, workflow, step.who)
            if step.agree.kind == "count" and most is not None and step.agree.need > most:
                loaded.findings.add(
                    "W438", Sentence("{need} must agree, but at most {most} are asked.", need=step.agree.need, most=most), place.at("agree")
                )
            if step.who and all(_is_excluded(loaded, who, step.excluded) for who in step.who):
                loaded.findings.add("W439", "Everybody who is asked is excluded as well.", place.at("except"))


def _most(loaded: Loaded, workflow: Workflow, people: tuple[Who, ...]) -> Decimal | None:
    """How many people are meant at most; None where there may be any number."""
    fields = loaded.metadata.entities[workflow.entity].fields
    for who in people:
        field = fields.get(who.name) if who.kind == "field" else None
        single = field is not None and field.link is not None and field.link.entity == "user" and not field.several
        if who.kind not in ONE and not single:
            return None
    return Decimal(len(people))


def _is_excluded(loaded: Loaded, who: Who, excluded: tuple[Who, ...]) -> bool:
    if who in excluded:
        return True
    role = loaded.metadata.roles.get(who.name) if who.kind == "role" else None
    return role is not None and any(other.kind == "role" and other.name in role.includes for other in excluded)
