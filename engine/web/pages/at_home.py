"""What a person keeps on the first page: saved lists and reports, each a tile that is loaded by itself."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request

from engine.access import row_rule
from engine.errors import Forbidden, Invalid, Refusal
from engine.metadata import Report, Tile
from engine.records import REPORT, Arrangement, SavedView, keep_report, leave_home, views_at_home
from engine.reports import may_open
from engine.unit_of_work import View
from engine.web.addresses import safe_next
from engine.web.frame import shell
from engine.web.lists import LONGEST
from engine.web.reporting import SHORT, given_in_address, list_tile, refused_tile, tile_content
from engine.web.views import Crumb, KeptTile, TileContent, TileView
from engine.web.visit import visit
from engine.web.words import _

from .blueprint import Answer, entity_of, pages
from .lists import question_in_address
from .reports import report_named

MOST = 12
"""How many tiles the first page has."""
LINES = 5
WIDE = 6


def kept_tiles(view: View) -> tuple[KeptTile, ...]:
    """The places of what the actor keeps; nothing of what the actor may not open any more."""
    return tuple(KeptTile(each.id, tile) for each in views_at_home(view)[:MOST] if (tile := _place(view, each)) is not None)


def _place(view: View, kept: SavedView) -> TileView | None:
    if kept.entity.startswith(REPORT):
        report = view.metadata.reports.get(kept.entity.removeprefix(REPORT))
        if report is None or not may_open(view, report):
            return None
        return TileView(kept.name, WIDE, f"/reports/{report.name}/tile?{kept.address}", "report")
    entity = view.metadata.entities.get(kept.entity)
    if entity is None or row_rule(entity, "read", view.actor).nothing:
        return None
    return TileView(kept.name, WIDE, f"/records/{entity.name}/tile?view={kept.id}", "list")


@pages.get("/records/<name>/tile")
def show_list_tile(name: str) -> Answer:
    """The first records of a list as its address arranges it."""
    with visit().look() as view:
        entity = entity_of(view, name)
        try:
            asked, described, query = question_in_address(view, entity)
            content = list_tile(view, replace(query, limit=LINES), described.columns[:SHORT], asked.link())
        except (Invalid, Refusal, Forbidden) as wrong:
            content = refused_tile(wrong)
        return _shown(view, content, visit().words(entity.plural))


@pages.get("/reports/<name>/tile")
def show_report_tile(name: str) -> Answer:
    """A report as its address sets it: its chart, or its table where it has none."""
    with visit().look() as view:
        report = report_named(view, name)
        given, problems = given_in_address(view, report.parameters)
        content = tile_content(view, _tile(report), {} if problems else given, (f"/reports/{name}", f"report-{name}"))
        return _shown(view, content, visit().words(report.label))


def _tile(report: Report) -> Tile:
    return Tile(report.label, WIDE, "report", report, "chart" if report.chart else "table")


def _shown(view: View, content: TileContent, label: str) -> Answer:
    """A part of the page, or a page of its own where nothing loads parts."""
    if "HX-Request" in request.headers:
        return render_template("parts/tile.html", tile=content)
    return render_template("tile.html", tile=content, label=label, shell=shell(view, Crumb(label)))


@pages.post("/reports/<name>/views")
def keep_at_home(name: str) -> Answer:
    """Keep a report with these parameters on the first page."""
    here, form = visit(), request.form
    with here.look() as view:
        report_named(view, name)
    wish = Arrangement(form.get("name", ""), form.get("saved", "")[:LONGEST])
    try:
        here.run(lambda uow: keep_report(uow, name, wish))
        flash(_("It stands on your home page now."), "good")
    except Invalid as invalid:
        flash(" ".join(here.words(problem.message) for problem in invalid.problems), "bad")
    return redirect(f"/reports/{name}?{wish.address}", 303)


@pages.post("/home/<int:number>/leave")
def take_from_home(number: int) -> Answer:
    """Take something from the first page."""
    visit().run(lambda uow: leave_home(uow, number))
    return redirect(safe_next(request.form.get("next", "/")), 303)
