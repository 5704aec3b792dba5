"""A report, and the tiles of a dashboard."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from engine.frozen import frozen

from .cells import Cell, Choice
from .form_page import Input
from .list_page import Heading, ListRow


@frozen
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


@frozen
class ReportLine:
    """A line: what it stands for, and its numbers. The rest and the total say so with their only name."""

    names: tuple[Cell, ...]
    cells: tuple[ReportCell, ...]
    kind: Literal["line", "rest", "total"] = "line"


@frozen
class Spread:
    """A column heading over several columns."""

    label: str
    span: int


@frozen
class ReportTable:
    """A report as a table: headings of the lines, those over and of the numbers, and the lines."""

    names: tuple[str, ...]
    spreads: tuple[Spread, ...]
    headings: tuple[str, ...]
    lines: tuple[ReportLine, ...]
    whole: ReportLine | None = None


@frozen
class ChartView:
    """A chart in two sizes, of which one is shown: for a wide screen and for a telephone."""

    wide: Markup
    narrow: Markup


@frozen
class Subscribing:
    """What somebody chooses who wants a report to be sent; `kept` are the parameters as they stand on the page, `own` what there is."""

    address: str
    every: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    own: tuple[str, ...] = ()


@frozen
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


@frozen
class TileView:
    """A part of a dashboard. `address` is where its content is loaded from; `live` says that it is loaded again and again."""

    label: str
    width: int
    address: str = ""
    kind: Literal["number", "report", "list", "text"] = "text"
    paragraphs: tuple[str, ...] = ()
    live: bool = False


@frozen
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


@frozen
class DashboardPage:
    """The page of a dashboard."""

    label: str
    help: str
    address: str
    inputs: tuple[Input, ...]
    tiles: tuple[TileView, ...]


@frozen
class BehindPage:
    """The records behind a number."""

    label: str
    about: tuple[str, ...]
    back: str
    headings: tuple[Heading, ...]
    rows: tuple[ListRow, ...]
    next: str = ""
