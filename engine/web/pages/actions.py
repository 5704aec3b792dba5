"""Actions of a lifecycle: done at once, or after a small form with what they ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request

from engine.errors import Conflict, Invalid, Message, Problem, Refusal
from engine.forms import layout_of
from engine.metadata import Action, Entity, Form, FormField, Section
from engine.records import Row, Writable, fetch, loose_defaults, own_title, readable
from engine.unit_of_work import UnitOfWork, View
from engine.web.composing import Blank, Composed, Occasion, Typed, fill_in
from engine.web.frame import shell
from engine.web.inputs import sections_of, summary_of
from engine.web.views import Crumb, FormPage, FormSection, Input
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import RowPlace, Said, actions, actions_of, fire, fire_row

from .blueprint import Answer, entity_of, pages, texts, version

COMMENT = "_comment"
Texts = dict[str, list[str]]


@dataclass(frozen=True)
class Asking:
    """An action of a record, with what it asks and what was typed."""

    entity: Entity
    row: Row
    action: Action
    sent: Texts | None
    problems: Sequence[Problem]
    composed: Composed

    @property
    def back(self) -> str:
        """The address of the record."""
        return f"/records/{self.entity.name}/{self.row['id']}"


def _asking(view: View, name: str, number: int, action_name: str, sent: Texts | None = None, problems: Sequence[Problem] = ()) -> Asking:  # noqa: PLR0913 - the parts of one address
    entity = entity_of(view, name)
    row = fetch(view, name, number)
    sight = readable(view, entity, row)
    action = actions_of(view.metadata, entity).get(action_name)
    if action is None:
        raise Refusal("There is no such action.")
    asking = entity.asking(action)
    items = tuple(FormField(field, asking.fields[field].label, asking.fields[field].help) for field in action.ask)
    layout = layout_of(asking, Form(action_name, name, (Section({}, items, 2),)), sight)
    begun = loose_defaults(view, entity, action.own) if action.own else {}
    address = f"/records/{name}/{number}/actions/{action_name}" if any(field.link for field in action.own.values()) else ""
    composed = fill_in(view, Blank(layout, row, Writable(), address), Typed(sent, problems, begun=begun), Occasion(must=action.needed))
    return Asking(entity, row, action, sent, problems, composed)


@pages.get("/records/<name>/<int:number>/actions/<action>")
def ask_action(name: str, number: int, action: str) -> Answer:
    """The small form before an action."""
    with visit().look() as view:
        return _show(view, _asking(view, name, number, action), 200)


@pages.post("/records/<name>/<int:number>/actions/<action>")
def do_action(name: str, number: int, action: str) -> Answer:
    """Do it; what is missing is asked for, what is refused is said."""
    here, sent = visit(), texts()
    try:
        with here.look() as view:
            values = _asking(view, name, number, action, sent).composed.sent.values
        said = Said(values, request.form.get(COMMENT, ""), version())
        warnings = here.run(lambda uow: _fire(uow, name, number, action, said))
    except Invalid as invalid:
        with here.look() as view:
            return _show(view, _asking(view, name, number, action, sent, invalid.problems), 422)
    except Conflict as conflict:
        flash(here.words(conflict.message), "bad")
        return redirect(f"/records/{name}/{number}", 303)
    except Refusal as refusal:
        flash(here.words(refusal.message), "bad")
        with here.look() as view:
            return _again(view, _asking(view, name, number, action, sent))
    for warning in warnings:
        flash(here.words(warning), "warn")
    flash(_("Done."), "good")
    return redirect(f"/records/{name}/{number}", 303)


def _again(view: View, asking: Asking) -> Answer:
    """After a refusal: the form as it was typed, where other answers may change it; else back to the record."""
    return _show(view, asking, 409) if asking.action.own else redirect(asking.back, 303)


@pages.post("/records/<name>/<int:number>/<table>/<int:row>/actions/<action>")
def do_row_action(name: str, number: int, table: str, row: int, action: str) -> Answer:
    """Do something with a row of a record; what is refused is said."""
    here, place = visit(), RowPlace(name, number, table, row, version())

    def work(uow: UnitOfWork) -> tuple[Message, ...]:
        entity_of(uow, name)
        fire_row(uow, place, action)
        return tuple(uow.warnings)

    try:
        for warning in here.run(work):
            flash(here.words(warning), "warn")
    except Invalid as invalid:
        flash(" ".join(here.words(problem.message) for problem in invalid.problems), "bad")
    except (Conflict, Refusal) as refusal:
        flash(here.words(refusal.message), "bad")
    else:
        flash(_("Done."), "good")
    return redirect(f"/records/{name}/{number}", 303)


def _fire(uow: UnitOfWork, name: str, number: int, action: str, said: Said) -> tuple[Message, ...]:
    fire(uow, entity_of(uow, name).name, number, action, said)
    return tuple(uow.warnings)


def _show(view: View, asking: Asking, status: int) -> Answer:
    here, action, entity = visit(), asking.action, asking.entity
    possible = next((p for p in actions(view, entity.name, asking.row) if p.action.name == action.name), None)
    if possible is None or not possible.allowed:
        flash(here.words(possible.reason if possible else None) or _("This is not possible now."), "bad")
        return redirect(asking.back, 303)
    title = own_title(view, entity, asking.row)
    page = FormPage(
        title=here.words(action.label),
        lead=here.words(action.help) or title,
        send=here.words(action.label),
        sections=(*sections_of(asking.composed.filled), *_comment(asking)),
        address=f"{asking.back}/actions/{action.name}",
        back=asking.back,
        version=request.form.get("_version") or str(asking.row["version"]),
        problems=summary_of(asking.composed.filled.layout, asking.problems),
    )
    crumbs = (Crumb(here.words(entity.plural), f"/records/{entity.name}"), Crumb(title, asking.back), Crumb(page.title))
    return render_template("form.html", page=page, shell=shell(view, *crumbs)), status


def _comment(asking: Asking) -> tuple[FormSection, ...]:
    if asking.action.comment == "none":
        return ()
    typed = (asking.sent or {}).get(COMMENT, [""])[-1]
    wrong = next((visit().words(p.message) for p in asking.problems if p.path == "comment"), "")
    needed = asking.action.comment == "required"
    return (FormSection("", 1, (Input(COMMENT, _("Comment"), "long", typed, required=needed, span="full", problem=wrong),)),)
