"""Why a computed value is what it is: a page, and the same as a box over the record."""

from __future__ import annotations

from flask import render_template, request

from engine.records import explain
from engine.web.frame import shell
from engine.web.views import Crumb
from engine.web.visit import visit
from engine.web.why import why_page
from engine.web.words import _

from .blueprint import Answer, entity_of, pages


@pages.get("/records/<name>/<int:number>/why/<path>")
def why(name: str, number: int, path: str) -> Answer:
    """How `total`, or `lines.2.amount`, came about."""
    here = visit()
    with here.look() as view:
        entity = entity_of(view, name)
        page = why_page(view, explain(view, entity, number, path))
        if "HX-Request" in request.headers:
            return render_template("why_box.html", page=page)
        crumbs = (Crumb(here.words(entity.plural), f"/records/{name}"), Crumb(page.record, page.back), Crumb(_("Why?")))
        return render_template("why.html", page=page, shell=shell(view, *crumbs))
