"""Prints, compiled: a sheet of blocks about a record, their words typed at load."""

from __future__ import annotations

from typing import Literal

from engine.errors import Text
from engine.formula import Formula, Wording
from engine.frozen import frozen


@frozen(slots=False, eq=False)
class PrintField:
    """A value on a print: what it is called, how it is shown, and whether it stands on the right as numbers do."""

    label: Text
    shows: Wording
    numeric: bool = False


@frozen(slots=False, eq=False)
class PrintBlock:
    """One block: fields, or the columns of a table, or a text, or who approved, or the end of a page.

    `totals` are the sums below the columns of a table, blank where a column has none. `read` are the fields of the record that it tells.
    """

    fields: tuple[PrintField, ...] = ()
    table: str | None = None
    totals: tuple[Wording | None, ...] = ()
    label: Text | None = None
    text: Wording | None = None
    approvals: bool = False
    ends_page: bool = False
    show: Formula | None = None
    read: frozenset[str] = frozenset()


@frozen(slots=False, eq=False)
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
    when: Formula | None = None
    """Whether people may print it themselves."""
    roles: frozenset[str] = frozenset()
    """Who may (blank: everybody who may read all that it tells)."""
