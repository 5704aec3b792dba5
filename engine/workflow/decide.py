"""A person decides: the own open task is completed, the votes are counted, and the instance goes on where they lead.

The record and the instance are locked first, so of two people who decide at once the second sees what the first did: the
vote counts beside it, or the task is gone and the answer says who was faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from engine.errors import Forbidden, Invisible, Message
from engine.frozen import frozen
from engine.metadata import Step
from engine.records import readable
from engine.unit_of_work import UnitOfWork

from . import task_rows, tasks
from .answering import BACK, allowed, fill_in, picked, signed
from .asking import sealed, verdict
from .course import Act, Course, take
from .machine import RETURN
from .model import Task
from .people import barred_from
from .steps import follow
from .too_late import too_late
from .voting import NEGATIVE
from .watching import seal, watched


@frozen
class Answer:
    """What a person answers to a task. `to` is the step a review is returned to, `version` the record the person has seen.

    `resume` says that what is returned comes straight back, `picks` are people for later steps, `signature` the strokes of one.
    """

    decision: str
    values: Mapping[str, object] = field(default_factory=dict)
    comment: str = ""
    to: str | None = None
    version: int | None = None
    resume: bool = False
    picks: Mapping[str, Sequence[int]] = field(default_factory=dict)
    signature: str = ""


def decide(uow: UnitOfWork, task_id: int, answer: Answer) -> None:
    """Complete a task as the acting person.

    Raises Invisible, Forbidden for the task of somebody else, Conflict when it is no longer open, Refusal for a decision that the
    step does not know or a return that is not allowed, Invalid for wrong values, a missing comment and an incomplete part.
    """
    course, task = taken(uow, task_id)
    with uow.standing_in(task.owner):
        _decide(uow, course, task, answer)


def _decide(uow: UnitOfWork, course: Course, task: Task, answer: Answer) -> None:
    step = course.workflow.step(task.step)
    if uow.actor.id in barred_from(step, course.directory_of(step.name)):
        raise Forbidden(Message("You may have no part in this step."))
    target = allowed(course, step, task, answer)
    chosen = picked(course, step, task, answer)
    fill_in(course, step, task, answer)
    act = Act(uow.actor.id, answer.comment, "person")
    for name, people in chosen.items():
        course.pick(name, people, act)
    tasks.complete(course, task, answer.decision, act, **_bound(course, step, task, answer))
    _go_on(course, step, task, answer, target)
    course.save()


def taken(uow: UnitOfWork, task_id: int) -> tuple[Course, Task]:
    """The open task of the acting person with its course, locked. Raises Invisible, Forbidden, and Conflict when it is not open."""
    known = task_rows.place_of(uow.connection, task_id)
    if known is None:
        raise Invisible
    course = take(uow, known.instance_id, (known.entity_id, known.record_id))
    if known.person != uow.actor.id:
        readable(uow, uow.metadata.entities[course.entity], dict(course.row))
        raise Forbidden(Message("This task is somebody else's."))
    task = next((each for each in course.tasks if each.id == task_id), None) or task_rows.task_of(uow.connection, task_id)
    assert task is not None
    if task.status != "open":
        raise too_late(course, task)
    return course, task


def _bound(course: Course, step: Step, task: Task, answer: Answer) -> dict[str, object]:
    """What the event keeps beside the decision: the fingerprint of what the person saw, which comment and signature are bound to."""
    sight = readable(course.uow, course.uow.metadata.entities[course.entity], dict(course.row))
    shown = seal(course.row, (name for name in course.row if name not in sight.hidden))
    detail: dict[str, object] = {"shown": shown, **sealed(course, step)}
    if task.owner != task.person:
        detail["for"] = task.owner
    if answer.to is not None and answer.decision == BACK:
        detail["to"] = answer.to
    if step.sign and task.kind != "advice":
        detail["signature"] = signed(course, answer, shown)
    return detail


def _go_on(course: Course, step: Step, task: Task, answer: Answer, target: str | None) -> None:
    """What follows from a task that is done."""
    if task.kind == "advice":
        tasks.wake(course, step, [each for each in course.tasks if each.id == task.parent])
    elif target is not None:
        _back(course, step, target, answer)
    elif answer.decision == NEGATIVE and task.kind in ("before", "after"):
        follow(course, step, NEGATIVE, "decided")
    elif not _handed_along(course, step, task) and (outcome := verdict(course, step)):
        follow(course, step, outcome, "decided")


def _handed_along(course: Course, step: Step, task: Task) -> bool:
    """Whether it is somebody else's turn before the votes are counted: those added before or after this task."""
    if task.kind == "before":
        if not any(each.parent == task.parent and each.kind == "before" and each.waits for each in course.tasks):
            tasks.wake(course, step, [each for each in course.tasks if each.id == task.parent])
        return True
    following = [each for each in course.tasks if each.parent == task.id and each.kind == "after" and each.waits]
    tasks.wake(course, step, following)
    return bool(following)


def _back(course: Course, step: Step, target: str, answer: Answer) -> None:
    """It goes back to an earlier step, and, where that is wanted, straight on from there once it is handed in again."""
    block = course.workflow.steps[step.block] if step.block else step
    if target in course.workflow.steps:
        straight = block.after_return == "resume" or (block.after_return == "ask" and answer.resume)
        fields = watched(course.workflow, target, block.name)
        course.mark({"from": target, "to": block.name, "seal": seal(course.row, fields)} if straight else None)
    follow(course, step, RETURN + target, "returned")
