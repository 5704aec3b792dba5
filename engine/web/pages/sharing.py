"""Opening one record to somebody, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from flask import flash, redirect, render_template, request

from engine.errors import Forbidden, Invalid, Message, Problem, Refusal
from engine.metadata import Entity
from engine.records import Query, Row, Share, fetch, find, may_share, own_title, readable, share, unshare, writable
from engine.unit_of_work import UnitOfWork, View
from engine.web.frame import shell
from engine.web.sharing import shared_with
from engine.web.views import Choice, Crumb, SharePage
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages

OFFERED = 200
"""How many people one may choose from."""


@pages.get("/records/<name>/<int:number>/share")
def sharing(name: str, number: int) -> Answer:
    """With whom a record is shared."""
    return _shown(name, number, "")


def _shown(name: str, number: int, problem: str) -> Answer:
    here = visit()
    with here.look() as view:
        entity = entity_of(view, name)
        row = fetch(view, name, number)
        readable(view, entity, row)
        if not may_share(view, entity, row):
            raise Forbidden(Message("You may not share this record."))
        page = _page(view, entity, row, problem)
        crumbs = (Crumb(here.words(entity.plural), f"/records/{name}"), Crumb(page.title, page.back), Crumb(_("Share")))
        return render_template("share.html", page=page, shell=shell(view, *crumbs)), 422 if problem else 200


def _page(view: View, entity: Entity, row: Row, problem: str) -> SharePage:
    people = find(view, Query("user", typed=("active",), limit=OFFERED, titles=False)).records
    return SharePage(
        title=own_title(view, entity, row),
        back=f"/records/{entity.name}/{row['id']}",
        shared=shared_with(view, entity, row),
        people=tuple(Choice(person.title, value=str(person.id)) for person in people if person.id != view.actor.id),
        roles=tuple(Choice(visit().words(role.label), value=role.name) for role in view.metadata.roles.values()),
        may_change=_may_change(view, entity, row),
        problem=problem,
    )


def _may_change(view: View, entity: Entity, row: Row) -> bool:
    try:
        allowed = writable(view, entity, row).by_rules
    except (Forbidden, Refusal):
        return False
    return any(allowed.allows(field.name) for field in entity.written)


@pages.post("/records/<name>/<int:number>/share")
def do_share(name: str, number: int) -> Answer:
    """Share a record."""
    return _done(name, number, lambda uow: share(uow, name, number, _wish(uow)))


@pages.post("/records/<name>/<int:number>/unshare")
def do_unshare(name: str, number: int) -> Answer:
    """Take a record back."""
    return _done(name, number, lambda uow: unshare(uow, name, number, _who(request.form.get("who", ""))))


def _done(name: str, number: int, work: Callable[[UnitOfWork], None]) -> Answer:
    here = visit()

    def on_a_page(uow: UnitOfWork) -> None:
        entity_of(uow, name)
        work(uow)

    try:
        here.run(on_a_page)
    except Invalid as invalid:
        return _shown(name, number, " ".join(here.words(problem.message) for problem in invalid.problems))
    except Refusal as refusal:
        return _shown(name, number, here.words(refusal.message))
    flash(_("Saved."), "good")
    return redirect(f"/records/{name}/{number}/share", 303)


def _who(key: str) -> Share:
    """The person or role that a form names; nobody for what names neither."""
    kind, _dash, value = key.partition("-")
    if kind == "person" and value.isascii() and value.isdigit() and len(value) < 19:
        return Share(person=int(value))
    return Share(role=value) if kind == "role" and value else Share()


def _wish(uow: UnitOfWork) -> Share:
    who = _who(request.form.get("who", ""))
    return Share(who.person, who.role, request.form.get("may") == "change", _until(uow, request.form.get("until", "")))


def _until(uow: UnitOfWork, typed: str) -> datetime | None:
    """The end of the day that was typed, in the zone of the application. Raises Invalid."""
    if not typed.strip():
        return None
    try:
        return datetime.combine(date.fromisoformat(typed.strip()) + timedelta(days=1), time(), uow.zone)
    except (ValueError, OverflowError) as wrong:
        raise Invalid([Problem("until", "type", Message("There is no such day."))]) from wrong
