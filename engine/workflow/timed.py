"""What timers of steps do when they are due.

A job names instance, step, round and timer: one that comes too late finds another round and does nothing. A deadline is read
again when it fires. After an outage a repeated reminder fires once, not as often as it was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from engine.access import SYSTEM
from engine.errors import Invalid, Invisible, Message, Refusal
from engine.formula import FormulaFailure
from engine.jobs import Job
from engine.metadata import Step, Timer, TimerDo
from engine.unit_of_work import Called, Ground, UnitOfWork, run

from . import tasks
from .course import Act, Course, take
from .incidents import raise_incident
from .people import Assigned, resolve
from .steps import follow, leave
from .timing import calendar, deadline, round_of


def timer_handler(ground: Ground) -> Callable[[Sequence[Job]], None]:
    """What works on timers, several in one transaction; one that cannot be done becomes an incident."""

    def fire(uow: UnitOfWork, due: Sequence[Job]) -> None:
        for job in due:
            _fire(uow, job)

    def handle(due: Sequence[Job]) -> None:
        try:
            run(ground, SYSTEM, partial(fire, due=due))
        except (Refusal, Invalid, FormulaFailure) as refused:
            if len(due) > 1:
                raise
            run(ground, SYSTEM, partial(_refused, job=due[0], reason=str(refused)))

    return handle


def _waiting(uow: UnitOfWork, job: Job) -> tuple[Course, Step, Timer] | None:
    """The step that still waits, and the timer; None where the instance has moved on since."""
    try:
        course = take(uow, int(str(job.payload["instance"])))
    except Invisible:
        return None
    step = course.workflow.steps.get(str(job.payload["step"]))
    index = int(str(job.payload["timer"]))
    if step is None or not course.instance.open or course.instance.state != step.name or round_of(course, step) != job.payload["round"]:
        return None
    return course, step, step.timers[index]


def _fire(uow: UnitOfWork, job: Job) -> None:
    found = _waiting(uow, job)
    if found is None:
        job.done(uow.connection)
        return
    course, step, timer = found
    if timer.due.field:
        at = deadline(calendar(course), timer.due, course.row, uow.now)
        if at is None or at > uow.now:
            if at is None:
                job.done(uow.connection)
            else:
                job.again(uow.connection, at, job.payload)
            return
    fired = int(str(job.payload["fired"])) + 1
    if timer.every is not None and fired < timer.times:
        job.again(uow.connection, calendar(course).after(uow.now, timer.every), {**job.payload, "fired": fired})
    else:
        job.done(uow.connection)
    DOES[timer.do](course, step, timer)
    course.save()


def _refused(uow: UnitOfWork, job: Job, reason: str) -> None:
    job.done(uow.connection)
    found = _waiting(uow, job)
    if found is not None:
        course, step, _ = found
        raise_incident(course, "timer", Message("The timer of “{step}” is refused: {reason}", {"step": step.label, "reason": reason}))
        course.save()


def _remind(course: Course, step: Step, timer: Timer) -> None:
    people = tuple(task.person for task in course.tasks if task.status == "open")
    course.note("timed", Act(cause="timer"), do="remind", people=list(people))
    course.uow.emit(Called(course.entity, course.instance.record_id, people, "reminded", course.instance.id, step.label))


def _escalate(course: Course, step: Step, timer: Timer) -> None:
    """The people of `to` are asked as well; where everybody must agree, in place of those who have not answered."""
    barred = {*resolve(step.excluded, course.directory), *(task.person for task in course.tasks if task.status == "open")}
    if step.do == "review" and not step.self_approval and course.directory.submitter is not None:
        barred.add(course.directory.submitter)
    people = tuple(person for person in resolve(timer.who, course.directory) if person not in barred)
    course.note("timed", Act(cause="timer"), do="escalate", people=list(people))
    if not people:
        return
    if step.agree != "any":
        tasks.take_back(course, "escalated")
    tasks.give(course, step, Assigned(people, "escalated"))


def _decide(course: Course, step: Step, timer: Timer) -> None:
    course.note("timed", Act(cause="timer"), do=timer.do)
    follow(course, timer.do, "timer")


def _lead(course: Course, step: Step, timer: Timer) -> None:
    course.note("timed", Act(cause="timer"), do=timer.do, to=timer.to)
    leave(course, timer.to, "timer")


Do = Callable[[Course, Step, Timer], None]
DOES: Mapping[TimerDo, Do] = MappingProxyType(
    {"remind": _remind, "escalate": _escalate, "approve": _decide, "reject": _decide, "return": _lead, "go": _lead}
)
