"""The list of an entity; the whole view stands in its address, so that it can be shared."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request

from engine.metadata import Entity, ListView
from engine.records import Query, SavedView, saved_views
from engine.unit_of_work import View
from engine.web.frame import called, shell
from engine.web.lists import Asked, Condition, ask, asked_in, asked_in_saved, described_of, formula_of, list_page, query_of, read_conditions
from engine.web.views import Crumb
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages


@pages.get("/records/<name>")
def list_records(name: str) -> Answer:
    """A list, or the way to it where a filter was just made by clicking."""
    with visit().look() as view:
        entity = entity_of(view, name)
        asked = asked_in(entity, request.args)
        if "field" in request.args:
            return _with_condition(entity, asked)
        views = saved_views(view, entity.name)
        asked = _arranged(entity, asked, views)
        described = described_of(view, entity, asked)
        asked, result = ask(view, entity, described, asked)
        page = list_page(view, entity, described, asked, replace(result, views=views))
        page = replace(page, label=called(view, entity.name) or page.label)
        return render_template("list.html", page=page, shell=shell(view, Crumb(page.label)))


def question_in_address(view: View, entity: Entity) -> tuple[Asked, ListView, Query]:
    """What the address asks for, the list that it means, and its question: for whoever shows the same records in another way."""
    asked = _arranged(entity, asked_in(entity, request.args), saved_views(view, entity.name) if "view" in request.args else [])
    described = described_of(view, entity, asked)
    return asked, described, query_of(view.metadata, entity, described, asked)


def _arranged(entity: Entity, asked: Asked, views: list[SavedView]) -> Asked:
    """What a saved view says, where the address says nothing but its name; a bare address is the view that opens first."""
    bare = not replace(asked, view="", open=None, at="").parts()
    wanted = next((each for each in views if str(each.id) == asked.view or (not asked.view and each.first)), None)
    if wanted is None or not bare:
        return asked
    return replace(asked_in_saved(entity, wanted.id, wanted.address), open=asked.open, after=asked.after, at=asked.at)


def _with_condition(entity: Entity, asked: Asked) -> Answer:
    made = Condition(request.args["field"], request.args.get("operator", "is"), request.args.get("value", ""))
    condition = next(read_conditions(entity, [made.address()]), None)
    if condition is None or formula_of(entity.fields.get(condition.field), condition) is None:
        flash(_("This field cannot be compared in this way."), "warn")
        return redirect(asked.link(), 303)
    return redirect(asked.turned(conditions=(*asked.conditions, condition)).link(), 303)
