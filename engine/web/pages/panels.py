"""The reports in the panels of a record's page, each loaded by itself, and the records behind their numbers."""

from __future__ import annotations

from flask import abort, render_template, request

from engine.metadata import Tile
from engine.records import fetch, own_title
from engine.unit_of_work import View
from engine.web.frame import shell
from engine.web.record_view import Wanted, report_panel
from engine.web.reporting import behind_page, given_to, tile_content
from engine.web.views import Crumb
from engine.web.visit import visit

from .blueprint import Answer, entity_of, pages


@pages.get("/records/<name>/<int:number>/panels/<int:tab>/<int:at>")
def show_panel(name: str, number: int, tab: int, at: int) -> Answer:
    """The report of a panel: a part of the page, or a page of its own where nothing loads parts."""
    with visit().look() as view:
        tile, crumbs = _panel(view, name, number, (tab, at))
        content = tile_content(view, tile, {}, (request.path, f"panel{at}"))
        if "HX-Request" in request.headers:
            return render_template("parts/tile.html", tile=content)
        return render_template("tile.html", tile=content, label=crumbs[-1].label, shell=shell(view, *crumbs))


@pages.get("/records/<name>/<int:number>/panels/<int:tab>/<int:at>/records")
def records_behind_panel(name: str, number: int, tab: int, at: int) -> Answer:
    """The records behind a number of it."""
    with visit().look() as view:
        tile, crumbs = _panel(view, name, number, (tab, at))
        assert tile.report is not None
        page = behind_page(view, tile.report, given_to(view, tile.report, tile, {}), (request.path, crumbs[1].href))
        return render_template("behind.html", page=page, shell=shell(view, *crumbs))


def _panel(view: View, name: str, number: int, where: tuple[int, int]) -> tuple[Tile, tuple[Crumb, ...]]:
    """The report, and the way to it; answers 404 where there is none for this reader. Raises Invisible."""
    entity, row = entity_of(view, name), fetch(view, name, number)
    tile = report_panel(view, entity, row, Wanted(request.args.get("page", ""), where[0]), where[1])
    if tile is None:
        abort(404)
    here, address = visit(), f"/records/{name}/{number}"
    title = str(row.get("number") or own_title(view, entity, row))
    crumbs = (
        Crumb(here.words(entity.plural), f"/records/{name}"),
        Crumb(title, f"{address}?tab={where[0]}"),
        Crumb(here.words(tile.label)),
    )
    return tile, crumbs
