"""The inbox: what waits for a person, and deciding it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request

from engine.errors import Conflict, Invalid, Invisible, Message, Refusal
from engine.metadata import Entity, Step
from engine.records import Row, fetch
from engine.unit_of_work import UnitOfWork, View
from engine.web.accounts import asked_for, prove_in_form
from engine.web.composing import UNTOUCHED, Typed
from engine.web.display import Display
from engine.web.frame import shell
from engine.web.inputs import sections_of, summary_of
from engine.web.people import colleagues
from engine.web.record_view import record_page
from engine.web.task_forms import has_form, task_form
from engine.web.views import Choice, Crumb, Decision, FormSection, InboxPage, PickField, ProblemLink, TaskItem
from engine.web.visit import visit
from engine.web.words import N_, _
from engine.workflow import WITH_TASK, Duty, Waiting, decide, duties, inbox, stuck
from engine.workflow import Answer as Decided
from engine.workflow import Choice as Offered

from .blueprint import Answer, pages, texts, version
from .incidents import where_stuck


@pages.get("/inbox", endpoint="inbox")
def first() -> Answer:
    """The inbox without a chosen task: on wide screens the newest one is shown."""
    with visit().look() as view:
        return _page(view, None)


@pages.get("/inbox/<int:task>")
def task(task: int) -> Answer:
    """The inbox with one task open."""
    with visit().look() as view:
        return _page(view, task)


@pages.post("/inbox/<int:task>")
def answer(task: int) -> Answer:
    """Decide a task; what is missing is asked for, what is refused is said."""
    here, sent = visit(), texts()
    try:
        prove_in_form()
        with here.look() as view:
            _waiting, entity, row = _find(view, task)
            duty = _duty(view, entity, row, task)
            values = task_form(view, (entity, row), duty, Typed(sent), offer=False).sent.values if has_form(duty) else {}
        decided = Decided(
            request.form.get("_decision", ""),
            values,
            request.form.get("_comment", ""),
            request.form.get("_to") or None,
            version(),
            resume="_resume" in request.form,
            picks={each.step: _picked(each.step) for each in duty.picks},
            signature=request.form.get("_signature", ""),
        )
        warnings = here.run(lambda uow: _decide(uow, task, decided))
    except Invalid as invalid:
        with here.look() as view:
            return _page(view, task, Typed(sent, invalid.problems)), 422
    except (Conflict, Refusal) as refusal:
        flash(here.words(refusal.message), "bad")
        return redirect("/inbox", 303)
    for warning in warnings:
        flash(here.words(warning), "warn")
    flash(_said(decided.decision), "good")
    return redirect("/inbox", 303)


@pages.post("/inbox/<int:task>/live")
def live_task(task: int) -> Answer:
    """What the fields of a task answer while somebody types."""
    with visit().look() as view:
        _waiting, entity, row = _find(view, task)
        typed = Typed(texts(), changed=request.form.get("_changed", ""))
        composed = task_form(view, (entity, row), _duty(view, entity, row, task), typed, offer=False)
        return render_template("live.html", outputs=composed.outputs(), state=composed.state())


def _decide(uow: UnitOfWork, task: int, decided: Decided) -> tuple[Message, ...]:
    decide(uow, task, decided)
    return tuple(uow.warnings)


MOVES = {
    "transfer": N_("Hand it on to"),
    "delegate": N_("Ask for an opinion, and decide yourself"),
    "add_before": N_("Ask somebody before me"),
    "add_after": N_("Ask somebody after me"),
    "add_peer": N_("Ask somebody beside me"),
    "remove": N_("Remove whom I added"),
    "claim": N_("Take it for all"),
    "unclaim": N_("Give it back to all"),
    "cc": N_("Send a copy to"),
}


def _said(decision: str) -> str:
    words = {
        "approve": _("Approved."),
        "reject": _("Rejected."),
        "return": _("Returned."),
        "submit": _("Submitted."),
        "advise": _("The opinion is given."),
    }
    return words.get(decision, _("Done."))


def _find(view: View, task_id: int) -> tuple[Waiting, Entity, Row]:
    """The task, when it is one of the person's own and still open. Raises Invisible."""
    waiting = next((w for w in inbox(view, before=task_id + 1, limit=1) if w.task and w.task.id == task_id), None)
    if waiting is None:
        raise Invisible(_("This task is done or not yours."))
    return _about(view, waiting)


def _about(view: View, waiting: Waiting) -> tuple[Waiting, Entity, Row]:
    return waiting, view.metadata.entities[waiting.entity], fetch(view, waiting.entity, waiting.instance.record_id)


def _duty(view: View, entity: Entity, row: Row, task_id: int) -> Duty:
    return next(duty for duty in duties(view, entity.name, row) if duty.task.id == task_id)


def _page(view: View, chosen: int | None, typed: Typed = UNTOUCHED) -> str:
    waiting = inbox(view, limit=100)
    shown = chosen if chosen is not None else next((w.task.id for w in waiting if w.task), None)
    display = visit().display(view, {})
    items = tuple(_item(view, w, display, shown) for w in waiting if w.task)
    waits_for_help = tuple(_stuck_item(view, w, display) for w in stuck(view))
    page = InboxPage(items, stuck=waits_for_help)
    if shown is not None:
        listed = next((each for each in waiting if each.task and each.task.id == shown), None)
        own, entity, row = _about(view, listed) if listed is not None else _find(view, shown)
        asked = duties(view, entity.name, row)
        duty = next(each for each in asked if each.task.id == shown)
        record = record_page(view, entity, row, own=asked)
        here = f"/processes/{duty.task.instance_id}"
        page = InboxPage(
            items,
            replace(record, approvals=tuple(sorted(record.approvals, key=lambda each: each.address != here))),
            _decision(view, entity, row, duty, typed),
            visit().words(own.step),
            chosen is not None,
            waits_for_help,
        )
    return render_template("inbox.html", page=page, shell=shell(view, Crumb(_("Inbox"))))


def _item(view: View, waiting: Waiting, display: Display, shown: int | None) -> TaskItem:
    here = visit()
    assert waiting.task is not None
    return TaskItem(
        href=f"/inbox/{waiting.task.id}",
        title=waiting.title,
        step=here.words(waiting.step),
        entity=here.words(view.metadata.entities[waiting.entity].label),
        since=display.ago(waiting.since),
        instant=display.instant(waiting.since),
        current=waiting.task.id == shown,
        tick=str(waiting.task.id) if waiting.together else "",
    )


def _stuck_item(view: View, waiting: Waiting, display: Display) -> TaskItem:
    here = visit()
    return TaskItem(
        href=where_stuck(waiting),
        title=waiting.title,
        step=here.words(waiting.step),
        entity=here.words(view.metadata.entities[waiting.entity].label),
        since=display.ago(waiting.since),
        instant=display.instant(waiting.since),
    )


def _decision(view: View, entity: Entity, row: Row, duty: Duty, typed: Typed) -> Decision:
    here, step = visit(), duty.step
    edit: tuple[FormSection, ...] = ()
    links: tuple[ProblemLink, ...] = tuple(ProblemLink(here.words(p.message), _target(p.path)) for p in typed.problems)
    if has_form(duty):
        composed = task_form(view, (entity, row), duty, typed)
        edit, links = sections_of(composed.filled), summary_of(composed.filled.layout, typed.problems)
    back = next((c for c in duty.choices if c.decision == "return"), None)
    return Decision(
        address=f"/inbox/{duty.task.id}",
        help=here.words(step.help),
        outcomes=tuple((_label(choice), here.words(choice.next)) for choice in duty.choices),
        review=step.do == "review",
        returns=tuple(Choice(here.words(label), value=name) for name, label in back.targets) if back else (),
        comment=(typed.texts or {}).get("_comment", [""])[-1],
        comment_required=step.comment == "required",
        comment_rule=_rule(step),
        problems=links,
        version=str(row["version"]),
        edit=edit,
        live=f"/inbox/{duty.task.id}/live" if edit else "",
        proof=asked_for(typed.problems),
        **_beside(view, duty),
    )


def _beside(view: View, duty: Duty) -> dict[str, Any]:
    """What stands beside the decision: who is picked, a signature, and what else can be done with the task."""
    step, here = duty.step, visit()
    picks = tuple(PickField(f"_pick.{each.step}", here.words(each.label), _named(each.people), each.most > 1) for each in duty.picks)
    return {
        "picks": picks,
        "signs": step.sign and duty.task.kind != "advice",
        "resumes": step.after_return == "ask",
        "buttons": (Choice(_("Give the opinion"), value="advise"),) if duty.task.kind == "advice" else (),
        "moves": tuple(Choice(_(MOVES[kind]), value=kind) for kind in WITH_TASK if kind in duty.movements),
        "people": colleagues(view) if duty.movements else (),
    }


def _named(people: Iterable[tuple[int, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(name, value=str(number)) for number, name in people)


def _picked(step: str) -> list[int]:
    return [int(one) for one in request.form.getlist(f"_pick.{step}") if one.isdecimal()]


def _target(path: str) -> str:
    return "decision-comment" if path == "comment" else ""


LABELS = {
    "approve": N_("Approve"),
    "reject": N_("Reject"),
    "return": N_("Return"),
    "submit": N_("Submit"),
    "advise": N_("Give the opinion"),
}


def _label(choice: Offered) -> str:
    return _(LABELS[choice.decision]) if choice.decision in LABELS else choice.decision


def _rule(step: Step) -> str:
    return {"required": _("Needed."), "on_reject": _("Needed when you reject or return.")}.get(step.comment, "")
