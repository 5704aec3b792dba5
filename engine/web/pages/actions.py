"""Actions of a lifecycle, of records and of rows: done at once, or after a small form with what they ask."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request

from engine.access import Sight
from engine.errors import Conflict, Invalid, Message, Problem, Refusal
from engine.forms import layout_of
from engine.frozen import frozen
from engine.metadata import Action, Entity, Form, FormField, Section
from engine.records import Row, Writable, fetch, loose_defaults, own_title, readable
from engine.unit_of_work import UnitOfWork, View
from engine.web.accounts import asked_for, prove_in_form
from engine.web.composing import Blank, Composed, Occasion, Typed, fill_in
from engine.web.frame import shell
from engine.web.inputs import sections_of, summary_of
from engine.web.views import Crumb, FormPage, FormSection, Input
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import Possible, RowPlace, Said, actions, actions_of, fire, fire_row, possible_with, row_action

from .blueprint import Answer, entity_of, pages, texts, version

COMMENT = "_comment"
Texts = dict[str, list[str]]


@frozen
class Place:
    """The address of an action: of a record, or of a row of one of its tables."""

    name: str
    number: int
    action: str
    table: str = ""
    row: int = 0

    @property
    def back(self) -> str:
        """The address of the record."""
        return f"/records/{self.name}/{self.number}"

    @property
    def address(self) -> str:
        """The address of the action itself."""
        return f"{self.back}/{self.table}/{self.row}/actions/{self.action}" if self.table else f"{self.back}/actions/{self.action}"

    @property
    def of_row(self) -> RowPlace:
        """The place of the row."""
        return RowPlace(self.name, self.number, self.table, self.row)


@frozen(slots=False)
class Doing:
    """An action with what it is done with: a record, or a row of its table (`entity` is then that of the rows)."""

    document: Entity
    whole: Row
    entity: Entity
    row: Row
    action: Action
    sight: Sight

    def possible(self, view: View) -> Possible | None:
        """Whether it can be done now."""
        if self.entity is self.document:
            return next((p for p in actions(view, self.entity.name, self.row) if p.action.name == self.action.name), None)
        assert self.entity.lifecycle is not None
        return possible_with(view, self.entity.lifecycle, self.row, self.action)

    def title(self, view: View) -> str:
        """What names the record, and the row in it."""
        whole = own_title(view, self.document, self.whole)
        return whole if self.entity is self.document else f"{whole} · {own_title(view, self.entity, self.row)}"


@frozen(slots=False)
class Asking:
    """An action with what it asks and what was typed."""

    place: Place
    doing: Doing
    sent: Texts | None
    problems: Sequence[Problem]
    composed: Composed


def _doing(view: View, place: Place) -> Doing:
    entity = entity_of(view, place.name)
    row = fetch(view, place.name, place.number)
    sight = readable(view, entity, row)
    if place.table:
        found = row_action(view, entity, row, place.of_row, place.action)
        return Doing(entity, row, found.rows, found.row, found.action, found.sight)
    known = actions_of(view.metadata, entity).get(place.action)
    if known is None:
        raise Refusal("There is no such action.")
    return Doing(entity, row, entity, row, known, sight)


def _asking(view: View, place: Place, sent: Texts | None = None, problems: Sequence[Problem] = ()) -> Asking:
    doing = _doing(view, place)
    asking, action = doing.entity.asking(doing.action), doing.action
    items = tuple(FormField(field, asking.fields[field].label, asking.fields[field].help) for field in action.ask)
    layout = layout_of(asking, Form(action.name, asking.name, (Section({}, items, 2),)), doing.sight)
    begun = loose_defaults(view, doing.entity, action.own) if action.own else {}
    looked_up = place.table or any(field.link for field in action.own.values())
    blank = Blank(layout, doing.row, Writable(), place.address if looked_up else "")
    composed = fill_in(view, blank, Typed(sent, problems, begun=begun), Occasion(must=action.needed))
    return Asking(place, doing, sent, problems, composed)


@pages.get("/records/<name>/<int:number>/actions/<action>")
def ask_action(name: str, number: int, action: str) -> Answer:
    """The small form before an action."""
    return _ask(Place(name, number, action))


@pages.get("/records/<name>/<int:number>/<table>/<int:row>/actions/<action>")
def ask_row_action(name: str, number: int, table: str, row: int, action: str) -> Answer:
    """The same with a row of a record."""
    return _ask(Place(name, number, action, table, row))


@pages.post("/records/<name>/<int:number>/actions/<action>")
def do_action(name: str, number: int, action: str) -> Answer:
    """Do it; what is missing is asked for, what is refused is said."""
    return _do(Place(name, number, action))


@pages.post("/records/<name>/<int:number>/<table>/<int:row>/actions/<action>")
def do_row_action(name: str, number: int, table: str, row: int, action: str) -> Answer:
    """The same with a row of a record."""
    return _do(Place(name, number, action, table, row))


def _ask(place: Place) -> Answer:
    with visit().look() as view:
        return _show(view, _asking(view, place), 200)


def _do(place: Place) -> Answer:
    here, sent = visit(), texts()
    try:
        prove_in_form()
        with here.look() as view:
            values = _asking(view, place, sent).composed.sent.values
        said = Said(values, request.form.get(COMMENT, ""), version())
        warnings = here.run(lambda uow: _fire(uow, place, said))
    except Invalid as invalid:
        with here.look() as view:
            return _show(view, _asking(view, place, sent, invalid.problems), 422)
    except Conflict as conflict:
        flash(here.words(conflict.message), "bad")
        return redirect(place.back, 303)
    except Refusal as refusal:
        flash(here.words(refusal.message), "bad")
        with here.look() as view:
            return _again(view, _asking(view, place, sent))
    for warning in warnings:
        flash(here.words(warning), "warn")
    flash(_("Done."), "good")
    return redirect(place.back, 303)


def _again(view: View, asking: Asking) -> Answer:
    """After a refusal: the form as it was typed, where the action is still possible and asks something; else back to the record."""
    action, possible = asking.doing.action, asking.doing.possible(view)
    asks = bool(action.ask) or action.comment != "none"
    return _show(view, asking, 409) if asks and possible is not None and possible.allowed else redirect(asking.place.back, 303)


def _fire(uow: UnitOfWork, place: Place, said: Said) -> tuple[Message, ...]:
    name = entity_of(uow, place.name).name
    if place.table:
        fire_row(uow, place.of_row, place.action, said)
    else:
        fire(uow, name, place.number, place.action, said)
    return tuple(uow.warnings)


def _show(view: View, asking: Asking, status: int) -> Answer:
    here, doing, place = visit(), asking.doing, asking.place
    possible = doing.possible(view)
    if possible is None or not possible.allowed:
        flash(here.words(possible.reason if possible else None) or _("This is not possible now."), "bad")
        return redirect(place.back, 303)
    page = FormPage(
        title=here.words(doing.action.label),
        lead=here.words(doing.action.help) or doing.title(view),
        send=here.words(doing.action.label),
        sections=(*sections_of(asking.composed.filled), *_comment(asking)),
        address=place.address,
        back=place.back,
        version=request.form.get("_version") or str(doing.whole["version"]),
        problems=summary_of(asking.composed.filled.layout, asking.problems),
        proof=asked_for(asking.problems),
    )
    kinds = Crumb(here.words(doing.document.plural), f"/records/{place.name}")
    crumbs = (kinds, Crumb(own_title(view, doing.document, doing.whole), place.back), Crumb(page.title))
    return render_template("form.html", page=page, shell=shell(view, *crumbs)), status


def _comment(asking: Asking) -> tuple[FormSection, ...]:
    needed = asking.doing.action.comment
    if needed == "none":
        return ()
    typed = (asking.sent or {}).get(COMMENT, [""])[-1]
    wrong = next((visit().words(p.message) for p in asking.problems if p.path == "comment"), "")
    return (FormSection("", 1, (Input(COMMENT, _("Comment"), "long", typed, required=needed == "required", span="full", problem=wrong),)),)
