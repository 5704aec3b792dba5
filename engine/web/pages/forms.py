"""Making and changing records: the form, its live answers, and what happens when it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request

from engine.errors import Conflict, Invalid, Message, Problem, Refusal
from engine.forms import form_for
from engine.metadata import Entity
from engine.records import Row, fetch, own_title, save, twins_while_typing
from engine.storage import UnfinishedAnswer
from engine.unit_of_work import UnitOfWork, View
from engine.web.accounts import asked_for, prove_in_form
from engine.web.beginning import begun_from
from engine.web.composing import QUIET, Composed, Typed, compose
from engine.web.drafts import KEPT, draft_at, drop_draft
from engine.web.frame import shell
from engine.web.inputs import sections_of, summary_of
from engine.web.versions import versions_page
from engine.web.views import Crumb, FormPage
from engine.web.visit import visit
from engine.web.words import _
from engine.workflow import Said, actions, submit

from .blueprint import Answer, entity_of, pages, texts, version

ARRANGING = ("_add", "_remove", "_copy", "_up", "_scan")
"""Buttons that change the rows of a grid and save nothing."""


@pages.get("/records/<name>/new")
def new_record(name: str) -> Answer:
    """A form as a new record begins, with what the address gives besides (`?supplier=12`, `?copy=7`), or as it was left."""
    with visit().look() as view:
        entity = entity_of(view, name)
        left = draft_at(view, _here())
        given = {name: values for name, values in request.args.lists() if name in entity.fields}
        typed = Typed((left.texts if left else given) or None, begun=_begun(view, entity, None))
        return _show(view, entity, None, compose(view, entity, None, typed), left)


@pages.get("/records/<name>/<int:number>/edit")
def edit_record(name: str, number: int) -> Answer:
    """The form of a record, or as it was left."""
    with visit().look() as view:
        entity = entity_of(view, name)
        row, left = fetch(view, name, number), draft_at(view, _here())
        return _show(view, entity, row, compose(view, entity, row, Typed(left.texts if left else None)), left)


def _here() -> str:
    """The address of a form, under which it is kept while somebody types."""
    return request.full_path.rstrip("?").replace("/live", "/new")


def _begun(view: View, entity: Entity, number: int | None) -> dict[str, object]:
    """What a new record begins with, which the address of its form says until it is saved."""
    return begun_from(view, entity, dict(request.args.lists())) if number is None else {}


@pages.post("/records/<name>/new", defaults={"number": None})
@pages.post("/records/<name>/<int:number>/edit")
def send_record(name: str, number: int | None) -> Answer:
    """Save what was typed, or show it again with what is wrong."""
    if any(part in request.form for part in ARRANGING):
        return _again(name, number, (), 200)
    try:
        prove_in_form()
        return _save(name, number)
    except Invalid as invalid:
        return _again(name, number, invalid.problems, 422)
    except Conflict as conflict:
        return _compare(name, number, conflict)
    except Refusal as refusal:
        return _again(name, number, (Problem("", refusal.code, refusal.message),), 409)


def _save(name: str, number: int | None) -> Answer:
    here, then, seen = visit(), request.form.get("_then", ""), version()
    with here.look() as view:
        values = _read(view, entity_of(view, name), number)

    def work(uow: UnitOfWork) -> tuple[int, tuple[Message, ...]]:
        said = Said(values, version=seen)
        row = submit(uow, name, number, then, said) if then else save(uow, name, number, values, seen)
        if left := request.form.get("_draft"):
            drop_draft(uow, left)
        uow.finish()
        return int(str(row["id"])), tuple(uow.warnings)

    record, warnings = here.run(work)
    flash(_("Saved and done.") if then else _("Saved."), "good")
    for warning in warnings:
        flash(here.words(warning), "warn")
    return redirect(f"/records/{name}/{record}", 303)


def _read(view: View, entity: Entity, number: int | None) -> dict[str, object]:
    """The values that were typed into inputs that the form shows."""
    row = None if number is None else fetch(view, entity.name, number)
    begun = _begun(view, entity, number)
    composed = compose(view, entity, row, Typed(texts(), begun=begun), QUIET)
    typed = {name: value for name, value in composed.sent.values.items() if composed.filled.states[name].shown}
    return {**begun, **typed}


def _again(name: str, number: int | None, problems: Sequence[Problem], status: int) -> Answer:
    with visit().look() as view:
        entity = entity_of(view, name)
        row = None if number is None else fetch(view, name, number)
        return _show(view, entity, row, compose(view, entity, row, Typed(texts(), problems, begun=_begun(view, entity, number)))), status


def _show(view: View, entity: Entity, row: Row | None, composed: Composed, left: UnfinishedAnswer | None = None) -> str:
    here = visit()
    list_address = f"/records/{entity.name}"
    kind = here.words(entity.label)
    title = own_title(view, entity, row) if row is not None else ""
    address = f"{list_address}/{row['id']}" if row is not None else list_address
    asked = f"?{request.query_string.decode()}" if request.query_string else ""
    also, also_name = _also(view, entity, row)
    page = FormPage(
        title=_("Edit %(title)s", title=title or kind) if row is not None else _("New: %(kind)s", kind=kind),
        send=_("Save") if row is not None else _("Create"),
        sections=sections_of(composed.filled),
        address=f"{address}/edit" if row is not None else f"{address}/new{asked}",
        back=address,
        live=f"{address}/live" if row is not None else f"{address}/live{asked}",
        version=request.form.get("_version") or _version_of(row, left),
        draft=_here(),
        draft_at=f"{list_address}/draft",
        left=_("You were here %(when)s. What you typed then is not saved yet.", when=_ago(view, left)) if left else "",
        problems=summary_of(composed.filled.layout, composed.filled.problems),
        proof=asked_for(composed.filled.problems),
        tabs=tuple(here.words(label) for label in composed.filled.layout.tabs),
        lead=here.words(form_for(view, entity, row).help),
        also=also,
        also_name=also_name,
    )
    crumbs = (Crumb(here.words(entity.plural), list_address), *((Crumb(title, address),) if row is not None else ()))
    return render_template("form.html", page=page, shell=shell(view, *crumbs, Crumb(_("Edit") if row is not None else _("New"))))


def _version_of(row: Row | None, left: UnfinishedAnswer | None) -> str:
    """The version that was seen when the form was filled in."""
    seen = left.texts.get("_version", ()) if left is not None else ()
    return (seen[-1] if seen else str(row["version"])) if row is not None else ""


def _ago(view: View, left: UnfinishedAnswer) -> str:
    return visit().display(view, {}).ago(left.expires_at - KEPT)


def _also(view: View, entity: Entity, row: Row | None) -> tuple[str, str]:
    """The action that is offered beside saving: the first that begins a workflow and could run now."""
    if entity.lifecycle is None:
        return "", ""
    state = str(row["state"]) if row is not None else entity.lifecycle.start
    starting = [a for a in entity.lifecycle.actions.values() if a.start and state in a.sources and not a.ask and a.comment == "none"]
    if not starting:
        return "", ""
    if row is not None:
        open_ = {p.action.name for p in actions(view, entity.name, row) if not p.hidden}
        starting = [a for a in starting if a.name in open_]
    return (visit().words(starting[0].label), starting[0].name) if starting else ("", "")


def _compare(name: str, number: int | None, conflict: Conflict) -> Answer:
    assert number is not None
    with visit().look() as view:
        entity = entity_of(view, name)
        page = versions_page(view, entity, number, texts(), conflict)
        crumbs = (Crumb(visit().words(entity.plural), f"/records/{name}"), Crumb(page.title))
        return render_template("versions.html", page=page, shell=shell(view, *crumbs)), 409


@pages.post("/records/<name>/live", defaults={"number": None})
@pages.post("/records/<name>/<int:number>/live")
def live(name: str, number: int | None) -> Answer:
    """What the form answers while somebody types: computed values, and which fields show."""
    with visit().look() as view:
        entity = entity_of(view, name)
        row = None if number is None else fetch(view, name, number)
        changed = request.form.get("_changed", "")
        composed = compose(view, entity, row, Typed(texts(), changed=changed, begun=_begun(view, entity, number)), QUIET)
        twins = twins_while_typing(view, entity, composed.filled.draft.new, changed)
        return render_template("live.html", outputs=composed.outputs(), state=composed.state(), twins=twins, name=name)
