"""The chain of documents around a record: a part of its page that is loaded when somebody opens it, or a page of its own."""

from __future__ import annotations

from flask import abort, render_template, request

from engine.records import Linked, chain, fetch, present, readable, stands_in_chain
from engine.unit_of_work import View
from engine.web.frame import shell
from engine.web.record_view import badge
from engine.web.views import ChainLine, ChainPage, Crumb
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages


@pages.get("/records/<name>/<int:number>/chain")
def show_chain(name: str, number: int) -> Answer:
    """What the record came from and what came of it. 404 for records that stand in no chain."""
    with visit().look() as view:
        page = _page(view, name, number)
        if "HX-Request" in request.headers:
            return render_template("parts/chain.html", page=page)
        crumbs = (Crumb(visit().words(view.metadata.entities[name].plural), f"/records/{name}"), Crumb(page.title, page.back))
        return render_template("chain.html", page=page, shell=shell(view, *crumbs, Crumb(_("Chain of documents"))))


def _page(view: View, name: str, number: int) -> ChainPage:
    entity, row = entity_of(view, name), fetch(view, name, number)
    if not stands_in_chain(view.metadata, entity):
        abort(404)
    record = present(view, entity, [row], [readable(view, entity, row)])[0]
    found = chain(view, record)
    return ChainPage(
        record.title or _("(untitled)"),
        f"/records/{name}/{number}",
        tuple(_line(view, each) for each in reversed(found.before)),
        tuple(_line(view, each) for each in found.after),
    )


def _line(view: View, linked: Linked) -> ChainLine:
    record = linked.record
    entity = view.metadata.entities[record.entity]
    title = record.title or f"#{record.id}"
    href = f"/records/{record.entity}/{record.id}"
    return ChainLine(visit().words(entity.label), title, href, badge(entity, str(record.values.get("state"))), linked.far)
