"""Dashboards: their tiles, each a report of its own, a list, or words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.errors import Sentence
from engine.formula import Context, Formula, Kind, Names
from engine.frozen import frozen
from engine.loading.findings import Place
from engine.loading.sourced import Sourced
from engine.metadata import Dashboard, Dimension, Entity, Field, ListView, Report, ReportSource, Tile
from engine.metadata import declared as d

from .bench import Bench
from .lists import DATES
from .parameters import parameters, types_of
from .paths import end_of_path
from .report_measures import COUNT, Asked, measure
from .report_tiles import WIDE, report_tile
from .reports import roles_named

CREATED = "created_at"
KINDS = ("number", "report", "list", "text")
NARROW = 3
_BEGINS = {
    "day": "today()",
    "week": 'DATEADD(today(), 1 - WEEKDAY(today(), 2), "days")',
    "month": "DATE(YEAR(today()), MONTH(today()), 1)",
    "quarter": "DATE(YEAR(today()), 3 * QUARTER(today()) - 2, 1)",
    "year": "DATE(YEAR(today()), 1, 1)",
}
_BEFORE = {"day": '-1, "days"', "week": '-7, "days"', "month": '-1, "months"', "quarter": '-3, "months"', "year": '-1, "years"'}


@frozen(slots=False)
class Known:
    """What tiles may show."""

    entities: Mapping[str, Entity]
    lists: Mapping[str, ListView]
    reports: Mapping[str, Report]


def dashboards(bench: Bench, known: Known) -> dict[str, Dashboard]:
    """All dashboards by name."""
    return {name: _dashboard(bench, known, source) for name, source in bench.declarations.dashboards.items()}


def _dashboard(bench: Bench, known: Known, source: Sourced[d.Dashboard]) -> Dashboard:
    declared, place = source.declared, source.place
    given = parameters(bench, declared.dashboard, declared.parameters, place.at("parameters"))
    tiles = (_tile(bench, known, (tile, given), place.at("tiles", index)) for index, tile in enumerate(declared.tiles))
    return Dashboard(
        declared.dashboard,
        bench.label(declared.label, place.at("label"), declared.dashboard),
        bench.words(declared.help, place.at("help")),
        roles_named(bench, declared.access, place.at("access")),
        given,
        tuple(tile for tile in tiles if tile is not None),
        declared.live,
    )


def _tile(bench: Bench, known: Known, written: tuple[d.Tile, Mapping[str, Field]], place: Place) -> Tile | None:
    tile, given = written
    kinds = [kind for kind in KINDS if getattr(tile, kind) is not None]
    if len(kinds) != 1:
        bench.findings.add("S207", "A tile is one of number, report, list and text.", place, hint="number: ENTITY, or report: NAME")
        return None
    if tile.text is not None:
        label = bench.words(tile.label, place.at("label"))
        return Tile(label, tile.width or WIDE, "text", text=bench.label(tile.text, place.at("text"), ""))
    if tile.number is not None:
        return _number(bench, known, (tile, given), place)
    return _of_report(bench, known, (tile, given), place) if tile.report is not None else _of_list(bench, known, (tile, given), place)


def _number(bench: Bench, known: Known, written: tuple[d.Tile, Mapping[str, Field]], place: Place) -> Tile | None:
    tile, given = written
    entity = _entity(bench, known, str(tile.number), place.at("number"))
    if entity is None:
        return None
    asked = Asked(bench, entity, types_of(given))
    where = bench.condition(tile.where, place.at("where"), asked.row, Context.WHERE)
    found = measure(asked, ("number", COUNT if tile.formula is None else tile.formula), place.at("formula"), frozenset())
    if found is None:
        return None
    label = bench.words(tile.label, place.at("label")) or entity.plural
    period, rows, since = _compared(asked, tile, place)
    conditions = tuple(each for each in (where, since) if each is not None)
    shown = (replace(found, label=label),)
    report = Report("", label, {}, frozenset(), (ReportSource("", entity.name, conditions, rows, shown),), given, rows, (), shown)
    return Tile(label, tile.width or NARROW, "number", report, period=period)


def _compared(asked: Asked, tile: d.Tile, place: Place) -> tuple[str, tuple[Dimension, ...], Formula | None]:
    """The period of a comparison, the date by which records fall into it, and the condition that leaves out what came before."""
    if tile.compare is None:
        return "", (), None
    bench, path, period = asked.bench, tile.on or CREATED, tile.compare.removeprefix("previous ")
    here = place.at("on") if tile.on else place.at("compare")
    type_ = end_of_path(bench, asked.entity.name, path, here)
    if type_ is None or type_.kind not in DATES:
        if type_ is not None:
            bench.findings.add("N307", Sentence("{path} is {type}, and periods are of dates.", path=path, type=type_.word), here)
        return "", (), None
    day = f"DATEVALUE({path})" if type_.kind is Kind.DATETIME else path
    names = Names(this=asked.entity.name)
    formula = bench.formula(day, here, names, (Context.MEASURE, None))
    since = bench.condition(f"{day} >= DATEADD({_BEGINS[period]}, {_BEFORE[period]})", here, names, Context.WHERE)
    return period, (Dimension(path, path, formula, period, {}),) if formula else (), since


def _entity(bench: Bench, known: Known, name: str, place: Place) -> Entity | None:
    if name not in known.entities:
        bench.findings.unknown("entity", name, known.entities, place)
    return known.entities.get(name)


def _of_report(bench: Bench, known: Known, written: tuple[d.Tile, Mapping[str, Field]], place: Place) -> Tile | None:
    tile, given = written
    found = report_tile(bench, known.reports, tile, Names(parameters=types_of(given)), place)
    return found and replace(found, width=tile.width or WIDE)


def _of_list(bench: Bench, known: Known, written: tuple[d.Tile, Mapping[str, Field]], place: Place) -> Tile | None:
    tile, given = written
    shown = known.lists.get(str(tile.list))
    if shown is None:
        bench.findings.unknown("list", str(tile.list), known.lists, place.at("list"))
        return None
    for index, path in enumerate(tile.columns):
        end_of_path(bench, shown.entity, path, place.at("columns", index), links=True)
    where = bench.condition(tile.where, place.at("where"), Names(this=shown.entity, parameters=types_of(given)), Context.WHERE)
    label = bench.words(tile.label, place.at("label")) or shown.label
    return Tile(
        label, tile.width or WIDE, "list", entity=shown.entity, list=shown.name, where=where, columns=tile.columns, limit=tile.limit
    )
