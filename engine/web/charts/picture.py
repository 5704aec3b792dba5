"""What a chart shows, before it is drawn: labels along it, and series of values with the words for each."""

from __future__ import annotations

from decimal import Decimal

from engine.frozen import frozen
from engine.metadata import ChartKind

MOST_LABELS = 60
MOST_SERIES = 8


@frozen
class Series:
    """Values in the order of the labels; None is a gap. `words` are the values as they are read."""

    label: str
    values: tuple[Decimal | None, ...]
    words: tuple[str, ...]


@frozen
class Picture:
    """A chart: its kind, what it is called, and what it shows. `id` is unique on the page; `scale` says how ticks are written."""

    id: str
    kind: ChartKind
    title: str
    about: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    stacked: bool = False
    percent: bool = False

    @property
    def values(self) -> tuple[Decimal, ...]:
        """Every value there is."""
        return tuple(value for each in self.series for value in each.values if value is not None)


@frozen
class Size:
    """How large a chart is drawn, in units of its own that are pixels where it is shown as wide as that."""

    width: int
    height: int
