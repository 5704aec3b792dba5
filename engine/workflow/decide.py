"""A person decides: the own open task is completed, the votes are counted, and the instance goes on where they lead.

The record and the instance are locked first, so of two people who decide at once the second sees what the first did: the
vote counts beside it, or the task is gone and the answer says who was faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.errors import Conflict, Forbidden, Invalid, Invisible, Message, Problem, Refusal
from engine.metadata import OUTCOMES, Step
from engine.records import readable, save
from engine.unit_of_work import Cause, UnitOfWork

from . import task_rows
from .complete import blank, missing, warn
from .course import Course, take
from .machine import BUILT_IN_ENDS, RETURN, WITHDRAW
from .model import Task, return_targets
from .steps import follow
from .tally import NEGATIVE, tally
from .tasks import complete
from .words import LEFT, moment, names_of

BACK = "return"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person answers to a task. `to` is the step a review is returned to, `version` the record the person has seen."""

    decision: str
    values: Mapping[str, object] = field(default_factory=dict)
    comment: str = ""
    to: str | None = None
    version: int | None = None


def decide(uow: UnitOfWork, task_id: int, answer: Answer) -> None:
    """Complete a task as the acting person.

    Raises Invisible, Forbidden for the task of somebody else, Conflict when it is no longer open, Refusal for a decision that the
    step does not know or a return that is not allowed, Invalid for wrong values, a missing comment and an incomplete part.
    """
    known = task_rows.task_of(uow.connection, task_id)
    if known is None:
        raise Invisible
    course = take(uow, known.instance_id)
    readable(uow, uow.metadata.entities[course.entity], dict(course.row))
    if known.person != uow.actor.id:
        raise Forbidden(Message("This task is somebody else's."))
    task = next((each for each in course.tasks if each.id == task_id), None) or task_rows.task_of(uow.connection, task_id)
    assert task is not None
    if task.status != "open":
        raise _too_late(course, task)
    step = course.workflow.steps[task.step]
    target = _allowed(course, step, answer)
    _fill_in(course, step, answer)
    complete(course, task, answer.decision, answer.comment)
    if target is not None:
        follow(course, RETURN + target, "returned")
    elif outcome := tally(step.agree, [each.decision for each in course.tasks if each.status != "cancelled"]):
        follow(course, outcome, "decided")
    course.save()


def _too_late(course: Course, task: Task) -> Conflict:
    """Why a task is no longer open: who was faster, and when."""
    if task.status == "done" and task.done_at is not None:
        return Conflict(Message("You decided this already, at {time}.", {"time": moment(course.uow, task.done_at)}))
    instance = course.instance
    if instance.state == BUILT_IN_ENDS[WITHDRAW] and instance.ended_at is not None:
        return _by(course, Message("Withdrawn by {person} at {time}."), instance.starter, instance.ended_at)
    others = [other for other in task_rows.round_tasks(course.uow.connection, task) if other.done_at is not None and other.status == "done"]
    last = max(others, key=lambda other: (other.done_at, other.id), default=None)
    if last is None or last.done_at is None:
        return Conflict(Message("This task is no longer open."))
    return _by(course, Message("Already decided by {person} at {time}."), last.actor, last.done_at)


def _by(course: Course, words: Message, person: int | None, instant: datetime) -> Conflict:
    by, at = names_of(course.uow, [person]).get(person, LEFT), moment(course.uow, instant)
    return Conflict(replace(words, params={"person": by, "time": at}), {"by": str(by), "at": at})


def _allowed(course: Course, step: Step, answer: Answer) -> str | None:
    """The step to return to, where that is the decision. Raises Refusal or Invalid where the step does not allow it."""
    if answer.decision not in OUTCOMES[step.do]:
        raise Refusal(Message("“{decision}” is not possible at “{step}”.", {"decision": answer.decision, "step": step.label}))
    problems = _comment_problems(step, answer)
    target = _return_target(course, step, answer, problems) if answer.decision == BACK else None
    if problems:
        raise Invalid(problems)
    return target


def _comment_problems(step: Step, answer: Answer) -> list[Problem]:
    negative = answer.decision in (NEGATIVE, BACK)
    wanted = step.comment == "required" or (step.comment == "on_reject" and negative)
    if wanted and not answer.comment.strip():
        return [Problem("comment", "required", Message("Please say why."))]
    return []


def _return_target(course: Course, step: Step, answer: Answer, problems: list[Problem]) -> str | None:
    targets = return_targets(course.instance, step)
    if not targets:
        raise Refusal(Message("“{step}” cannot be returned to an earlier step.", {"step": step.label}))
    if answer.to is None and len(targets) > 1:
        problems.append(Problem("to", "required", Message("Please choose the step to return to.")))
        return None
    target = answer.to or targets[0]
    if target not in targets:
        raise Refusal(Message("“{step}” cannot be returned to “{to}”.", {"step": step.label, "to": target}))
    return target


def _fill_in(course: Course, step: Step, answer: Answer) -> None:
    """Write the values of the task; what leads on must be complete. Raises Invalid with everything that is wrong at once."""
    leads_on = answer.decision not in (NEGATIVE, BACK)
    try:
        if answer.values:
            with course.uow.because(Cause("step", step.name)):
                course.row = save(course.uow, course.entity, course.instance.record_id, answer.values, answer.version)
    except Invalid as wrong:
        said = {problem.path for problem in wrong.problems}
        lacking = blank(course, step, {**course.row, **answer.values}) if leads_on else []
        raise Invalid([*wrong.problems, *(problem for problem in lacking if problem.path not in said)]) from wrong
    if leads_on:
        if problems := missing(course, step):
            raise Invalid(problems)
        warn(course, step)
