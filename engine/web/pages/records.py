"""The page of a record, and what is done there: actions, comments, deleting, taking back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from engine.errors import Conflict, Invalid, Problem, Refusal
from engine.forms import Layout, layout_of
from engine.metadata import Action, Entity, Form, FormField, Section
from engine.records import EVERYTHING, Row, delete, fetch, own_title, readable, remark
from engine.unit_of_work import View
from engine.workflow import Said, actions, fire, withdraw

from ..composing import Composed, fill_in
from ..frame import shell
from ..inputs import sections_of, summary_of
from ..reading import record_page
from ..views import Crumb, FormPage, FormSection, Input
from ..visit import visit
from .blueprint import Answer, entity_of, pages, safe_next, texts, version

COMMENT = "_comment"


@pages.get("/records/<name>/<int:number>")
def record(name: str, number: int) -> Answer:
    """A record in read mode."""
    with visit().look() as view:
        entity = entity_of(view, name)
        page = record_page(view, entity, fetch(view, name, number))
        crumbs = (Crumb(visit().words(entity.plural), f"/records/{name}"), Crumb(page.number or page.title))
        return render_template("record.html", page=page, shell=shell(view, *crumbs))


@pages.post("/records/<name>/<int:number>/comments")
def comment(name: str, number: int) -> Answer:
    """Write a comment."""
    try:
        visit().run(lambda uow: remark(uow, entity_of(uow, name).name, number, request.form.get("comment", "")))
    except Invalid as invalid:
        flash(" ".join(visit().words(problem.message) for problem in invalid.problems), "bad")
    return redirect(f"/records/{name}/{number}#activity", 303)


@pages.get("/records/<name>/<int:number>/actions/<action>")
def ask_action(name: str, number: int, action: str) -> Answer:
    """The small form before an action."""
    return _ask(name, number, action, None, (), 200)


@pages.post("/records/<name>/<int:number>/actions/<action>")
def do_action(name: str, number: int, action: str) -> Answer:
    """Do it; what is missing is asked for, what is refused is said."""
    here, sent = visit(), texts()
    try:
        with here.look() as view:
            values = _asking(view, name, number, action, sent).sent.values
        said = Said(values, request.form.get(COMMENT, ""), version())
        warnings = here.run(lambda uow: (fire(uow, entity_of(uow, name).name, number, action, said), tuple(uow.warnings))[1])
    except Invalid as invalid:
        return _ask(name, number, action, sent, invalid.problems, 422)
    except (Conflict, Refusal) as refusal:
        flash(here.words(refusal.message), "bad")
        return redirect(f"/records/{name}/{number}", 303)
    for warning in warnings:
        flash(here.words(warning), "warn")
    flash(_("Done."), "good")
    return redirect(f"/records/{name}/{number}", 303)


def _asking(view: View, name: str, number: int, action_name: str, sent: dict[str, list[str]] | None, problems: tuple[Problem, ...] = ()) -> Composed:
    entity = entity_of(view, name)
    row = fetch(view, name, number)
    sight = readable(view, entity, row)
    asked = _action(entity, action_name).ask
    items = tuple(FormField(field, entity.fields[field].label, entity.fields[field].help) for field in asked if field in entity.fields)
    form = Form(action_name, name, (Section({}, items, 2),))
    layout: Layout = layout_of(entity, form, sight, EVERYTHING)
    return fill_in(view, layout, row, EVERYTHING, sent, problems, offer=True)


def _action(entity: Entity, name: str) -> Action:
    found = entity.lifecycle.actions.get(name) if entity.lifecycle else None
    if found is None:
        raise Refusal(_("There is no such action."))
    return found


def _ask(name: str, number: int, action_name: str, sent: dict[str, list[str]] | None, problems: tuple[Problem, ...], status: int) -> Answer:
    here = visit()
    with here.look() as view:
        entity = entity_of(view, name)
        composed = _asking(view, name, number, action_name, sent, problems)
        row, action = fetch(view, name, number), _action(entity, action_name)
        possible = next((p for p in actions(view, name, row) if p.action.name == action_name), None)
        if possible is None or not possible.allowed:
            flash(here.words(possible.reason if possible else None) or _("This is not possible now."), "bad")
            return redirect(f"/records/{name}/{number}", 303)
        title = own_title(view, entity, row)
        page = FormPage(
            title=here.words(action.label),
            lead=here.words(action.help) or title,
            send=here.words(action.label),
            sections=(*sections_of(composed.filled), *_comment_section(action, sent, problems)),
            address=f"/records/{name}/{number}/actions/{action_name}",
            back=f"/records/{name}/{number}",
            version=request.form.get("_version") or str(row["version"]),
            problems=summary_of(composed.filled.layout, problems),
        )
        crumbs = (Crumb(here.words(entity.plural), f"/records/{name}"), Crumb(title, page.back), Crumb(page.title))
        return render_template("form.html", page=page, shell=shell(view, *crumbs)), status


def _comment_section(action: Action, sent: dict[str, list[str]] | None, problems: tuple[Problem, ...]) -> tuple[FormSection, ...]:
    if action.comment == "none":
        return ()
    typed = (sent or {}).get(COMMENT, [""])[-1]
    wrong = next((visit().words(p.message) for p in problems if p.path == "comment"), "")
    return (FormSection("", 1, (Input(COMMENT, _("Comment"), "long", typed, required=action.comment == "required", span="full", problem=wrong),)),)


@pages.get("/records/<name>/<int:number>/delete")
def ask_delete(name: str, number: int) -> Answer:
    """Ask before deleting."""
    here = visit()
    with here.look() as view:
        entity = entity_of(view, name)
        row = fetch(view, name, number)
        readable(view, entity, row)
        title = own_title(view, entity, row)
        page = FormPage(
            title=_("Delete %(title)s?", title=title),
            lead=_rows_words(entity, row),
            send=_("Delete"),
            sections=(),
            address=f"/records/{name}/{number}/delete",
            back=f"/records/{name}/{number}",
            version=str(row["version"]),
            danger=True,
        )
        crumbs = (Crumb(here.words(entity.plural), f"/records/{name}"), Crumb(title, page.back), Crumb(_("Delete")))
        return render_template("form.html", page=page, shell=shell(view, *crumbs))


def _rows_words(entity: Entity, row: Row) -> str:
    count = sum(len(row.get(table.name) or ()) for table in entity.tables)  # type: ignore[arg-type]
    return ngettext("It is deleted with its %(num)s row.", "It is deleted with its %(num)s rows.", count) if count else ""


@pages.post("/records/<name>/<int:number>/delete")
def do_delete(name: str, number: int) -> Answer:
    """Delete a record."""
    here, seen = visit(), version()
    try:
        here.run(lambda uow: delete(uow, entity_of(uow, name).name, number, seen))
    except Refusal as refusal:
        flash(here.words(refusal.message), "bad")
        return redirect(f"/records/{name}/{number}", 303)
    flash(_("Deleted."), "good")
    return redirect(f"/records/{name}", 303)


@pages.post("/withdraw/<int:instance>")
def take_back(instance: int) -> Answer:
    """Take back what one submitted."""
    try:
        visit().run(lambda uow: withdraw(uow, instance))
        flash(_("Withdrawn."), "good")
    except Refusal as refusal:
        flash(visit().words(refusal.message), "bad")
    return redirect(safe_next(_path(request.referrer)), 303)


def _path(address: str | None) -> str:
    return "/" + address.split("/", 3)[3] if address and address.startswith(request.host_url) and address.count("/") > 2 else "/"
