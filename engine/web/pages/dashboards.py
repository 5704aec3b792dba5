"""Dashboards: the page with the places of its tiles, and each tile by itself."""

from __future__ import annotations

from flask import abort, render_template, request

from engine.errors import Forbidden
from engine.metadata import Dashboard, Tile
from engine.reports import may_open_dashboard
from engine.unit_of_work import View
from engine.web.frame import shell
from engine.web.reporting import behind_page, given_in_address, given_to, inputs_of, may_see, tile_content, tile_views
from engine.web.views import Crumb, DashboardPage
from engine.web.visit import visit

from .blueprint import Answer, pages


@pages.get("/dashboards/<name>")
def show_dashboard(name: str) -> Answer:
    """The dashboard; its tiles are loaded one by one."""
    with visit().look() as view:
        dashboard, address = _dashboard(view, name), f"/dashboards/{name}"
        given, problems = given_in_address(view, dashboard.parameters)
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        here = visit()
        page = DashboardPage(
            here.words(dashboard.label),
            here.words(dashboard.help),
            address,
            inputs_of(view, dashboard.parameters, given, problems),
            () if problems else tile_views(view, dashboard, address, query),
        )
        return render_template("dashboard.html", page=page, shell=shell(view, Crumb(page.label)))


@pages.get("/dashboards/<name>/tiles/<int:at>")
def show_tile(name: str, at: int) -> Answer:
    """One tile: a part of the page, or a page of its own where nothing loads parts."""
    with visit().look() as view:
        dashboard, tile = _tile(view, name, at)
        given, problems = given_in_address(view, dashboard.parameters)
        content = tile_content(view, tile, {} if problems else given, (f"/dashboards/{name}/tiles/{at}", f"tile{at}"))
        if "HX-Request" in request.headers:
            return render_template("parts/tile.html", tile=content)
        label = visit().words(tile.label)
        crumbs = (Crumb(visit().words(dashboard.label), f"/dashboards/{name}"), Crumb(label))
        return render_template("tile.html", tile=content, label=label, shell=shell(view, *crumbs))


@pages.get("/dashboards/<name>/tiles/<int:at>/records")
def records_behind_tile(name: str, at: int) -> Answer:
    """The records behind a number of a tile."""
    with visit().look() as view:
        dashboard, tile = _tile(view, name, at)
        if tile.report is None:
            abort(404)
        given, _problems = given_in_address(view, dashboard.parameters)
        address = f"/dashboards/{name}"
        page = behind_page(view, tile.report, given_to(view, tile.report, tile, given), (f"{address}/tiles/{at}/records", address))
        crumbs = (Crumb(visit().words(dashboard.label), address), Crumb(visit().words(tile.label)))
        return render_template("behind.html", page=page, shell=shell(view, *crumbs))


def _dashboard(view: View, name: str) -> Dashboard:
    dashboard = view.metadata.dashboards.get(name)
    if dashboard is None:
        abort(404)
    if not may_open_dashboard(view, dashboard):
        raise Forbidden
    return dashboard


def _tile(view: View, name: str, at: int) -> tuple[Dashboard, Tile]:
    dashboard = _dashboard(view, name)
    if at >= len(dashboard.tiles) or not may_see(view, dashboard.tiles[at]):
        abort(404)
    return dashboard, dashboard.tiles[at]
