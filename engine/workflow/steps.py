"""From step to step: what happens by itself until a person or an answer is needed, or an end is reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Message, Refusal
from engine.formula import Root
from engine.metadata import Route, Step, Value, Workflow
from engine.unit_of_work import Cause, Ended, UnitOfWork

from . import ledger, rights, tasks, timing
from .calls import schedule
from .complete import missing
from .course import Act, Course, entity_id_of
from .effects import apply
from .incidents import raise_incident, settle
from .machine import SKIP, Holds, Stuck
from .people import assign

AUTOMATIC = 50
"""How many moves may follow each other without a person or an answer (WORKFLOW 1.1)."""


def start(uow: UnitOfWork, workflow: Workflow, row: Mapping[str, Value], comment: str = "") -> None:
    """Begin `workflow` over a record that this unit of work has locked. Raises Refusal while one is running already."""
    entity_id, record_id = entity_id_of(uow, workflow.entity), int(str(row["id"]))
    if any(found.workflow == workflow.name for found in ledger.open_instances(uow.connection, entity_id, record_id)):
        raise Refusal(Message("“{workflow}” is already running for this record.", {"workflow": workflow.label}))
    first = next(iter(workflow.steps))
    values = {
        "workflow": workflow.name,
        "revision": uow.metadata.number,
        "entity_id": entity_id,
        "record_id": record_id,
        "state": first,
        "open": True,
        "visits": {},
        "starter": uow.actor.id,
        "started_at": uow.now,
        "version": 0,
    }
    course = Course(uow, ledger.add_instance(uow.connection, values), row, workflow.entity)
    course.note("started", Act(uow.actor.id, comment, str(uow.cause)))
    rights.close_record(course)
    go(course, first)
    course.save()


def go(course: Course, target: str) -> None:
    """Enter `target`, and go on from there until somebody must act."""
    following: str | None = target
    while following is not None:
        following = _arrive(course, following)


def follow(course: Course, outcome: str, reason: str) -> None:
    """`outcome` came out of the present step, because of `reason`: nobody is asked there any more, and it goes where that leads.

    Where no route holds there is an incident instead.
    """
    _put_down(course, reason)
    target = lead(course, course.instance.state, outcome)
    if target is not None:
        go(course, target)


def leave(course: Course, target: str, reason: str) -> None:
    """The present step is left for `target`, whatever would have come out of it."""
    _put_down(course, reason)
    go(course, target)


def _put_down(course: Course, reason: str) -> None:
    tasks.take_back(course, reason)
    settle(course, reason)
    timing.disarm(course, course.step)


def _arrive(course: Course, target: str) -> str | None:
    """What follows at once on the arrival at `target`, or None where something must be waited for."""
    if target not in course.workflow.steps:
        _finish(course, target)
        return None
    step = course.workflow.steps[target]
    course.moves += 1
    if course.moves <= AUTOMATIC and step.when is not None and not step.when.holds(course.row, course.frame):
        course.note_at(target, "skipped", Act(cause="when"))
        return lead(course, target, SKIP)
    course.enter(target)
    if course.moves > AUTOMATIC:
        raise_incident(course, "loop", Message("{count} steps followed each other without anybody.", {"count": AUTOMATIC}))
    elif course.instance.round > step.max_rounds:
        raise_incident(
            course, "rounds", Message("“{step}” has been entered {count} times.", {"step": step.label, "count": step.max_rounds})
        )
    else:
        following = begin(course, step)
        if following is None:
            timing.arm(course, step)
        return following
    return None


def begin(course: Course, step: Step) -> str | None:
    """Do what the present step begins with: a call, or a task for each of its people; where it leads if it is done already."""
    if step.call is not None:
        schedule(course, attempt=1)
        return None
    if _done_at_start(course, step):
        course.note("decided", Act(course.instance.starter, cause="start"), decision="submit")
        return lead(course, step.name, "submit")
    assigned = assign(step, course.workflow.admin, course.directory)
    if not assigned.by_rule:
        raise_incident(course, "nobody", Message("Nobody was found for “{step}”.", {"step": step.label}))
    tasks.give(course, step, assigned)
    return None


def _done_at_start(course: Course, step: Step) -> bool:
    """A first step that the submitter fills in counts as done when nothing is missing (LANGUAGE section 6)."""
    first = step.name == next(iter(course.workflow.steps)) and course.instance.round == 1 and course.moves == 1
    own = step.do == "fill" and [who.kind for who in step.who] == ["submitter"]
    return first and own and not missing(course, step)


def lead(course: Course, state: str, outcome: str) -> str | None:
    """Where `outcome` leads from `state`, noted with every condition that was asked; None and an incident where no route holds."""
    asked: list[dict[str, Any]] = []
    try:
        route = course.route(state, outcome, _asking(course, asked))
    except Stuck as stuck:
        raise_incident(course, "route", stuck.message, {"outcome": outcome, "state": state})
        return None
    said = route.say.message(course.row, course.frame).text if route.say else ""
    course.note_at(state, "routed", outcome=outcome, to=route.go, asked=asked, say=said)
    return route.go


def _asking(course: Course, asked: list[dict[str, Any]]) -> Holds:
    def holds(route: Route) -> bool:
        if route.when is None:
            return True
        answer = route.when.holds(course.row, course.frame)
        read = sorted({ref.field for ref in route.when.references if ref.root is Root.ROW and not ref.hops})
        asked.append({"when": route.when.text, "holds": answer, "inputs": {name: course.row.get(name) for name in read}})
        return answer

    return holds


def _finish(course: Course, name: str) -> None:
    """The end `name`: the record is free unless the end keeps it locked, and the action of the end is done."""
    course.end(name)
    course.note("ended")
    end = course.ends[name]
    if not end.lock:
        rights.free_record(course)
    course.save()
    course.uow.emit(Ended(course.entity, course.instance.record_id, course.workflow.name, name))
    if end.call is not None:
        _call(course, name, end.call)


def _call(course: Course, end: str, action_name: str) -> None:
    """The action of the record's lifecycle that an end fires, with the rights of the definition."""
    lifecycle = course.uow.metadata.entities[course.entity].lifecycle
    action = lifecycle.actions.get(action_name) if lifecycle else None
    if action is None:
        raise Refusal(Message("The action “{action}” does not exist any more.", {"action": action_name}))
    with course.uow.because(Cause("end", end)):
        course.row = apply(course.uow, course.entity, course.row, action, {})
        if action.start is not None:
            start(course.uow, course.uow.metadata.workflows[action.start], course.row)
