"""What timers of steps do when they are due.

A job names instance, step, round and timer: one that comes too late finds another round and does nothing. A deadline is read
again when it fires. After an outage a repeated reminder fires once, not as often as it was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from engine.errors import Message
from engine.jobs import Job
from engine.metadata import Step, Timer, TimerDo
from engine.unit_of_work import Called, Ground, UnitOfWork

from . import tasks
from .course import Act, Course
from .due_together import together
from .incidents import from_elsewhere, raise_incident
from .people import barred_from, resolve, seats_of
from .steps import follow, leave
from .taking import save_all, take_all
from .task_rows import Part
from .timing import calendar, deadline


def timer_handler(ground: Ground) -> Callable[[Sequence[Job]], None]:
    """What works on timers, several in one transaction; one that cannot be done becomes an incident."""
    return together(ground, _fire_all, _refused)


def _fire_all(uow: UnitOfWork, due: Sequence[Job]) -> Iterator[Job]:
    courses = take_all(uow, {int(str(job.payload["instance"])) for job in due})
    for job in due:
        _fire(uow, job, _waiting(courses, job))
        yield job
    save_all(uow, courses.values())


def _waiting(courses: Mapping[int, Course], job: Job) -> tuple[Course, Step, Timer] | None:
    """The step that still waits, and the timer; None where the instance has moved on since, or is gone."""
    course = courses.get(int(str(job.payload["instance"])))
    if course is None or not course.instance.waits_at(job.payload["step"], job.payload["round"]):
        return None
    step = course.workflow.step(str(job.payload["step"]))
    return course, step, step.timers[int(str(job.payload["timer"]))]


def _fire(uow: UnitOfWork, job: Job, found: tuple[Course, Step, Timer] | None) -> None:
    """Do what is due, and ask for the next time; a job that is not asked for again is done."""
    if found is None:
        return
    course, step, timer = found
    if timer.due.field:
        at = deadline(calendar(course), timer.due, course.row, uow.now)
        if at is None:
            return
        if at > uow.now:
            job.again(uow.connection, at, job.payload)
            return
    fired = int(str(job.payload["fired"])) + 1
    if timer.every is not None and fired < timer.times:
        job.again(uow.connection, calendar(course).after(uow.now, timer.every), {**job.payload, "fired": fired})
    DOES[timer.do](course, step, timer)


def _refused(uow: UnitOfWork, job: Job, reason: str) -> None:
    found = _waiting(take_all(uow, [int(str(job.payload["instance"]))]), job)
    if found is not None:
        course, step, _ = found
        words = Message("The timer of “{step}” is refused: {reason}", {"step": step.label, "reason": reason})
        raise_incident(course, "timer", from_elsewhere(words))
        course.save()


def _remind(course: Course, step: Step, timer: Timer) -> None:
    asked = [task for task in course.tasks if task.status == "open" and (step.branches or task.step == step.name)]
    people = tuple(dict.fromkeys(task.person for task in asked))
    course.note_at(step.name, "timed", Act(cause="timer"), do="remind", people=list(people))
    course.uow.emit(Called(course.entity, course.instance.record_id, people, "reminded", course.instance.id, step.label))


def _escalate(course: Course, step: Step, timer: Timer) -> None:
    """The people of `to` are asked as well; where everybody must agree, in place of those who have not answered."""
    if step.branches:
        for name in course.instance.places[1:]:
            _escalate(course, course.workflow.step(name), timer)
        return
    asked = [task.person for task in course.at(step.name) if task.waits]
    directory = course.directory_of(step.name)
    barred = {*barred_from(step, directory), *asked}
    people = tuple(person for person in resolve(timer.who, directory) if person not in barred)
    course.note_at(step.name, "timed", Act(cause="timer"), do="escalate", people=list(people))
    if not people:
        return
    if step.agree.kind != "any":
        tasks.take_back(course, "escalated", course.at(step.name))
    tasks.give(course, step, Part(step.name), seats_of(step, people, directory), Act(cause="escalated"))


def _decide(course: Course, step: Step, timer: Timer) -> None:
    course.note_at(step.name, "timed", Act(cause="timer"), do=timer.do)
    follow(course, step, timer.do, "timer")


def _lead(course: Course, step: Step, timer: Timer) -> None:
    course.note_at(step.name, "timed", Act(cause="timer"), do=timer.do, to=timer.to)
    leave(course, timer.to, "timer")


Do = Callable[[Course, Step, Timer], None]
DOES: Mapping[TimerDo, Do] = MappingProxyType(
    {"remind": _remind, "escalate": _escalate, "approve": _decide, "reject": _decide, "return": _lead, "go": _lead}
)
