"""A report as a part of a dashboard or of the page of a record."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Sentence
from engine.formula import Context, Names
from engine.loading.findings import Place
from engine.metadata import Given, Report, Tile
from engine.metadata import declared as d

from .bench import Bench

WIDE = 6
"""How many of the twelve columns it takes where nothing is said."""


def report_tile(bench: Bench, reports: Mapping[str, Report], written: d.Tile | d.Panel, names: Names, place: Place) -> Tile | None:
    """The tile; what it gives the report sees `names`. N301 for a report or parameter that is not there, N307 for a missing chart."""
    report = reports.get(str(written.report))
    if report is None:
        if written.report not in bench.declarations.reports:
            bench.findings.unknown("report", str(written.report), bench.declarations.reports, place.at("report"))
        return None
    if written.as_ == "chart" and report.chart is None:
        bench.findings.add(
            "N307", Sentence("{name} has no chart.", name=report.name), place.at("as"), hint="chart: {kind: bar} in the report"
        )
    shown = written.as_ or ("chart" if report.chart else "table")
    label = bench.words(written.label, place.at("label")) or report.label
    return Tile(label, WIDE, "report", report, shown, _given(bench, report, written, (names, place)))


def _given(bench: Bench, report: Report, written: d.Tile | d.Panel, around: tuple[Names, Place]) -> dict[str, Given]:
    (names, place), found = around, {}
    for name, value in written.with_.items():
        if name not in report.parameters:
            bench.findings.unknown(
                Sentence("parameter of {name}", name=report.name), name, report.parameters, place.at("with", name), key=True
            )
        elif made := bench.given(value, place.at("with", name), names, (Context.VALUE, report.parameters[name].type)):
            found[name] = made
    return found
