"""What was decided on, so that it is decided again when that has changed: sealed when it is decided, compared later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping

from engine.formula import Formula, Root
from engine.metadata import Step, Value, Who, Workflow

from .course import Course

_CANONICAL = json.JSONEncoder(sort_keys=True, default=str, ensure_ascii=False, check_circular=False)


def seal(row: Mapping[str, Value], fields: Iterable[str]) -> str:
    """A fingerprint of the values of some fields of a record."""
    return hashlib.sha256(_CANONICAL.encode({name: row.get(name) for name in fields}).encode()).hexdigest()


def unchanged(course: Course, state: str, target: str) -> bool:
    """Whether what was returned from `target` to `state` may go straight back: nothing that the steps in between decided on has changed."""
    resume = course.instance.resume
    if resume is None or resume["from"] != state or resume["to"] != target:
        return False
    return resume["seal"] == seal(course.row, watched(course.workflow, state, target))


def watched(workflow: Workflow, state: str, target: str) -> frozenset[str]:
    """The fields that force the steps from `state` to `target` to be done again: as written, else those that these steps depend on."""
    given = workflow.steps[target].watched
    if given is not None:
        return given
    path = workflow.path
    between = path[path.index(state) : path.index(target)] if state in path and target in path else path
    return frozenset(name for step in between for name in _read_by(workflow.steps[step]))


def content(workflow: Workflow, step: Step) -> frozenset[str]:
    """What an approval is about: the fields given, else all that somebody fills in on the way."""
    if step.watched is not None:
        return step.watched
    return frozenset(name for each in workflow.steps.values() if each.do == "fill" and not each.sheet for name in each.edit | each.must)


def depends_on(step: Step) -> frozenset[str]:
    """The fields of the record that a step goes by: in its conditions and routes, its call, its people and its deadlines."""
    return frozenset(_read_by(step)) | {timer.due.field for timer in step.timers if timer.due.field}


def _read_by(step: Step) -> Iterator[str]:
    formulas = [step.when, *(route.when for routes in step.then.values() for route in routes), *(check.require for check in step.checks)]
    if step.call is not None:
        formulas.extend(given.formula for given in step.call.inputs.values())
    for formula in formulas:
        yield from _fields(formula)
    for who in (*step.who, *step.excluded):
        yield from _named(who)
    for branch in step.branches:
        yield from _fields(branch.when)
        for inner in branch.steps:
            yield from _read_by(inner)


def _fields(formula: Formula | None) -> Iterator[str]:
    if formula is not None:
        yield from (ref.hops[0].name if ref.hops else ref.field for ref in formula.references if ref.root is Root.ROW)


def _named(who: Who) -> Iterator[str]:
    yield from _fields(who.formula)
    if who.kind in ("field", "head", "heads") and who.name not in ("submitter", "assignee"):
        yield who.name.split(".", 1)[0]
