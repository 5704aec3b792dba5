"""Forms and lists as an analyst writes them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .written import Declaration, FormulaText, Label, Name, Names, OneOrMore


class FieldItem(Declaration, kw_only=True):
    """A field on a form: a name alone, or the name with what differs here."""

    field: str
    label: Label | None = None
    help: Label | None = None
    show: FormulaText | None = None
    readonly: FormulaText | None = None
    required: FormulaText | None = None
    span: Literal[1, 2, "full"] | None = None
    columns: Names = ()
    totals: Names = ()
    add: bool = True


class Section(Declaration, kw_only=True):
    """A group of fields under a heading, in one to three columns."""

    label: Label | None = None
    fields: tuple[str | FieldItem, ...]
    columns: Annotated[int, Meta(ge=1, le=3)] = 2
    show: FormulaText | None = None


class Form(Declaration, kw_only=True):
    """How a record is filled in; without one the fields stand in file order in two columns."""

    form: Name
    label: Label | None = None
    for_: Name | None = msgspec.field(name="for", default=None)
    sections: tuple[Section, ...]


class ListTab(Declaration, kw_only=True):
    """A tab over a list: its own filter."""

    name: Name
    label: Label | None = None
    where: FormulaText


class GroupBy(Declaration, kw_only=True):
    """What a list is grouped by, where dates are taken together."""

    field: str
    by: Literal["day", "week", "month", "quarter", "year"] | None = None


class ListLook(Declaration, kw_only=True):
    """Another way to see the records of a list: cards by state or choice, days of a month, a tree, pictures."""

    name: Name
    label: Label | None = None
    kind: Literal["table", "kanban", "calendar", "tree", "gallery"]
    by: str | None = None
    start: str | None = None
    end: str | None = None
    title: str | None = None
    image: str | None = None


class ListView(Declaration, kw_only=True):
    """A list of records: columns, order, groups, filters, tabs, and other ways to see them."""

    list: Name
    label: Label | None = None
    for_: Name | None = msgspec.field(name="for", default=None)
    where: FormulaText | None = None
    sort: OneOrMore[str] = ()
    columns: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    tabs: tuple[ListTab, ...] = ()
    group: str | GroupBy | None = None
    totals: tuple[str, ...] = ()
    help: Label | None = None
    views: tuple[ListLook, ...] = ()
    actions: Names | None = None
    access: Names = ()
