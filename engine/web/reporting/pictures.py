"""From what a report came to, to its chart."""

from __future__ import annotations

from collections.abc import Sequence

from engine.frozen import frozen
from engine.metadata import Chart, Measure, Value
from engine.reports import BLANK, Figure, Line, is_share
from engine.web.charts import MOST_LABELS, MOST_SERIES, Picture, Series, draw
from engine.web.views import ChartView
from engine.web.visit import visit
from engine.web.words import _

from .figures import as_number, figure_words
from .tables import Naming

NARROW = 360


@frozen
class Strand:
    """A series before it is named: its label, its measure, and its figures by label."""

    label: str
    measure: Measure
    figures: tuple[Figure, ...]


def chart_of(naming: Naming, name: str, width: int) -> ChartView | None:
    """The chart of a report, `width` wide where there is room; None where it has none, or nothing to draw."""
    outcome, chart = naming.outcome, naming.outcome.report.chart
    lines = [line for line in outcome.lines if line.kind == "line"][:MOST_LABELS]
    if chart is None or not lines:
        return None
    labels, strands = _strands(naming, chart, lines)
    series = tuple(_series(strand, naming) for strand in strands[:MOST_SERIES])
    if not labels or not any(value is not None for each in series for value in each.values):
        return None
    about = _(
        "%(what)s by %(along)s; the figures stand in the table.", what=", ".join(each.label for each in series), along=_along(naming, chart)
    )
    picture = Picture(
        name,
        chart.kind,
        visit().words(outcome.report.label),
        about,
        labels,
        series,
        chart.stacked,
        all(is_share(s.measure) for s in strands),
    )
    return ChartView(draw(picture, width), draw(picture, NARROW, 240))


def _along(naming: Naming, chart: Chart) -> str:
    names = [each.name for each in naming.outcome.report.dimensions]
    return naming.heading(names.index(chart.x)) if chart.x in names else ""


def _strands(naming: Naming, chart: Chart, lines: Sequence[Line]) -> tuple[tuple[str, ...], list[Strand]]:
    """The labels along a chart, and its series: a dimension of the columns, one of the rows, or the values themselves."""
    report = naming.outcome.report
    rows, columns = [each.name for each in report.rows], [each.name for each in report.columns]
    measures = [(at, measure) for at, measure in enumerate(report.measures) if measure.name in chart.y]
    if not rows:
        return _from_columns(naming, lines[0], measures)
    if chart.series in rows and len(rows) > 1:
        return _from_rows(naming, (chart.x, chart.series), lines, measures[0])
    if chart.series in columns and len(columns) == 1:
        at, measure = measures[0]
        strands = [
            Strand(naming.short(len(rows), keys[0]), measure, tuple(line.cells[column][at] for line in lines))
            for column, keys in enumerate(naming.outcome.columns)
        ]
        return _labels(naming, chart, lines), strands
    return _labels(naming, chart, lines), [
        Strand(visit().words(measure.label), measure, tuple(line.total[at] for line in lines)) for at, measure in measures
    ]


def _labels(naming: Naming, chart: Chart, lines: Sequence[Line]) -> tuple[str, ...]:
    rows = [each.name for each in naming.outcome.report.rows]
    if chart.x in rows and len(rows) == 1:
        return tuple(naming.short(0, line.keys[0]) for line in lines)
    return tuple(" · ".join(naming.short(at, key) for at, key in enumerate(line.keys)) for line in lines)


def _from_columns(naming: Naming, line: Line, measures: Sequence[tuple[int, Measure]]) -> tuple[tuple[str, ...], list[Strand]]:
    outcome = naming.outcome
    if not outcome.report.columns:
        at, measure = measures[0]
        label = visit().words(measure.label)
        return (label,), [Strand(label, measure, (line.total[at],))]
    labels = tuple(" · ".join(naming.short(at, key) for at, key in enumerate(keys)) for keys in outcome.columns)
    return labels, [Strand(visit().words(m.label), m, tuple(cell[at] for cell in line.cells)) for at, m in measures]


def _from_rows(
    naming: Naming, paths: tuple[str, str], lines: Sequence[Line], measured: tuple[int, Measure]
) -> tuple[tuple[str, ...], list[Strand]]:
    """One row dimension along the chart, another as its series."""
    rows = [each.name for each in naming.outcome.report.rows]
    x, series = rows.index(paths[0]), rows.index(paths[1])
    at, measure = measured
    along = list(dict.fromkeys(line.keys[x] for line in lines))
    found: dict[Value, dict[Value, Figure]] = {}
    for line in lines:
        found.setdefault(line.keys[series], {})[line.keys[x]] = line.total[at]
    strands = [Strand(naming.short(series, key), measure, tuple(of.get(each, BLANK) for each in along)) for key, of in found.items()]
    return tuple(naming.short(x, each) for each in along), strands


def _series(strand: Strand, naming: Naming) -> Series:
    values = tuple(as_number(strand.measure, figure.value) for figure in strand.figures)
    return Series(strand.label, values, tuple(figure_words(strand.measure, figure, naming.display) for figure in strand.figures))
