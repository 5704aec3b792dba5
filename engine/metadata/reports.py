"""Reports and dashboards, compiled: what is counted, by what, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from engine.errors import Text
from engine.formula import Aggregate, CollectionPath, Formula
from engine.frozen import frozen

from .fields import Field
from .links import Given
from .people import Who

ChartKind = Literal["bar", "line", "area", "pie", "funnel", "radar", "gauge"]
FileKind = Literal["csv", "xlsx", "pdf"]
TimeUnit = Literal["minutes", "hours", "days"]
MeasureKind = Literal["integer", "decimal", "percent", "money", "duration", "date", ""]


@frozen(eq=False)
class Dimension:
    """What lines or columns stand for: by its `name` in the report, and the `path` there in the entity that is counted.

    `step` takes dates together (blank: by day).
    """

    name: str
    path: str
    formula: Formula
    step: str
    label: Text
    descending: bool = False
    empty: Text = field(default_factory=dict)


@frozen(eq=False)
class Measure:
    """A number of each line, with how it is shown: running total, share, change to the line before, the best one marked.

    A length of time is told in its `unit`.
    """

    name: str
    formula: Formula
    label: Text
    kind: MeasureKind = ""
    scale: int | None = None
    running: bool = False
    share: Literal["row", "column", "total", ""] = ""
    change: bool = False
    best: Literal["min", "max", ""] = ""
    unit: TimeUnit = "hours"


@frozen
class Chart:
    """How the figures are drawn: `x` is a dimension, `y` are measures, `series` a dimension of which each value is a line of its own."""

    kind: ChartKind
    x: str
    y: tuple[str, ...]
    series: str = ""
    stacked: bool = False


@frozen
class ReportOrder:
    """A measure, or a dimension, by which lines are put in order."""

    name: str
    descending: bool = False


@frozen
class ReportFile:
    """The file of a report: the kind that is offered first, how text is written, and its name (blank: that of the report and the day)."""

    kind: FileKind = "xlsx"
    separator: str = ","
    header: bool = True
    encoding: str = "utf-8"
    name: str = ""


@frozen
class Sending:
    """A report sent by mail at the times of `cron`, to each of `to`; `when` is asked of the totals that this reader sees."""

    cron: str
    to: tuple[Who, ...]
    kind: FileKind
    when: Formula | None = None


@frozen(slots=False, eq=False)
class ReportSource:
    """What a report counts: records of `entity` (or the rows of a table, `supplier.certificates`) for which `where` holds.

    `keys` are what puts them together: one for each row and column of the report, in that order. `drill` are the columns of the
    records behind a number.
    """

    name: str
    entity: str
    where: tuple[Formula, ...]
    keys: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    drill: tuple[str, ...] = ()


@frozen(slots=False, eq=False)
class Report:
    """Figures over the records of its sources, side by side on the lines and columns that these have in common.

    `rows` and `columns` are those of the first source, whose fields name them. `measures` are those of all sources, then those that
    are calculated from them. `roles` blank is everybody.
    """

    name: str
    label: Text
    help: Text
    roles: frozenset[str]
    sources: tuple[ReportSource, ...]
    parameters: Mapping[str, Field]
    rows: tuple[Dimension, ...]
    columns: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    totals: frozenset[str] = frozenset({"rows"})
    having: Formula | None = None
    sort: tuple[ReportOrder, ...] = ()
    top: int | None = None
    chart: Chart | None = None
    file: ReportFile = ReportFile()
    send: tuple[Sending, ...] = ()

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Rows, then columns."""
        return (*self.rows, *self.columns)

    @property
    def entity(self) -> str:
        """The entity whose fields name the lines and columns."""
        return self.sources[0].entity


@frozen(slots=False, eq=False)
class Tile:
    """A part of a dashboard: a report (a number is one without lines), a list, or words.

    `given` are values of parameters of the report; a number with a `period` is that of the current one beside the one before.
    """

    label: Text
    width: int
    kind: Literal["number", "report", "list", "text"]
    report: Report | None = None
    shown: Literal["table", "chart"] = "table"
    given: Mapping[str, Given] = field(default_factory=dict)
    period: str = ""
    entity: str = ""
    list: str = ""
    where: Formula | None = None
    columns: tuple[str, ...] = ()
    limit: int = 5
    text: Text = field(default_factory=dict)


@frozen(slots=False, eq=False)
class Dashboard:
    """Tiles beside each other; `live` refreshes them in place."""

    name: str
    label: Text
    help: Text
    roles: frozenset[str]
    parameters: Mapping[str, Field]
    tiles: tuple[Tile, ...]
    live: bool = False


def currency_path(node: Aggregate, entity: str) -> tuple[str, ...] | None:
    """The path, from the records that a report counts, to the currency of what is added up; None where it is no money, or of one."""
    money = node.value.type.currency if node.value is not None else None
    if money is None or money.code is not None:
        return None
    behind = isinstance(node.source, CollectionPath) and bool(node.source.hops)
    return money.path[1:] if behind and money.path[:1] == (entity,) else money.path
