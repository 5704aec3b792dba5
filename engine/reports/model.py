"""What a report came to: lines of figures, their totals, and what names their keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Literal

from engine.frozen import frozen
from engine.metadata import Report, Value
from engine.records import StillSealed

Keys = tuple[Value, ...]
Titles = Mapping[tuple[str, int], str | None]
LineKind = Literal["line", "rest", "total"]


@frozen
class Figure:
    """One number: its value, whose money it is, and whether it is blank because several currencies met; `best` marks it.

    `sealed` are the rows behind it of which something that it is made of is sealed: they are in it as if that were blank.
    """

    value: Value = None
    currency: str = ""
    mixed: bool = False
    best: bool = False
    sealed: int = 0


BLANK = Figure()
Figures = tuple[Figure, ...]


@frozen
class Line:
    """A line: its keys, per column the figures of all measures, and those over all columns. The rest and the total have no keys."""

    keys: Keys
    cells: tuple[Figures, ...]
    total: Figures
    kind: LineKind = "line"


@frozen(slots=False, eq=False)
class Outcome:
    """A report as one reader may see it. `columns` are the keys of the columns (one without keys where there are none).

    `hidden` are measures that the reader may not see; `sealed` are fields that lines, columns or conditions go by, with the rows that hold
    a sealed value there; `whole` is the line of totals, None where there is none; `across` says
    whether each line has a total of its own.
    """

    report: Report
    lines: tuple[Line, ...]
    columns: tuple[Keys, ...]
    whole: Line | None
    across: bool
    at: datetime
    given: Mapping[str, Value] = field(default_factory=dict)
    titles: Titles = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    sealed: StillSealed | None = None
