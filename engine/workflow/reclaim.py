"""An approver takes the own decision back while nobody has gone on from it (WORKFLOW 1.2 row 17)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Message, Refusal
from engine.metadata import Step
from engine.records import readable
from engine.unit_of_work import UnitOfWork, View

from . import task_rows, tasks, timing
from .course import Act, Course, take, workflow_of
from .model import VOTING, Instance, Seat, Task
from .steps import put_down
from .task_rows import Part

KEPT = "kept"
RECLAIMED = "reclaimed"


def reclaim(uow: UnitOfWork, instance_id: int, comment: str = "") -> None:
    """Take back the acting person's last decision. Raises Invisible, and Refusal where somebody has gone on from it."""
    course = take(uow, instance_id)
    task = reclaimable(uow, course.instance, task_rows.tasks_of(uow.connection, [instance_id]))
    if task is None:
        readable(uow, uow.metadata.entities[course.entity], dict(course.row))
        raise Refusal(Message("There is no decision of yours that could be taken back now."))
    act = Act(uow.actor.id, comment, "person")
    step = course.workflow.step(task.step)
    if course.instance.waits_at(task.step, task.round):
        _again(course, step, task, act)
    else:
        _back(course, step, task, act)
    course.save()


def reclaimable(view: View, instance: Instance, every: Sequence[Task]) -> Task | None:
    """The decision that the acting person could take back now: of a step that is undecided, or whose next step nobody has touched."""
    if not instance.open or view.actor.id is None:
        return None
    done = [task for task in every if task.status == "done" and task.actor is not None and task.kind in VOTING]
    last = max(done, key=lambda task: (task.done_at, task.id), default=None)
    own = max((task for task in done if task.actor == view.actor.id), key=lambda task: (task.done_at, task.id), default=None)
    workflow = workflow_of(view, instance)
    if own is None or own.decision not in ("approve", "submit") or "reclaim" not in workflow.step(own.step).allow:
        return None
    if instance.waits_at(own.step, own.round):
        return own
    step, here = workflow.step(own.step), workflow.steps[instance.state]
    untouched = last is not None and (last.step, last.round) == (own.step, own.round) and here.call is None and not step.block
    present = untouched and instance.visits.get(own.step) == own.round and own.step in workflow.steps
    return own if present and any(task.waits for task in every) else None


def _again(course: Course, step: Step, task: Task, act: Act) -> None:
    """The step is undecided: only the own vote is open again."""
    tasks.void(course, task, RECLAIMED, act)
    tasks.give(course, step, Part(step.name, task.kind, task.parent), [Seat(task.person, task.owner, task.via, task.weight)], act)


def _back(course: Course, step: Step, task: Task, act: Act) -> None:
    """The step was decided: a new round of it, in which the votes of the others stay and the own one is open."""
    before = [each for each in task_rows.round_tasks(course.uow.connection, task) if each.kind in VOTING and each.id != task.id]
    put_down(course, RECLAIMED)
    course.enter(step.name)
    for other in (each for each in before if each.status == "done" and each.decision is not None):
        seat = Seat(other.person, other.owner, other.via, other.weight)
        given = tasks.give(course, step, Part(step.name, other.kind), [seat], Act(cause=KEPT))
        tasks.complete(course, given[0], str(other.decision), Act(other.actor, other.comment, KEPT))
    tasks.give(course, step, Part(step.name, task.kind), [Seat(task.person, task.owner, task.via, task.weight)], act)
    timing.arm(course, step)
