"""The front of a portal: its address, its first page, its menu, and its color."""

from __future__ import annotations

import hashlib

from flask import abort, redirect, request
from werkzeug.wrappers import Response

from engine.access import row_rule
from engine.records import Query, find
from engine.unit_of_work import View
from engine.web.look import stylesheet
from engine.web.portals import portal_at, portal_here
from engine.web.visit import visit

from .blueprint import Answer, entity_of, pages
from .plain import overview


@pages.get("/portal/<name>", defaults={"more": ""})
@pages.get("/<name>", defaults={"more": ""})
@pages.get("/<name>/<more>")
def front(name: str, more: str) -> Answer:
    """The first page of a portal for its people; everybody else is led to their own pages."""
    portal = portal_at(request.path)
    if portal is None or portal.address != request.path:
        abort(404)
    if portal is not portal_here():
        return redirect("/", 303)
    return redirect(f"/portal/{portal.name}/{portal.home}", 303) if portal.home else overview()


@pages.get("/portal/<name>/<entity>")
def entry(name: str, entity: str) -> Answer:
    """A line of the menu: the list of its records, or the record where there is one only and nobody adds another."""
    portal = visit().app.metadata.portals.get(name)
    if portal is None or portal is not portal_here():
        abort(404)
    with visit().look() as view:
        only = _only(view, entity_of(view, entity).name)
    return redirect(f"/records/{entity}/{only}" if only is not None else f"/records/{entity}", 303)


def _only(view: View, name: str) -> int | None:
    if not row_rule(view.metadata.entities[name], "create", view.actor).nothing:
        return None
    found = find(view, Query(name, limit=2, titles=False)).records
    return found[0].id if len(found) == 1 else None


@pages.get("/portal/<name>/look.css")
def look(name: str) -> Response:
    """The colors of a portal; everybody may see them, since its door has them too."""
    portal = visit().app.metadata.portals.get(name)
    if portal is None or not portal.color:
        abort(404)
    answer = Response(stylesheet(portal.color), mimetype="text/css", headers={"Cache-Control": "public, max-age=3600"})
    answer.set_etag(hashlib.sha256(answer.data).hexdigest()[:16])
    return answer
