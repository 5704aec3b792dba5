"""Moving work between people: who holds an open task hands it on, asks others, or takes it for all (WORKFLOW 1.2, rows 5 to 11, 21)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from engine.errors import Invalid, Invisible, Message, Problem, Refusal
from engine.frozen import frozen
from engine.metadata import Step
from engine.unit_of_work import Called, UnitOfWork

from . import task_rows, tasks
from .asking import verdict
from .copying import send
from .course import ENGINE, Act, Course, take
from .decide import taken
from .model import Seat, Task, TaskKind, TaskStatus
from .movements import movements, removable
from .people import barred_from
from .steps import follow
from .task_rows import Part


@frozen
class Move:
    """What the holder of a task does with it: `kind` is one of `movements.WITH_TASK`, `people` are those it is about."""

    kind: str
    people: Sequence[int] = ()
    comment: str = ""


def move(uow: UnitOfWork, task_id: int, wish: Move) -> None:
    """Move a task as the acting person.

    Raises what `decide` raises for a task that is not theirs or not open, Refusal where the step does not allow it, Invalid for people
    who cannot be asked.
    """
    course, task = _holding(uow, task_id, wish)
    step = course.workflow.step(task.step)
    here = course.at(step.name)
    if wish.kind not in movements(step, task, here):
        raise Refusal(Message("This is not possible with this task now."))
    MOVES[wish.kind](_Hand(course, step, task), wish)
    course.save()


def _holding(uow: UnitOfWork, task_id: int, wish: Move) -> tuple[Course, Task]:
    """The task to be moved; whom one added may also be removed when one's own part is done."""
    known = task_rows.task_of(uow.connection, task_id) if wish.kind == "remove" else None
    if known is None or known.status != "done" or known.person != uow.actor.id:
        return taken(uow, task_id)
    course = take(uow, known.instance_id)
    task = next((each for each in course.tasks if each.id == task_id), None)
    if task is None:
        raise Invisible
    return course, task


@frozen
class _Hand:
    """A task in the hand of the person who moves it."""

    course: Course
    step: Step
    task: Task

    def act(self, comment: str) -> Act:
        return Act(self.course.uow.actor.id, comment, "person")

    def give(self, people: Sequence[int], kind: TaskKind, status: TaskStatus = "open", act: Act = ENGINE) -> None:
        """New tasks, added to this one."""
        part = Part(self.step.name, kind, self.task.id, status)
        tasks.give(self.course, self.step, part, [Seat(person, person, "added") for person in people], act)


def receivers(course: Course, step: Step, people: Sequence[int]) -> list[int]:
    """The people, who can be asked at this step. Raises Invalid: somebody must be named, and may be asked, and is not asked already."""
    named = list(dict.fromkeys(people))
    if not named:
        raise Invalid([Problem("people", "required", Message("Please name somebody."))])
    directory = course.directory_of(step.name)
    barred = barred_from(step, directory)
    able = set(directory.active(named)) & set(directory.staff(named))
    there = {task.person for task in course.at(step.name) if task.waits or task.status == "done"}
    for person in named:
        if person not in able or person in barred:
            raise Invalid([Problem("people", "not_allowed", Message("This person may have no part in this step."))])
        if person in there:
            raise Invalid([Problem("people", "not_allowed", Message("This person has a part in this step already."))])
    return named


def _transfer(hand: _Hand, wish: Move) -> None:
    if any(each.waits for each in hand.course.tasks if each.parent == hand.task.id):
        raise Refusal(Message("Remove those you added first."))
    to = receivers(hand.course, hand.step, wish.people)
    if len(to) > 1:
        raise Invalid([Problem("people", "not_allowed", Message("One person takes it over."))])
    reseat(hand.course, hand.task, Seat(to[0], hand.task.owner, "transfer", hand.task.weight), hand.act(wish.comment))


def reseat(course: Course, task: Task, seat: Seat, act: Act) -> None:
    """A task goes to somebody else: as it is, for whom it was, with what hangs on it."""
    status: TaskStatus = "waiting" if task.status == "waiting" else "open"
    tasks.hand_on(course, task, act)
    given = tasks.give(course, course.workflow.step(task.step), Part(task.step, task.kind, task.parent, status), [seat], act)
    tasks.hang_on(course, task, given[0])


def _delegate(hand: _Hand, wish: Move) -> None:
    to = receivers(hand.course, hand.step, wish.people)
    tasks.wait(hand.course, [hand.task], "advice", hand.act(wish.comment))
    hand.give(to, "advice", act=hand.act(wish.comment))


def _add_before(hand: _Hand, wish: Move) -> None:
    to = receivers(hand.course, hand.step, wish.people)
    tasks.wait(hand.course, [hand.task], "added", hand.act(wish.comment))
    hand.give(to, "before", act=hand.act(wish.comment))


def _add_after(hand: _Hand, wish: Move) -> None:
    hand.give(receivers(hand.course, hand.step, wish.people), "after", "waiting", hand.act(wish.comment))


def _add_peer(hand: _Hand, wish: Move) -> None:
    hand.give(receivers(hand.course, hand.step, wish.people), "peer", act=hand.act(wish.comment))


def _remove(hand: _Hand, wish: Move) -> None:
    """Whom one added goes, with those they added; the votes are counted again."""
    course, step = hand.course, hand.step
    gone = [each for each in removable(hand.task, course.tasks) if each.person in wish.people]
    if not gone:
        raise Invalid([Problem("people", "required", Message("Please name somebody whom you added."))])
    for each in gone:
        below = [task for task in course.tasks if task.parent == each.id]
        tasks.take_back(course, "removed", [*below, each], hand.act(wish.comment))
    own = next(each for each in course.tasks if each.id == hand.task.id)
    if own.status == "waiting" and not any(each.waits for each in course.tasks if each.parent == own.id):
        tasks.wake(course, step, [own])
    elif outcome := verdict(course, step):
        follow(course, step, outcome, "decided")


def _claim(hand: _Hand, wish: Move) -> None:
    others = [each for each in hand.course.at(hand.step.name) if each.kind == "own" and each.status == "open" and each.id != hand.task.id]
    tasks.wait(hand.course, others, "claimed", hand.act(wish.comment))


def _unclaim(hand: _Hand, wish: Move) -> None:
    others = [each for each in hand.course.at(hand.step.name) if each.status == "waiting" and each.reason == "claimed"]
    tasks.wake(hand.course, hand.step, others, hand.act(wish.comment))


def _copy(hand: _Hand, wish: Move) -> None:
    directory = hand.course.directory
    named = [person for person in directory.active(wish.people) if person in directory.staff(wish.people)]
    if not named:
        raise Invalid([Problem("people", "required", Message("Please name somebody."))])
    new = send(hand.course, hand.step, named, hand.act(wish.comment))
    course = hand.course
    if new:
        course.uow.emit(Called(course.entity, course.instance.record_id, tuple(new), "copied", course.instance.id, wish.comment))


MOVES: Mapping[str, Callable[[_Hand, Move], None]] = MappingProxyType(
    {
        "transfer": _transfer,
        "delegate": _delegate,
        "add_before": _add_before,
        "add_after": _add_after,
        "add_peer": _add_peer,
        "remove": _remove,
        "claim": _claim,
        "unclaim": _unclaim,
        "cc": _copy,
    }
)
