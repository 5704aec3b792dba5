"""Moving work between people, and steering a process as a whole, from the inbox and from the page of a record."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, request

from engine.errors import Conflict, Forbidden, Invalid, Refusal
from engine.unit_of_work import UnitOfWork
from engine.web.addresses import safe_next
from engine.web.visit import visit
from engine.web.words import N_, _
from engine.workflow import STEERING, WITH_TASK, Move, move, reassign

from .blueprint import Answer, pages

SAID = {
    "transfer": N_("Handed on."),
    "delegate": N_("Asked for an opinion."),
    "add_before": N_("Asked."),
    "add_after": N_("They are asked after you."),
    "add_peer": N_("Asked."),
    "remove": N_("Removed."),
    "claim": N_("The task is yours."),
    "unclaim": N_("Given back."),
    "cc": N_("The copy is sent."),
    "withdraw": N_("Withdrawn."),
    "urge": N_("They are urged."),
    "reclaim": N_("Your decision is taken back."),
    "cancel": N_("The process is cancelled."),
    "jump": N_("It is moved."),
    "reopen": N_("It is open again."),
    "reassign": N_("The task is given to somebody else."),
}
"""What is said when it is done."""


@pages.post("/inbox/<int:task>/move")
def move_task(task: int) -> Answer:
    """Hand a task on, ask others, take it for all."""
    kind = request.form.get("_kind", "")
    if kind not in WITH_TASK:
        abort(400)
    wish = Move(kind, [int(one) for one in request.form.getlist("_people") if one.isdecimal()], request.form.get("_comment", ""))
    keeps = kind in ("claim", "unclaim", "cc", "add_after", "add_peer", "remove")
    return _done(kind, lambda uow: move(uow, task, wish), f"/inbox/{task}" if keeps else "/inbox", f"/inbox/{task}")


@pages.post("/tasks/<int:task>/reassign")
def give_to(task: int) -> Answer:
    """Give somebody's task to another person, as who answers for the process."""
    person = request.form.get("_person", "")
    if not person.isdecimal():
        abort(400)
    back = safe_next(request.form.get("_next", ""))
    return _done("reassign", lambda uow: reassign(uow, task, int(person), request.form.get("_comment", "")), back, back)


@pages.post("/processes/<int:instance>")
def steer(instance: int) -> Answer:
    """Withdraw, urge, take back, cancel, move or reopen a process."""
    verb = request.form.get("_verb", "")
    if verb not in STEERING:
        abort(400)
    to, why = request.form.get("_to", ""), request.form.get("_comment", "")
    back = safe_next(request.form.get("_next", ""))
    return _done(verb, lambda uow: STEERING[verb](uow, instance, to, why), back, back)


def _done(kind: str, work: Callable[[UnitOfWork], None], then: str, back: str) -> Answer:
    here = visit()
    try:
        here.run(work)
    except (Conflict, Forbidden, Refusal, Invalid) as refusal:
        said = [problem.message for problem in refusal.problems] if isinstance(refusal, Invalid) else [refusal.message]
        flash(" ".join(here.words(words) for words in said), "bad")
        return redirect(back, 303)
    flash(_(SAID[kind]), "good")
    return redirect(then, 303)
