"""A report, and the tiles of a dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from .cells import Cell, Choice
from .form_page import Input
from .list_page import Heading, ListRow


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A number: its words, the address of the records behind it; `hint` says why it is blank, `best` marks it.

    `lock` is of how many rows behind it something is sealed, and `lock_hint` says so.
    """

    text: str
    href: str = ""
    best: bool = False
    hint: str = ""
    lock: str = ""
    lock_hint: str = ""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line: what it stands for, and its numbers. The rest and the total say so with their only name."""

    names: tuple[Cell, ...]
    cells: tuple[ReportCell, ...]
    kind: Literal["line", "rest", "total"] = "line"


@dataclass(frozen=True, slots=True)
class Spread:
    """A column heading over several columns."""

    label: str
    span: int


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A report as a table: headings of the lines, those over and of the numbers, and the lines."""

    names: tuple[str, ...]
    spreads: tuple[Spread, ...]
    headings: tuple[str, ...]
    lines: tuple[ReportLine, ...]
    whole: ReportLine | None = None


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart in two sizes, of which one is shown: for a wide screen and for a telephone."""

    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class Subscribing:
    """What somebody chooses who wants a report to be sent; `kept` are the parameters as they stand on the page, `own` what there is."""

    address: str
    every: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The page of a report. Without a table it says in `wrong` why there is none; `saved` are the parameters of its address."""

    label: str
    help: str
    address: str
    inputs: tuple[Input, ...] = ()
    table: ReportTable | None = None
    chart: ChartView | None = None
    exports: tuple[Choice, ...] = ()
    at: str = ""
    wrong: str = ""
    sealed: str = ""
    saved: str = ""
    subscribing: Subscribing | None = None


@dataclass(frozen=True, slots=True)
class TileView:
    """A part of a dashboard. `address` is where its content is loaded from; `live` says that it is loaded again and again."""

    label: str
    width: int
    address: str = ""
    kind: Literal["number", "report", "list", "text"] = "text"
    paragraphs: tuple[str, ...] = ()
    live: bool = False


@dataclass(frozen=True, slots=True)
class TileContent:
    """What a tile shows: a number with how it changed, a table, a chart, a list; or what went wrong."""

    number: ReportCell | None = None
    change: str = ""
    rising: bool = False
    before: str = ""
    table: ReportTable | None = None
    chart: ChartView | None = None
    headings: tuple[Heading, ...] = ()
    rows: tuple[ListRow, ...] = ()
    more: str = ""
    at: str = ""
    instant: str = ""
    wrong: str = ""
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """The page of a dashboard."""

    label: str
    help: str
    address: str
    inputs: tuple[Input, ...]
    tiles: tuple[TileView, ...]


@dataclass(frozen=True, slots=True)
class BehindPage:
    """The records behind a number."""

    label: str
    about: tuple[str, ...]
    back: str
    headings: tuple[Heading, ...]
    rows: tuple[ListRow, ...]
    next: str = ""
