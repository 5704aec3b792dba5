"""Who can see a record: for analysts, one person at a time, and no more of it than they may know themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flask import abort, jsonify, render_template, request
from werkzeug.wrappers import Response

from engine import records
from engine.errors import Unauthorised
from engine.metadata import Entity
from engine.records import Because, Closed, fetch, own_title, readable
from engine.unit_of_work import View
from engine.web.frame import is_analyst, shell
from engine.web.people import account_of, people_called
from engine.web.views import AccessPage, Choice, ClosedField, Crumb, Reason, Verdict, WhyStep
from engine.web.visit import visit
from engine.web.why import Teller
from engine.web.words import N_, _

from .blueprint import Answer, entity_of, pages

ROW_VERBS = {"read": N_("See rows"), "create": N_("Add rows"), "update": N_("Change rows"), "delete": N_("Remove rows")}
VERBS = {"read": N_("See the record"), "update": N_("Change it"), "delete": N_("Delete it")}


@pages.get("/records/<name>/<int:number>/access")
def access(name: str, number: int) -> Answer:
    """What a person may do with a record, and why."""
    here, chosen = visit(), request.args.get("person", "")
    with here.look() as view:
        entity = _opened(view, name, number)
        page = _page(view, entity, number)
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
            page = _about(view, entity, number, account_of(view, int(chosen)), page)
        crumbs = (Crumb(here.words(entity.plural), f"/records/{name}"), Crumb(page.title, page.back), Crumb(_("Who can see this")))
        return render_template("access.html", page=page, shell=shell(view, *crumbs))


@pages.get("/records/<name>/<int:number>/access/people")
def people(name: str, number: int) -> Response:
    """People who are called as was typed (`q`)."""
    with visit().look() as view:
        _opened(view, name, number)
        found = people_called(view, request.args.get("q", "")[:100])
        return jsonify([{"value": each.value, "text": each.text, "hint": each.hint} for each in found])


def _opened(view: View, name: str, number: int) -> Entity:
    """The entity of a record that an analyst may see. Raises Invisible."""
    if not is_analyst(view):
        abort(404)
    entity = entity_of(view, name)
    readable(view, entity, fetch(view, name, number))
    return entity


def _page(view: View, entity: Entity, number: int) -> AccessPage:
    address = f"/records/{entity.name}/{number}"
    title = own_title(view, entity, fetch(view, entity.name, number)) or _("(untitled)")
    return AccessPage(title, address, people_called(view), f"{address}/access/people")


def _about(view: View, entity: Entity, number: int, account: Choice, page: AccessPage) -> AccessPage:
    """The same page with what it says about a person."""
    others = (each for each in page.people if each.value != account.value)
    page = replace(page, people=(account._replace(selected=True), *others), person=account.text)
    try:
        actor = visit().app.people.actor(int(account.value))
    except Unauthorised:
        return replace(page, closed_account=True)
    theirs = view.seen_by(actor)
    answers = records.reasons(theirs, entity, number, view)
    reads = answers[0].allowed and answers[0].known
    answers += records.reasons_of_rows(theirs, entity, number, view) if reads else ()
    return replace(
        page,
        roles=", ".join(visit().words(role.label) for name, role in view.metadata.roles.items() if actor.plays(name)),
        verdicts=tuple(Verdict(_what(entity, each.what), each.allowed, each.known, _reasons(view, each.because)) for each in answers),
        reads=reads,
        fields=tuple(_closed(entity, each) for each in records.closed_fields(theirs, entity, number)) if reads else (),
    )


def _what(entity: Entity, answered: str) -> str:
    """What is allowed or not, of the record or of the rows of a table."""
    verb, _dot, table = answered.partition(" ")
    if not table:
        return _(VERBS[verb])
    return f"{visit().words(entity.fields[table].label)}: {_(ROW_VERBS[verb])}"


def _reasons(view: View, found: Iterable[Because]) -> tuple[Reason, ...]:
    return tuple(Reason(visit().words(one.words), _parts(view, one)) for one in found)


def _parts(view: View, one: Because) -> tuple[WhyStep, ...]:
    return tuple(Teller(view, one.eyes).whole(one.step)) if one.step is not None and one.eyes is not None else ()


def _closed(entity: Entity, closed: Closed) -> ClosedField:
    here = visit()
    return ClosedField(_label(entity, closed.field), closed.field, closed.masked, tuple(here.words(one.words) for one in closed.because))


def _label(entity: Entity, path: str) -> str:
    """The words of a field or of a cell and its table; none for a column that every record has."""
    name, _dot, cell = path.partition(".")
    field = entity.fields.get(name)
    inner = field.table.fields.get(cell) if field is not None and field.table is not None else None
    return " · ".join(visit().words(each.label) for each in (field, inner) if each is not None)
