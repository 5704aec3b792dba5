"""From step to step: what happens by itself until a person or an answer is needed, or an end is reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Message, Refusal
from engine.formula import Root
from engine.metadata import Route, Step, Value, Workflow
from engine.records import archived
from engine.unit_of_work import UnitOfWork

from . import ledger, rights, tasks, timing
from .asking import ask, lacks_picks
from .branches import advance, split
from .calls import schedule
from .complete import missing
from .course import Act, Course, entity_id_of
from .ending import finish
from .incidents import Reason, raise_incident, settle
from .machine import BUILT_IN_ENDS, RETURN, SKIP, Holds, Stuck
from .printing import print_step
from .watching import unchanged

AUTOMATIC = 50
"""How many moves may follow each other without a person or an answer (WORKFLOW 1.1)."""


def start(uow: UnitOfWork, workflow: Workflow, row: Mapping[str, Value], comment: str = "") -> None:
    """Begin `workflow` over a record that this unit of work has locked. Raises Refusal while one is running already.

    The call of an effect runs beside everything else: it locks nothing, and is nobody's submission.
    """
    entity_id, record_id = entity_id_of(uow, workflow.entity), int(str(row["id"]))
    by_itself = workflow.name in uow.metadata.calls
    beside = [found for found in ledger.open_instances(uow.connection, entity_id, record_id) if _is_run_of(workflow, found.workflow)]
    if beside and not by_itself:
        raise Refusal(Message("“{workflow}” is already running for this record.", {"workflow": workflow.label}))
    if not by_itself and (reason := archived(uow.metadata, workflow.entity, row)):
        raise Refusal(reason)
    first = next(iter(workflow.steps))
    values = {
        "workflow": f"{workflow.name}#{beside[-1].id}" if beside else workflow.name,
        "revision": uow.metadata.number,
        "entity_id": entity_id,
        "record_id": record_id,
        "state": first,
        "open": True,
        "visits": {},
        "branches": {},
        "picked": {},
        "resume": None,
        "starter": None if by_itself else uow.actor.id,
        "started_at": uow.now,
        "version": 0,
    }
    course = Course(uow, ledger.add_instance(uow.connection, values), row, workflow.entity)
    course.note("started", Act(uow.actor.id, comment, str(uow.cause)))
    if not by_itself:
        rights.close_record(course)
    go(course, first)
    course.save()


def _is_run_of(workflow: Workflow, name: str) -> bool:
    return name.partition("#")[0] == workflow.name


def go(course: Course, target: str) -> None:
    """Enter `target`, and go on from there until somebody must act."""
    following: str | None = target
    while following is not None:
        following = _arrive(course, following)


def follow(course: Course, step: Step, outcome: str, reason: str) -> None:
    """`outcome` came out of `step`, because of `reason`: nobody is asked there any more, and it goes where that leads.

    Out of a step inside a branch it goes on in the branch, until the branches decide the parallel step. Where no route holds there
    is an incident instead.
    """
    if step.branch and outcome not in BUILT_IN_ENDS and outcome.removeprefix(RETURN) not in course.workflow.steps:
        tasks.take_back(course, reason, course.at(step.name))
        settle(course, reason, step=step.name)
        timing.disarm(course, step)
        decided = advance(course, step, outcome, begin)
        if decided is None:
            return
        outcome, reason = decided, "decided"
    put_down(course, reason)
    target = lead(course, course.instance.state, outcome)
    if target is not None:
        go(course, target)


def leave(course: Course, target: str, reason: str) -> None:
    """The present step is left for `target`, whatever would have come out of it."""
    put_down(course, reason)
    go(course, target)


def put_down(course: Course, reason: str) -> None:
    """Nobody is asked at the present step any more, what is stuck there is settled, and its timers are forgotten."""
    tasks.take_back(course, reason)
    settle(course, reason)
    for name in course.instance.places:
        timing.disarm(course, course.workflow.step(name))


def _arrive(course: Course, target: str) -> str | None:
    """What follows at once on the arrival at `target`, or None where something must be waited for."""
    if target not in course.workflow.steps:
        finish(course, target)
        return None
    step = course.workflow.steps[target]
    course.moves += 1
    if course.moves <= AUTOMATIC and step.when is not None and not step.when.holds(course.row, course.frame):
        course.note_at(target, "skipped", Act(cause="when"))
        return lead(course, target, SKIP)
    course.enter(target)
    if course.moves > AUTOMATIC:
        raise_incident(course, "loop", Reason(Message("{count} steps followed each other without anybody.", {"count": AUTOMATIC})))
    elif course.instance.round > step.max_rounds:
        words = Message("“{step}” has been entered {count:time|times}.", {"step": step.label, "count": step.max_rounds})
        raise_incident(course, "rounds", Reason(words))
    else:
        outcome = begin(course, step)
        if outcome is not None:
            return lead(course, target, outcome)
        timing.arm(course, step)
    return None


def begin(course: Course, step: Step) -> str | None:
    """Do what a step begins with: a call, its branches, or a task for each of its people; what comes out if it is done already."""
    print_step(course, step)
    if step.call is not None:
        schedule(course, step, attempt=1)
        return None
    if step.branches:
        return split(course, step, begin)
    if _done_at_start(course, step):
        course.note("decided", Act(course.instance.starter, cause="start"), decision="submit")
        return "submit"
    return ask(course, step)


def _done_at_start(course: Course, step: Step) -> bool:
    """A first step that the submitter fills in counts as done when nothing is missing (LANGUAGE section 6)."""
    first = step.name == next(iter(course.workflow.steps)) and course.instance.round == 1 and course.moves == 1
    own = step.do == "fill" and not step.sheet and not step.sign and [who.kind for who in step.who] == ["submitter"]
    return first and own and not missing(course, step) and not lacks_picks(course, step)


def lead(course: Course, state: str, outcome: str) -> str | None:
    """Where `outcome` leads from `state`, noted with every condition that was asked; None and an incident where no route holds."""
    asked: list[dict[str, Any]] = []
    try:
        route = course.route(state, outcome, _asking(course, state, asked))
    except Stuck as stuck:
        raise_incident(course, "route", Reason(stuck.message, inputs={"outcome": outcome, "state": state}))
        return None
    if course.instance.resume is not None and outcome == course.workflow.steps[state].success and course.instance.resume["from"] == state:
        course.mark(None)
    said = {"say": route.say.message(course.row, course.frame).text, "made_of": list(route.say.paths)} if route.say else {}
    course.note_at(state, "routed", outcome=outcome, to=route.go, asked=asked, **said)
    return route.go


def _asking(course: Course, state: str, asked: list[dict[str, Any]]) -> Holds:
    def holds(route: Route) -> bool:
        if route.resumes:
            return unchanged(course, state, route.go)
        if route.when is None:
            return True
        answer = route.when.holds(course.row, course.frame)
        read = sorted({ref.field for ref in route.when.references if ref.root is Root.ROW and not ref.hops})
        asked.append({"when": route.when.text, "holds": answer, "inputs": {name: course.row.get(name) for name in read}})
        return answer

    return holds
