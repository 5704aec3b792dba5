"""Reports and dashboards as an analyst writes them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .declared_process import People
from .declared_rows import FieldDeclaration
from .written import Declaration, FormulaText, Label, LiteralOrFormula, Name, Names, OneOrMore

Step = Literal["day", "week", "month", "quarter", "year"]


class Dimension(Declaration, kw_only=True):
    """What the lines or the columns of a report stand for: the values of a field, dates taken together."""

    field: str
    by: Step | None = None
    label: Label | None = None
    sort: Literal["up", "down"] = "up"
    empty: Label | None = None


class Measure(Declaration, kw_only=True):
    """A number of each line: a formula over `rows`, the records behind it."""

    formula: FormulaText
    label: Label | None = None
    type: Literal["integer", "decimal", "percent", "money", "duration", "date"] | None = None
    running: bool = False
    share: Literal["row", "column", "total"] | None = None
    change: Literal["previous"] | None = None
    best: Literal["min", "max"] | None = None
    unit: Literal["minutes", "hours", "days"] = "hours"


class Chart(Declaration, kw_only=True):
    """How the figures are drawn beside the table."""

    kind: Literal["bar", "line", "area", "pie", "funnel", "radar", "gauge"]
    x: str | None = None
    y: OneOrMore[str] = ()
    series: str | None = None
    stacked: bool = False


class Export(Declaration, kw_only=True):
    """The file of a report: which kind is offered first and sent, what it is called, and how a text file is written."""

    as_: Literal["xlsx", "csv", "pdf"] = msgspec.field(name="as", default="xlsx")
    separator: Literal[",", ";", "|", "tab"] = ","
    header: bool = True
    encoding: Literal["utf-8", "utf-16", "gb18030"] = "utf-8"
    file: Annotated[str, Meta(pattern=r"^[\w-][\w .()-]{0,59}$")] | None = None


class Sending(Declaration, kw_only=True):
    """When a report is sent by mail and to whom; each reader gets what they may see."""

    every: str | None = None
    cron: str | None = None
    to: People
    as_: Literal["xlsx", "csv", "pdf"] | None = msgspec.field(name="as", default=None)
    when: FormulaText | None = None


class ReportSource(Declaration, kw_only=True):
    """One of several entities that a report counts side by side: where each row of the report stands in it, and its own values."""

    from_: str = msgspec.field(name="from")
    where: FormulaText | None = None
    rows: dict[Name, str] = {}
    values: dict[Name, FormulaText | Measure] = {}
    drill: Names = ()


class Report(Declaration, kw_only=True):
    """Figures over the records that the reader may see: lines, columns, totals, a chart."""

    report: Name
    label: Label | None = None
    help: Label | None = None
    access: Names = ()
    from_: str | None = msgspec.field(name="from", default=None)
    sources: Annotated[dict[Name, ReportSource], Meta(max_length=8)] = {}
    where: FormulaText | None = None
    parameters: dict[Name, FieldDeclaration] = {}
    rows: tuple[str | Dimension, ...] = ()
    columns: tuple[str | Dimension, ...] = ()
    values: dict[Name, FormulaText | Measure] = {}
    totals: tuple[Literal["rows", "columns"], ...] = ("rows",)
    having: FormulaText | None = None
    sort: OneOrMore[str] = ()
    top: Annotated[int, Meta(ge=1, le=1000)] | None = None
    chart: Chart | None = None
    drill: Names = ()
    export: Export | None = None
    send: tuple[Sending, ...] = ()


class Tile(Declaration, kw_only=True):
    """A part of a dashboard: a number of an entity, a report, a list, or words."""

    number: str | None = None
    report: Name | None = None
    list: Name | None = None
    text: Label | None = None
    label: Label | None = None
    where: FormulaText | None = None
    formula: FormulaText | None = None
    compare: Literal["previous day", "previous week", "previous month", "previous quarter", "previous year"] | None = None
    on: str | None = None
    as_: Literal["table", "chart"] | None = msgspec.field(name="as", default=None)
    with_: dict[Name, LiteralOrFormula] = msgspec.field(name="with", default_factory=dict)
    columns: Names = ()
    limit: Annotated[int, Meta(ge=1, le=50)] = 5
    width: Annotated[int, Meta(ge=1, le=12)] | None = None


class Dashboard(Declaration, kw_only=True):
    """Tiles beside each other on a grid of twelve columns, each with its own figures."""

    dashboard: Name
    label: Label | None = None
    help: Label | None = None
    access: Names = ()
    parameters: dict[Name, FieldDeclaration] = {}
    live: bool = False
    tiles: Annotated[tuple[Tile, ...], Meta(min_length=1)]
