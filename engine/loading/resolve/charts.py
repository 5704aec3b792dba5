"""The chart of a report: what stands along it, and which of its values are drawn."""

from __future__ import annotations

from engine.frozen import frozen
from engine.loading.findings import Place
from engine.metadata import Chart, Dimension, Measure
from engine.metadata import declared as d

from .bench import Bench, listed


@frozen(slots=False)
class Drawable:
    """What a chart may draw: the rows and columns of its report and its values, as they are written and those that are right."""

    heads: tuple[str, ...]
    rows: tuple[Dimension, ...]
    columns: tuple[Dimension, ...]
    values: tuple[str, ...]
    measures: tuple[Measure, ...]


def chart(bench: Bench, written: d.Chart | None, place: Place, there: Drawable) -> Chart | None:
    """The chart; by default the first row along it, the first column as its series, the first value drawn."""
    if written is None:
        return None
    drawn = listed(written.y)
    for index, name in enumerate(drawn):
        if name not in there.values:
            bench.findings.unknown("value of this report", name, there.values, place.item("y", index))
    for key in ("x", "series"):
        head = getattr(written, key)
        if head is not None and head not in there.heads:
            bench.findings.unknown("row or column of this report", head, there.heads, place.at(key))
    held, sound = [each.name for each in (*there.rows, *there.columns)], [each.name for each in there.measures]
    x = written.x or next((name for name in held if name != written.series), "")
    second = next((each.name for each in there.columns if each.name != x), "") if len(drawn) < 2 else ""
    known = tuple(name for name in drawn if name in sound) or tuple(sound[:1])
    return Chart(written.kind, x, known, written.series or second, written.stacked)
