"""The front of a portal: its address, its first page, its menu, and its looks."""

from __future__ import annotations

import hashlib
from datetime import datetime

from flask import abort, redirect
from werkzeug.wrappers import Response

from engine.access import row_rule
from engine.metadata import Entity, Portal, PortalEntry, SortKey
from engine.records import Query, Record, find
from engine.unit_of_work import View
from engine.web.display import Display
from engine.web.look import stylesheet
from engine.web.portals import front_of, portal_here
from engine.web.sending import SANDBOX
from engine.web.views import Choice, HomeList, HomeTask
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages
from .plain import overview

SHOWN, LISTED = 4, 6
"""How many records of how many kinds the overview shows."""
NEWEST = (SortKey("id", descending=True),)


@pages.get("/portal/<name>")
def front(name: str) -> Answer:
    """The first page of a portal for its people; everybody else is led to their own pages."""
    portal = visit().app.metadata.portals.get(name)
    if portal is None:
        abort(404)
    if portal is not portal_here():
        return redirect("/", 303)
    return redirect(f"/portal/{portal.name}/{portal.home}", 303) if portal.home else overview(_newest)


def _newest(view: View) -> tuple[HomeList, ...]:
    """The newest records of each line of the menu; nothing of what there is none of."""
    portal = portal_here()
    found = (_list(view, portal, entry) for entry in portal.menu[:LISTED]) if portal is not None else ()
    return tuple(each for each in found if each.lines)


def _list(view: View, portal: Portal, entry: PortalEntry) -> HomeList:
    here, entity = visit(), view.metadata.entities[entry.item]
    may_read = not row_rule(entity, "read", view.actor).nothing
    records = find(view, Query(entity.name, sort=NEWEST, limit=SHOWN)).records if may_read else []
    display = here.display(view, {})
    lines = (_line(entity, record, display) for record in records)
    return HomeList(here.words(entry.label), f"{front_of(portal)}/{entity.name}", tuple(lines))


def _line(entity: Entity, record: Record, display: Display) -> HomeTask:
    state = entity.lifecycle.states.get(str(record.values.get("state"))) if entity.lifecycle else None
    badge = Choice(visit().words(state.label), state.color) if state is not None else None
    at = record.values.get("updated_at")
    href = f"/records/{entity.name}/{record.id}"
    return HomeTask(href, record.title or _("(untitled)"), "", display.ago(at) if isinstance(at, datetime) else "", badge)


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
    found = find(view, Query(name, limit=2, titles=False, archived=None)).records
    return found[0].id if len(found) == 1 else None


@pages.get("/portal/<name>/look.css")
def look(name: str) -> Response:
    """The colors of a portal; everybody may see them, since its door has them too."""
    portal = visit().app.metadata.portals.get(name)
    return _for_everybody(stylesheet(portal.color) if portal is not None and portal.color else "", "text/css")


@pages.get("/portal/<name>/logo.svg")
def logo(name: str) -> Response:
    """Its picture, as everybody may see it too; whoever opens it alone finds it in a sandbox, where no script runs."""
    portal = visit().app.metadata.portals.get(name)
    answer = _for_everybody(portal.logo if portal is not None else "", "image/svg+xml")
    answer.headers["Content-Security-Policy"] = f"{SANDBOX}; style-src 'unsafe-inline'"
    return answer


def _for_everybody(words: str, kind: str) -> Response:
    """What any browser may keep for a while; 404 where there is nothing."""
    if not words:
        abort(404)
    answer = Response(words, mimetype=kind, headers={"Cache-Control": "public, max-age=3600"})
    answer.set_etag(hashlib.sha256(answer.data).hexdigest()[:16])
    return answer
