"""What the tiles of a dashboard show; each is computed by itself, and one that cannot be says why in its own place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from babel.numbers import format_percent
from flask import request

from engine.errors import Forbidden, Invalid, Refusal
from engine.formula import divide
from engine.metadata import Dashboard, Measure, Report, Tile, Value
from engine.records import Query, find, may_count, sealed_among
from engine.reports import BLANK, Figure, Outcome, compute, may_open, value_of
from engine.unit_of_work import View
from engine.web.display import Display
from engine.web.inputs import edit_text
from engine.web.lists import columns_of, list_rows, sealed_words
from engine.web.portals import portal_here
from engine.web.views import Heading, ReportCell, TileContent, TileView
from engine.web.visit import visit
from engine.web.words import _

from .figures import as_number, figure_words
from .page import why_not
from .pictures import chart_of
from .tables import Naming, linker, lock_of, naming_of, sealed_note, table_of

Given = Mapping[str, Value]
NOTHING = Figure(Decimal())
COLUMN = 92
"""How wide one of the twelve columns is, in the units of a chart."""
SHORT = 4
"""How many columns of a list a tile shows where it does not name them."""


def may_see(view: View, tile: Tile) -> bool:
    """Whether a tile has anything for this reader."""
    if tile.report is not None:
        return may_open(view, tile.report)
    return tile.kind == "text" or may_count(view, view.metadata.entities[tile.entity])


def tile_views(view: View, dashboard: Dashboard, address: str, query: str) -> tuple[TileView, ...]:
    """The places of the tiles that this reader may see."""
    here, found = visit(), []
    for at, tile in enumerate(dashboard.tiles):
        if may_see(view, tile):
            where = "" if tile.kind == "text" else f"{address}/tiles/{at}{query}"
            paragraphs = tuple(part.strip() for part in here.words(tile.text).split("\n\n") if part.strip())
            found.append(TileView(here.words(tile.label), tile.width, where, tile.kind, paragraphs, dashboard.live))
    return tuple(found)


def tile_content(view: View, tile: Tile, given: Given, place: tuple[str, str]) -> TileContent:
    """The content of a tile; `place` is its address and a name for what is drawn in it."""
    try:
        return _content(view, tile, given, place)
    except (Invalid, Refusal, Forbidden) as wrong:
        return refused_tile(wrong)


def refused_tile(wrong: Invalid | Refusal | Forbidden) -> TileContent:
    """A tile that says why it shows nothing."""
    return TileContent(wrong=visit().words(wrong.message) if isinstance(wrong, Forbidden) else why_not(wrong))


def given_to(view: View, report: Report, tile: Tile, given: Given) -> dict[str, Value]:
    """The parameters of a tile's report: what the tile says, else what the dashboard has of that name, else its own default."""
    found: dict[str, Value] = {}
    for name, field in report.parameters.items():
        if name in tile.given:
            found[name] = value_of(view, tile.given[name], given)
        elif name in given:
            found[name] = given[name]
        else:
            found[name] = None if field.default is None else value_of(view, field.default, {})
    return found


def _content(view: View, tile: Tile, given: Given, place: tuple[str, str]) -> TileContent:
    display = visit().display(view, {})
    at, instant = display.hour(view.now), display.instant(view.now)
    if tile.report is None:
        return _listed(view, tile, given)
    given = given_to(view, tile.report, tile, given)
    outcome = compute(view, tile.report, given)
    if tile.kind == "number":
        return _number(tile, outcome, (display, place[0]), (at, instant))
    naming = naming_of(view, outcome)
    chart = chart_of(naming, place[1], tile.width * COLUMN) if tile.shown == "chart" else None
    table = table_of(naming, linker(f"{place[0]}/records", _asked()))
    note = sealed_note(outcome)
    return TileContent(table=table, chart=chart, more=_report_address(naming, given), at=at, instant=instant, sealed=note)


def _asked() -> list[tuple[str, str]]:
    """What the address of the tile says: the records behind its numbers are those of the same parameters."""
    return list(request.args.items(multi=True))


def _report_address(naming: Naming, given: Given) -> str:
    """The page of the report with the same figures; blank in a portal, which has no such pages."""
    if portal_here() is not None:
        return ""
    report = naming.outcome.report
    texts = [(name, edit_text(field, given[name], naming.display)) for name, field in report.parameters.items() if given[name] is not None]
    return linker(f"/reports/{report.name}", texts)([])


def _number(tile: Tile, outcome: Outcome, where: tuple[Display, str], moment: tuple[str, str]) -> TileContent:
    display, address = where
    measure = outcome.report.measures[0]
    if not tile.period:
        figure = outcome.lines[0].total[0] if outcome.lines else BLANK
        hint = _("Several currencies") if figure.mixed else ""
        behind = linker(f"{address}/records", _asked())([])
        cell = ReportCell(figure_words(measure, figure, display), behind, False, hint, *lock_of(figure))
        return TileContent(number=cell, at=moment[0], instant=moment[1])
    now, before = _periods(outcome, tile.period)
    change, rising = _change(measure, (now, before), display)
    words, earlier = (figure_words(measure, figure if figure.value is not None else NOTHING, display) for figure in (now, before))
    behind = linker(f"{address}/records", _asked())([("k0", _begins(outcome, tile.period, 0).isoformat())])
    return TileContent(
        number=ReportCell(words, behind, False, "", *lock_of(now)),
        change=change,
        rising=rising,
        before=_("before: %(number)s", number=earlier),
        at=moment[0],
        instant=moment[1],
    )


def _periods(outcome: Outcome, period: str) -> tuple[Figure, Figure]:
    """The figure of the current period, and of the one before."""
    figures = {line.keys[0]: line.total[0] for line in outcome.lines if line.kind == "line"}
    return figures.get(_begins(outcome, period, 0), BLANK), figures.get(_begins(outcome, period, 1), BLANK)


def _begins(outcome: Outcome, period: str, back: int) -> date:
    """The first day of the current period, or of one before it."""
    today = outcome.at.astimezone(visit().app.metadata.zone).date()
    if period == "day":
        return date.fromordinal(today.toordinal() - back)
    if period == "week":
        return date.fromordinal(today.toordinal() - today.weekday() - 7 * back)
    months = {"month": 1, "quarter": 3, "year": 12}[period]
    count = (today.year * 12 + today.month - 1) // months * months - months * back
    return date(count // 12, count % 12 + 1, 1)


def _change(measure: Measure, figures: tuple[Figure, Figure], display: Display) -> tuple[str, bool]:
    new, old = (as_number(measure, each.value) or Decimal() for each in figures)
    if not old:
        return "", new > 0
    return str(format_percent(divide(new - old, abs(old)) or Decimal(), "+#,##0.#%;-#,##0.#%", locale=display.locale)), new >= old


def _listed(view: View, tile: Tile, given: Given) -> TileContent:
    described, entity = view.metadata.lists[tile.list], view.metadata.entities[tile.entity]
    where = tuple(each for each in (described.where, tile.where) if each is not None)
    query = Query(entity.name, where=where, sort=described.sort, limit=tile.limit, given=given)
    more = f"/records/{entity.name}" + (f"?list={described.name}" if described.name != entity.name else "")
    return list_tile(view, query, tile.columns or described.columns[:SHORT], more)


def list_tile(view: View, query: Query, paths: Sequence[str], more: str) -> TileContent:
    """The first records of a question in these columns; `more` is the page with all of them."""
    entity = view.metadata.entities[query.entity]
    columns = columns_of(view.metadata, entity, paths)
    query = replace(query, fields=frozenset(paths), paths=tuple(column.path for column in columns if column.behind))
    records, sealed = find(view, query).records, sealed_among(view, query)
    rows = list_rows(entity, columns, records, visit().display(view, records[0].titles if records else {}))
    headings = tuple(Heading(column.label, column.numeric, terse=column.terse) for column in columns)
    note, display = sealed_words(sealed) if sealed is not None else "", visit().display(view, {})
    return TileContent(headings=headings, rows=rows, more=more, at=display.hour(view.now), instant=display.instant(view.now), sealed=note)
