"""Asking the people of a step: who they are, who has approved before, who gets a copy, and whether they can reach what is needed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Picking, Step, Workflow

from . import tasks
from .copying import send
from .course import Act, Course
from .incidents import Reason, raise_incident
from .machine import SKIP
from .model import VOTING, Seat
from .people import Assigned, assign, resolve
from .task_rows import Part
from .voting import NEGATIVE, reachable, tally, votes_of
from .watching import content, seal

REPEAT = "repeat"
APPROVE = "approve"


def ask(course: Course, step: Step) -> str | None:
    """A task for each of the people of a step, or for the first of them; what comes out where nobody needs to be asked."""
    assigned = assign(step, course.workflow.admin, course.directory_of(step.name))
    if assigned.verdict:
        return _without(course, step, assigned)
    if not assigned.by_rule:
        raise_incident(course, "nobody", Reason(Message("Nobody was found for “{step}”.", {"step": step.label})), step)
    elif not reachable(step.agree, [seat.weight for seat in assigned.seats]):
        words = Message("“{step}” needs more people to agree than were found.", {"step": step.label})
        raise_incident(course, "quorum", Reason(words, inputs={"people": len(assigned.seats)}), step)
    in_order = step.agree.kind == "in_order"
    _seat(course, step, assigned.seats[:1] if in_order else assigned.seats, assigned.source)
    if step.cc:
        send(course, step, resolve(step.cc, course.directory_of(step.name)), Act(cause="cc"))
    return verdict(course, step) if step.repeat_approver != "ask" else None


def verdict(course: Course, step: Step) -> str | None:
    """The outcome of a step from the votes of this round; None while it is open. One after the other: the next one is asked here."""
    votes = votes_of(course.at(step.name))
    more = step.agree.kind == "in_order" and _next(course, step)
    return tally(step.agree, votes, more=more)


def _next(course: Course, step: Step) -> bool:
    """Ask the next person, who is found again now, once everybody asked so far agrees; whether somebody is still to answer."""
    here = course.at(step.name)
    if any(task.waits for task in here) or any(task.decision == NEGATIVE for task in here):
        return False
    had = {person for task in here if task.kind in VOTING for person in (task.owner, task.person)}
    assigned = assign(step, course.workflow.admin, course.directory_of(step.name))
    following = [seat for seat in assigned.seats if seat.owner not in had and seat.person not in had]
    if not following or not assigned.by_rule:
        return False
    _seat(course, step, (following[0],), assigned.source)
    return any(task.waits for task in course.at(step.name)) or _next(course, step)


def _seat(course: Course, step: Step, seats: tuple[Seat, ...], source: str) -> None:
    given = tasks.give(course, step, Part(step.name), seats, Act(cause=source))
    for task in given:
        known = _approved_before(course, step, task.person)
        if known is not None:
            tasks.complete(course, task, APPROVE, Act(cause=REPEAT), same_as=known)


def _without(course: Course, step: Step, assigned: Assigned) -> str:
    """Nobody was found, and the step says what that means."""
    if assigned.verdict == "skip":
        course.note_at(step.name, "skipped", Act(cause="nobody"))
        return SKIP
    course.note_at(step.name, "decided", Act(cause="nobody"), decision=NEGATIVE)
    return NEGATIVE


def _approved_before(course: Course, step: Step, person: int) -> str | None:
    """The step in which this person approved the same already; None where they must be asked (WORKFLOW 1.2 row 23)."""
    if step.repeat_approver == "ask" or step.do != "review" or step.sign or step.must or step.comment == "required":
        return None
    now = seal(course.row, content(course.workflow, step))
    happened = [e for e in course.history if e.kind == "decided" and e.task_id]
    before = ""
    for event in reversed(happened):
        decision, at = event.detail.get("decision"), event.step.split(".", 1)[0]
        if decision == "return":
            return None
        if at == step.name.split(".", 1)[0] or event.cause == REPEAT:
            continue
        before = before or at
        if step.repeat_approver == "skip_consecutive" and at != before:
            return None
        if decision == APPROVE and event.actor == person:
            return event.step if event.detail.get("content") == now else None
    return None


def repeats(workflow: Workflow) -> bool:
    """Whether approvals must be sealed, because a later step asks whether they still hold."""
    return any(step.repeat_approver != "ask" for step in workflow.all_steps)


def sealed(course: Course, step: Step) -> dict[str, object]:
    """What the event of an approval says about what was approved; nothing where nobody will ask."""
    return {"content": seal(course.row, content(course.workflow, step))} if repeats(course.workflow) else {}


@frozen
class Pick:
    """People who must be picked at a step for one that comes later."""

    step: Step
    picking: Picking


def picks(workflow: Workflow, step: Step) -> Iterator[Pick]:
    """What must be picked at a step: by the submitter where they fill it in, or by who acts in it."""
    own = step.do == "fill" and [who.kind for who in step.who] == ["submitter"]
    for later in workflow.all_steps:
        for who in later.who:
            if who.picking is not None and (who.picking.by == f"actor:{step.name}" or (who.picking.by == "submitter" and own)):
                yield Pick(later, who.picking)


def lacks_picks(course: Course, step: Step) -> bool:
    """Whether somebody must still be picked here."""
    return any(pick.step.name not in course.instance.picked for pick in picks(course.workflow, step))
