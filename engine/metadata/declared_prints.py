"""Prints as an analyst writes them: a sheet of blocks, one under the other."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .written import Declaration, FormulaText, Label, Name, Names


class PrintBlock(Declaration, kw_only=True):
    """One block of a print: fields with their labels, a table, a text, who approved, or the end of a page."""

    fields: Names = ()
    table: Name | None = None
    columns: Names = ()
    totals: Names = ()
    text: Label | None = None
    approvals: bool = False
    break_: Literal["page"] | None = msgspec.field(name="break", default=None)
    show: FormulaText | None = None


class Print(Declaration, kw_only=True):
    """A sheet of paper about a record."""

    print: Name
    label: Label | None = None
    help: Label | None = None
    for_: Name | None = msgspec.field(name="for", default=None)
    title: Label | None = None
    paper: Literal["A4", "A5", "letter"] = "A4"
    landscape: bool = False
    header: Label | None = None
    footer: Label | None = None
    when: FormulaText | None = None
    access: Names = ()
    blocks: Annotated[tuple[PrintBlock, ...], Meta(min_length=1)]
