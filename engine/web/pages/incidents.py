"""Work that is stuck: the people it waits for try it again, leave the step out or cancel it."""

from __future__ import annotations

from flask import abort, flash, redirect, request

from engine.errors import Conflict, Invalid, Message, Refusal
from engine.unit_of_work import UnitOfWork
from engine.web.addresses import safe_next
from engine.web.visit import visit
from engine.web.words import N_, _
from engine.workflow import Resolution, Waiting, resolve_incident

from .blueprint import Answer, pages

SAID: dict[Resolution, str] = {
    "retry": N_("It is tried again."),
    "skip": N_("The step is skipped."),
    "cancel": N_("The process is cancelled."),
}


@pages.post("/incidents/<int:incident>")
def help_on(incident: int) -> Answer:
    """Resolve an incident; a reason that is missing and a rule that says no are told where the form stood."""
    here = visit()
    resolution = next((known for known in SAID if known == request.form.get("_resolution")), None)
    if resolution is None:
        abort(400)
    comment = request.form.get("_comment", "")
    try:
        warnings = here.run(lambda uow: _resolve(uow, incident, resolution, comment))
    except (Conflict, Invalid, Refusal) as refusal:
        said = [problem.message for problem in refusal.problems] if isinstance(refusal, Invalid) else [refusal.message]
        flash(" ".join(here.words(words) for words in said), "bad")
        return redirect(safe_next(request.form.get("_next", "")), 303)
    for warning in warnings:
        flash(here.words(warning), "warn")
    flash(_(SAID[resolution]), "good")
    return redirect("/inbox", 303)


def where_stuck(waiting: Waiting) -> str:
    """The place on the page of the record where an incident is resolved."""
    number = waiting.incident.id if waiting.incident else 0
    return f"/records/{waiting.entity}/{waiting.instance.record_id}#incidents-{number}"


def _resolve(uow: UnitOfWork, incident: int, resolution: Resolution, comment: str) -> tuple[Message, ...]:
    resolve_incident(uow, incident, resolution, comment)
    return tuple(uow.warnings)
