"""What stands in tables as an analyst writes it: calendars, and decisions by rows."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .declared_rows import FieldDeclaration
from .written import Declaration, FormulaText, Label, LiteralOrFormula, Name, OneOrMore, Was


class Holidays(Declaration, kw_only=True):
    """The public holidays of a country, with the weekend days that it makes working days."""

    country: str


class Calendar(Declaration, kw_only=True):
    """When people work: what `workdays` and `hours` of timers and NETWORKDAYS count. Administrators correct single days as records."""

    calendar: Name
    label: Label | None = None
    timezone: str | None = None
    hours: dict[str, OneOrMore[str]] = {}
    holidays: Holidays | OneOrMore[str] = ()
    make_up: tuple[str, ...] = ()
    was: Was = ()


class DecisionRow(Declaration, kw_only=True):
    """One row of a decision: what comes out where its condition holds."""

    when: FormulaText
    then: LiteralOrFormula


class Decision(Declaration, kw_only=True):
    """A table of conditions, read from top to bottom; the first row that holds decides."""

    decision: Name
    label: Label | None = None
    help: Label | None = None
    for_: Name = msgspec.field(name="for")
    gives: FieldDeclaration | Literal["who"]
    hit: Literal["first", "unique", "all"] = "first"
    rows: Annotated[tuple[DecisionRow, ...], Meta(min_length=1)]
    otherwise: LiteralOrFormula | None = None
    was: Was = ()
