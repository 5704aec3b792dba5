"""Forms and lists as an analyst writes them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .written import Declaration, FormulaText, Label, LiteralOrFormula, Name, Names, OneOrMore


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
    scan: Name | None = None
    default: LiteralOrFormula | None = None
    as_: Literal["radio"] | None = msgspec.field(name="as", default=None)


class Section(Declaration, kw_only=True):
    """A group of fields under a heading, in one to three columns."""

    label: Label | None = None
    fields: tuple[str | FieldItem, ...]
    columns: Annotated[int, Meta(ge=1, le=3)] = 2
    show: FormulaText | None = None
    open: bool = True


class FormTab(Declaration, kw_only=True):
    """A tab of a form."""

    label: Label | None = None
    sections: tuple[Section, ...]


class Form(Declaration, kw_only=True):
    """How a record is filled in; without one the fields stand in file order in two columns."""

    form: Name
    label: Label | None = None
    for_: Name | None = msgspec.field(name="for", default=None)
    help: Label | None = None
    sections: tuple[Section, ...] = ()
    tabs: tuple[FormTab, ...] = ()
    when: FormulaText | None = None
    access: Names = ()
    defaults: dict[str, dict[Name, LiteralOrFormula]] = {}
    copies: Names | None = None


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
    edit: Names = ()
    access: Names = ()


class Panel(Declaration, kw_only=True):
    """A part of the page of a record: the records that link here, a report about it, some of its fields, or a text."""

    label: Label | None = None
    related: str | None = None
    report: Name | None = None
    with_: dict[Name, LiteralOrFormula] = msgspec.field(name="with", default_factory=dict)
    as_: Literal["table", "chart"] | None = msgspec.field(name="as", default=None)
    fields: tuple[str | FieldItem, ...] = ()
    text: Label | None = None
    columns: tuple[str, ...] = ()
    where: FormulaText | None = None
    sort: OneOrMore[str] = ()
    limit: Annotated[int, Meta(ge=1, le=50)] = 5
    totals: tuple[str, ...] = ()
    add: bool = True
    live: bool = False
    show: FormulaText | None = None


class PageTab(Declaration, kw_only=True):
    """A tab of the page of a record."""

    label: Label | None = None
    panels: tuple[Panel, ...]


class Page(Declaration, kw_only=True):
    """The page of a record: what stands under its title, its stages, its panels, and what stands beside them."""

    page: Name
    label: Label | None = None
    help: Label | None = None
    for_: Name | None = msgspec.field(name="for", default=None)
    header: Names | None = None
    stages: Names = ()
    rail: tuple[Literal["approval", "activity", "files", "chain", "followers"], ...] | None = None
    panels: tuple[Panel, ...] = ()
    tabs: tuple[PageTab, ...] = ()
    access: Names = ()
