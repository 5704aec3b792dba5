"""Prints, compiled: a sheet of blocks about a record, their words typed at load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import Text
from engine.formula import Formula, Wording


@dataclass(frozen=True, eq=False)
class PrintField:
    """A value on a print: what it is called, how it is shown, and whether it stands on the right as numbers do."""

    label: Text
    shows: Wording
    numeric: bool = False


@dataclass(frozen=True, eq=False)
class PrintBlock:
    """One block: fields, or the `columns` of a table, or a text, or who approved. `read` are the fields of the record that it tells."""

    fields: tuple[PrintField, ...] = ()
    table: str | None = None
    label: Text | None = None
    text: Wording | None = None
    approvals: bool = False
    show: Formula | None = None
    read: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Print:
    """A sheet about a record of `entity`."""

    name: str
    entity: str
    label: Text
    title: Wording | None
    paper: Literal["A4", "A5", "letter"]
    landscape: bool
    header: Wording | None
    footer: Wording | None
    blocks: tuple[PrintBlock, ...]
    read: frozenset[str] = frozenset()
    """The paths that title, header and footer tell."""
