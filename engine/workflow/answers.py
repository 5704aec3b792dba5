"""Calling a connector for a step and recording what it answered (WORKFLOW 1.2 row 31, 3.1).

The call is made outside of any transaction and may be made again after a crash, so it carries a key that is the same at
every try of one visit of the step. Its answer, the completion of the job and the move to the next step are one transaction:
an answer is recorded once, however often it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from engine.access import SYSTEM
from engine.errors import Invalid, Invisible, Message, ObjectloomError, Refusal
from engine.formula import FormulaFailure
from engine.jobs import Job
from engine.metadata import Step
from engine.plugins import CallFailed
from engine.records import RecordFrame, Unfit, enact, fetch, read_value
from engine.unit_of_work import Cause, Ground, UnitOfWork, View, look, run

from . import ledger
from .calls import schedule
from .course import Act, Course, entity_of, take, workflow_of
from .incidents import Reason, from_elsewhere, raise_incident
from .model import Instance
from .questions import Connect, Question, ask
from .steps import follow
from .words import in_languages


def call_handler(ground: Ground, connect: Connect) -> Callable[[Job], None]:
    """The handler of the jobs that ask connectors; `connect` gives the connector of a name."""

    def handle(job: Job) -> None:
        try:
            with look(ground, SYSTEM) as view:
                question = _question(view, job)
        except FormulaFailure as failure:
            run(ground, SYSTEM, partial(_refused, job=job, reason=from_elsewhere(failure.message)))
            return
        if question is None:
            run(ground, SYSTEM, lambda uow: job.done(uow.connection))
            return
        try:
            answer = ask(ground, connect, question)
        except CallFailed as failure:
            _record(ground, job, partial(_failed, job=job, failure=failure))
        else:
            _record(ground, job, partial(_answered, job=job, answer=answer))

    return handle


def gave_up(ground: Ground) -> Callable[[Job, str], None]:
    """What to do about a job that failed for the last time: its instance waits for a person, who learns why."""

    def tell(job: Job, words: str) -> None:
        run(ground, SYSTEM, partial(_abandoned, job=job, reason=from_elsewhere(Message("The call is broken: {reason}", {"reason": words}))))

    return tell


def _abandoned(uow: UnitOfWork, job: Job, reason: Reason) -> None:
    course = _course(uow, job)
    if course is not None and not ledger.open_incidents(uow.connection, [course.instance.id]):
        raise_incident(course, "call", reason, _step(course, job))
        course.save()


def _record(ground: Ground, job: Job, work: Callable[[UnitOfWork], None]) -> None:
    """Do what follows; where a rule of a later step or end refuses it, nothing of it is kept and a person must look at it."""
    try:
        run(ground, SYSTEM, work)
    except (Refusal, Invalid, FormulaFailure) as refused:
        reason = from_elsewhere(Message("It cannot go on: {reason}", {"reason": _why(refused)}))
        run(ground, SYSTEM, partial(_refused, job=job, reason=reason))


def _question(view: View, job: Job) -> Question | None:
    """What is to be asked; None where the instance has moved on since."""
    instance = ledger.instance_of(view.connection, int(str(job.payload["instance"])))
    if instance is None or not _waits(instance, job):
        return None
    try:
        row = fetch(view, entity_of(view, instance.entity_id), instance.record_id)
    except Invisible:
        return None
    step = workflow_of(view, instance).step(str(job.payload["step"]))
    call = step.call
    if call is None:
        return None
    frame = RecordFrame(view)
    inputs = {name: right.literal if right.formula is None else right.formula(row, frame) for name, right in call.inputs.items()}
    key = None if call.once is None else call.once(row, frame)
    return Question(
        call, inputs, f"{instance.workflow}:{instance.id}:{step.name}:{instance.visits[step.name]}" if key is None else str(key)
    )


def _waits(instance: Instance, job: Job) -> bool:
    return instance.waits_at(job.payload["step"], job.payload["round"])


def _step(course: Course, job: Job) -> Step:
    return course.workflow.step(str(job.payload["step"]))


def _course(uow: UnitOfWork, job: Job) -> Course | None:
    """The course that waits for this job; None where nobody waits any more."""
    try:
        course = take(uow, int(str(job.payload["instance"])))
    except Invisible:
        return None
    return course if _waits(course.instance, job) else None


def _finished(uow: UnitOfWork, job: Job) -> Course | None:
    """The same, with the job done in this transaction."""
    job.done(uow.connection)
    return _course(uow, job)


def _answered(uow: UnitOfWork, job: Job, answer: Mapping[str, object]) -> None:
    course = _finished(uow, job)
    if course is None:
        return
    step = _step(course, job)
    try:
        _save(course, step, answer)
    except (Invalid, Refusal) as wrong:
        _give_up(course, step, from_elsewhere(Message("The answer cannot be kept: {reason}", {"reason": _why(wrong)})))
    else:
        course.note_at(step.name, "answered", Act(cause="connector"), attempt=job.payload["attempt"])
        follow(course, step, "ok", "answered")
    course.save()


def _refused(uow: UnitOfWork, job: Job, reason: Reason) -> None:
    course = _finished(uow, job)
    if course is not None:
        raise_incident(course, "call", reason, _step(course, job))
        course.save()


def _save(course: Course, step: Step, answer: Mapping[str, object]) -> None:
    assert step.call is not None
    fields = course.uow.metadata.entities[course.entity].fields
    try:
        values = {name: read_value(fields[name], answer.get(key), course.uow.zone) for name, key in step.call.save.items()}
    except Unfit as unfit:
        raise Refusal(unfit.message) from unfit
    with course.uow.because(Cause("step", step.name)):
        course.row = enact(course.uow, course.entity, dict(course.row), values)


def _failed(uow: UnitOfWork, job: Job, failure: CallFailed) -> None:
    course = _finished(uow, job)
    if course is None:
        return
    step, attempt = _step(course, job), int(str(job.payload["attempt"]))
    call = step.call
    assert call is not None
    course.note_at(
        step.name,
        "failed",
        Act(cause="connector"),
        attempt=attempt,
        failure=failure.kind,
        message=in_languages(course.uow, failure.message),
        made_of=call.paths,
    )
    if failure.temporary and attempt < call.times:
        schedule(course, step, attempt + 1, max(call.wait_seconds, failure.wait_seconds or 0))
    else:
        _give_up(course, step, Reason(failure.message, call.paths))
    course.save()


def _give_up(course: Course, step: Step, reason: Reason) -> None:
    """The route `failed` where there is one; else a person must look at it."""
    if "failed" in step.then:
        follow(course, step, "failed", "failed")
    else:
        raise_incident(course, "call", reason, step)


def _why(refused: ObjectloomError) -> Message | str:
    """The reason in words: every problem of wrong values, else the message itself, which is translated where it is shown."""
    return str(refused) if isinstance(refused, Invalid) else refused.message
