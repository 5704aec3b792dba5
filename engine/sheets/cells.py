"""What a cell holds, and what a column is.

A text that a spreadsheet would take for a formula is written with an apostrophe in front of it, and read without it: the two
undo each other for every text.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from engine.frozen import frozen

Cell: TypeAlias = str | bool | Decimal | date | datetime | None
"""The value of a cell; an instant has no zone here, and a blank cell is None."""
RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""How a text begins that a spreadsheet may calculate (the wide forms too), or that already has our apostrophe."""
GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


@frozen
class Column:
    """A column: its heading, and how its cells are written; `scale` is the number of digits after the point, None as they come."""

    heading: str
    kind: Literal["text", "number", "percent", "date", "datetime", "boolean"] = "text"
    scale: int | None = None


@frozen
class Part:
    """A sheet: its name and its columns."""

    name: str
    columns: tuple[Column, ...]


def guarded(text: str) -> str:
    """A text as it may stand in a file that a spreadsheet opens."""
    return "'" + text if RISKY.match(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded."""
    return text[1:] if text.startswith("'") and GUARDED.match(text) else text
