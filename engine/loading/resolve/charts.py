"""The chart of a report: what stands along it, and which of its values are drawn."""

from __future__ import annotations

from collections.abc import Iterable

from engine.loading.findings import Place
from engine.metadata import Chart, Dimension, Measure
from engine.metadata import declared as d

from .bench import Bench, listed

Parts = tuple[tuple[Dimension, ...], tuple[Dimension, ...], tuple[Measure, ...]]


def chart(bench: Bench, declared: d.Report, place: Place, parts: Parts) -> Chart | None:
    """The chart; by default the first row along it, the first column as its series, the first value drawn."""
    written, here = declared.chart, place.at("chart")
    if written is None:
        return None
    rows, columns, measures = parts
    paths, names = written_paths((*declared.rows, *declared.columns)), [*(declared.values or ["count"])]
    drawn = listed(written.y)
    for index, name in enumerate(drawn):
        if name not in names:
            bench.findings.unknown("value of this report", name, names, here.item("y", index))
    for key in ("x", "series"):
        path = getattr(written, key)
        if path is not None and path not in paths:
            bench.findings.unknown("row or column of this report", path, paths, here.at(key))
    held, sound = [each.path for each in (*rows, *columns)], [each.name for each in measures]
    x = written.x or next((path for path in held if path != written.series), "")
    second = next((each.path for each in columns if each.path != x), "") if len(drawn) < 2 else ""
    known = tuple(name for name in drawn if name in sound) or tuple(sound[:1])
    return Chart(written.kind, x, known, written.series or second, written.stacked)


def written_paths(items: Iterable[str | d.Dimension]) -> list[str]:
    """The fields and paths of rows or columns as they are written."""
    return [item if isinstance(item, str) else item.field for item in items]
