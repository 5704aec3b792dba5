"""The tasks of a round of a step: given to people, done by them, made to wait, or taken back because it is decided without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.metadata import Step

from . import rights, task_rows
from .course import ENGINE, Act, Course
from .model import Seat, Task
from .task_rows import Part


def give(course: Course, step: Step, part: Part, seats: Sequence[Seat], act: Act) -> list[Task]:
    """Ask people, who may now read the record and, once their task is open, write the fields of the step."""
    if not seats:
        return []
    given = task_rows.add_tasks(course.uow.connection, course.instance, part, seats, course.uow.now)
    course.tasks.extend(given)
    rights.open_to(course, step, given)
    for task in given:
        course.note_at(step.name, "assigned", act, task, **_told(task))
    return given


def _told(task: Task) -> dict[str, object]:
    """What the event of a new task says beside the usual, so that the task can be told from it."""
    usual = {"owner": task.person, "kind": "own", "parent": None, "status": "open", "weight": 1}
    return {name: value for name, known in usual.items() if (value := getattr(task, name)) != known}


def complete(course: Course, task: Task, decision: str, act: Act, **detail: object) -> None:
    """A task is done by who acts."""
    done = task._replace(status="done", decision=decision, actor=act.actor, comment=act.comment, done_at=course.uow.now)
    _write(course, [done])
    course.note_at(task.step, "decided", act, task, decision=decision, **detail)


def wait(course: Course, tasks: Sequence[Task], reason: str, act: Act = ENGINE) -> None:
    """Nobody can do these tasks until they are woken; their people still see the record."""
    _write(course, [task._replace(status="waiting", reason=reason) for task in tasks])
    rights.look_at(course, tasks)
    for task in tasks:
        course.note_at(task.step, "paused", act, task, reason=reason)


def wake(course: Course, step: Step, tasks: Sequence[Task], act: Act = ENGINE) -> None:
    """Tasks that waited can be done now."""
    woken = [task._replace(status="open", reason="") for task in tasks]
    _write(course, woken)
    rights.open_to(course, step, woken)
    for task in tasks:
        course.note_at(task.step, "woken", act, task)


def hand_on(course: Course, task: Task, act: Act) -> None:
    """Somebody else has the task from now on; it stays in the story of the step."""
    _write(course, [task._replace(status="transferred", comment=act.comment, done_at=course.uow.now)])
    course.note_at(task.step, "transferred", act, task)


def void(course: Course, task: Task, reason: str, act: Act) -> None:
    """A task that was done does not count any more; its decision stays in the story."""
    _write(course, [task._replace(status="cancelled", reason=reason)])
    course.note_at(task.step, "cancelled", act, task)


def hang_on(course: Course, old: Task, new: Task) -> None:
    """What was added to a task hangs on the one in its place."""
    moved = [each._replace(parent=new.id) for each in course.tasks if each.parent == old.id]
    task_rows.hang_tasks(course.uow.connection, moved)
    for task in moved:
        course.replace(task)
        course.note_at(task.step, "hung", ENGINE, task, parent=new.id)


def take_back(course: Course, reason: str, tasks: Iterable[Task] | None = None, act: Act | None = None) -> None:
    """Nobody is asked any more (or only not for `tasks`); each task keeps why."""
    closing = [task for task in (course.tasks if tasks is None else tasks) if task.waits]
    _write(course, [task._replace(status="cancelled", reason=reason, done_at=course.uow.now) for task in closing])
    for task in closing:
        course.note_at(task.step, "cancelled", act or Act(cause=reason), task)


def _write(course: Course, changed: Sequence[Task]) -> None:
    """Tasks are as given from now on, and what they opened is closed."""
    if not changed:
        return
    task_rows.write_tasks(course.uow.connection, changed)
    rights.take_back(course, changed)
    for task in changed:
        course.replace(task)
