"""What only those may do who answer for running work: give tasks to others, move it to any step, cancel it, open it again.

These are the people of the workflow's `admin`, and administrators. Whatever they do needs a reason, which stays in the story.
"""

from __future__ import annotations

from engine.errors import Forbidden, Invalid, Invisible, Message, Problem, Refusal
from engine.records import change, readable
from engine.unit_of_work import Cause, UnitOfWork, View

from . import ledger, rights, task_rows
from .course import Act, Course, entity_of, take, workflow_of
from .directory import Directory
from .effects import Row
from .machine import BUILT_IN_ENDS, CANCEL
from .model import Instance, Seat
from .moving import receivers, reseat
from .people import among
from .steps import follow, go, leave


def governs(view: View, instance: Instance, row: Row) -> bool:
    """Whether the acting person answers for an instance."""
    directory = Directory(view, entity_of(view, instance.entity_id), row, instance)
    return among(workflow_of(view, instance).admin, view.actor, directory)


def reassign(uow: UnitOfWork, task_id: int, person: int, reason: str) -> None:
    """Give somebody's task to another person. Raises Invisible, Forbidden, Invalid, and Refusal for a task that is over."""
    known = task_rows.task_of(uow.connection, task_id)
    if known is None:
        raise Invisible
    course = _governed(uow, known.instance_id, reason)
    task = next((each for each in course.tasks if each.id == task_id and each.waits), None)
    if task is None:
        raise Refusal(Message("This task is no longer open."))
    to = receivers(course, course.workflow.step(task.step), [person])[0]
    reseat(course, task, Seat(to, task.owner, "handover", task.weight), Act(uow.actor.id, reason, "admin"))
    course.save()


def jump(uow: UnitOfWork, instance_id: int, step: str, reason: str) -> None:
    """Move running work to any step; everything that is open is closed. Raises Invisible, Forbidden, Invalid, Refusal."""
    course = _governed(uow, instance_id, reason)
    _running(course)
    _known(course, step)
    course.note("decided", Act(uow.actor.id, reason, "admin"), decision="jump", to=step)
    course.mark(None)
    leave(course, step, "jumped")
    course.save()


def cancel(uow: UnitOfWork, instance_id: int, reason: str) -> None:
    """End running work. Raises Invisible, Forbidden, Invalid, Refusal."""
    course = _governed(uow, instance_id, reason)
    _running(course)
    course.note("decided", Act(uow.actor.id, reason, "admin"), decision=CANCEL)
    follow(course, course.step, CANCEL, BUILT_IN_ENDS[CANCEL])
    course.save()


def reopen(uow: UnitOfWork, instance_id: int, step: str, reason: str) -> None:
    """Open ended work again at a step, the record in its state before the end. Raises Invisible, Forbidden, Invalid, Refusal."""
    course = _governed(uow, instance_id, reason)
    instance = course.instance
    if instance.open:
        raise Refusal(Message("It is still running."))
    _known(course, step)
    others = ledger.open_instances(uow.connection, instance.entity_id, instance.record_id)
    if any(other.workflow == instance.workflow for other in others):
        raise Refusal(Message("“{workflow}” is already running for this record.", {"workflow": course.workflow.label}))
    _restore_state(course)
    course.reopen()
    course.note_at(step, "reopened", Act(uow.actor.id, reason, "admin"))
    rights.free_record(course)
    rights.close_record(course)
    go(course, step)
    course.save()


def _governed(uow: UnitOfWork, instance_id: int, reason: str) -> Course:
    course = take(uow, instance_id)
    if not governs(uow, course.instance, course.row):
        readable(uow, uow.metadata.entities[course.entity], dict(course.row))
        raise Forbidden(Message("Only who answers for this process may do that."))
    if not reason.strip():
        raise Invalid([Problem("comment", "required", Message("Please say why."))])
    return course


def _running(course: Course) -> None:
    if not course.instance.open:
        raise Refusal(Message("It has ended already."))


def _known(course: Course, step: str) -> None:
    if step not in course.workflow.steps:
        raise Invalid([Problem("to", "unknown", Message("There is no step “{step}”.", {"step": step}))])


def _restore_state(course: Course) -> None:
    """The record is in the state in which the work ended; the action of the end has moved it since."""
    lifecycle = course.uow.metadata.entities[course.entity].lifecycle
    ended = [event for event in ledger.events_of(course.uow.connection, [course.instance.id]) if event.kind == "ended"]
    before = ended[-1].detail.get("state") if ended else None
    if lifecycle is not None and isinstance(before, str) and before in lifecycle.states and before != course.row.get("state"):
        with course.uow.because(Cause("reopen", course.workflow.name)):
            course.row = change(course.uow, course.entity, dict(course.row), {"state": before})
