"""A record as it was: what differs from now, and bringing back what is chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import MAXYEAR, UTC, datetime

from flask import abort, flash, redirect, render_template, request

from engine.errors import Conflict, Invalid, Refusal
from engine.forms import layout_of, states_of
from engine.metadata import Field, Value
from engine.records import Draft, Wanted, bring_back, past, rows_of
from engine.unit_of_work import View
from engine.web.display import Display
from engine.web.frame import shell
from engine.web.panels import NOTHING
from engine.web.reading import sections_of
from engine.web.views import Crumb, FactSection, PastField, PastPage
from engine.web.visit import visit
from engine.web.words import _, ngettext

from .blueprint import Answer, entity_of, pages, version


@pages.get("/records/<name>/<int:number>/past")
def as_it_was(name: str, number: int) -> Answer:
    """The record at the instant `at`."""
    with visit().look() as view:
        page = _page(view, name, number, _instant(request.args.get("at", "")))
        crumbs = (Crumb(visit().words(view.metadata.entities[name].plural), f"/records/{name}"), Crumb(page.title, page.back))
        return render_template("past.html", page=page, shell=shell(view, *crumbs, Crumb(page.when)))


@pages.post("/records/<name>/<int:number>/past")
def as_it_was_again(name: str, number: int) -> Answer:
    """Bring back the chosen fields."""
    address, here = f"/records/{name}/{number}", visit()
    at = _instant(request.form.get("at", ""))
    wanted = Wanted(at, request.form.getlist("field"), version())
    try:
        here.run(lambda uow: bring_back(uow, entity_of(uow, name).name, number, wanted))
    except (Conflict, Refusal) as refused:
        flash(here.words(refused.message), "bad")
    except Invalid as invalid:
        flash(" ".join(here.words(problem.message) for problem in invalid.problems), "bad")
    else:
        flash(_("Brought back."), "good")
        return redirect(address, 303)
    return redirect(f"{address}/past?at={at.strftime('%Y-%m-%dT%H:%M:%S.%fZ')}", 303)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        abort(404)
    if not 1 < found.year < MAXYEAR:
        abort(404)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _page(view: View, name: str, number: int, at: datetime) -> PastPage:
    here, entity = visit(), entity_of(view, name)
    found = past(view, name, number, at)
    record = found.record
    display = here.display(view, {**found.current.titles, **record.titles})
    layout = layout_of(entity, view.metadata.form_of(name), record.sight, NOTHING)
    states = states_of(view, layout, Draft(entity, dict(record.values), dict(record.values)))
    return PastPage(
        title=found.current.title or _("(untitled)"),
        when=display.moment(at),
        address=f"/records/{name}/{number}/past",
        back=f"/records/{name}/{number}",
        at=at.isoformat(),
        version=str(found.current.version),
        fields=tuple(
            PastField(
                kept.field.name,
                here.words(kept.field.label),
                _words(display, kept.field, kept.then, record.values),
                _words(display, kept.field, kept.now, found.current.values),
                kept.open,
            )
            for kept in found.kept
        ),
        sections=tuple(_plain(section) for section in sections_of(layout, states, record, display)),
    )


def _plain(section: FactSection) -> FactSection:
    """Without the ways to explanations, which tell of what is now."""
    return replace(section, facts=tuple(replace(fact, cell=fact.cell._replace(why="")) for fact in section.facts))


def _words(display: Display, field: Field, value: Value, row: object) -> str:
    if field.table is not None:
        return ngettext("%(num)s row", "%(num)s rows", len(rows_of({field.name: value}, field)))
    return display.text(field, value, row)  # type: ignore[arg-type]
