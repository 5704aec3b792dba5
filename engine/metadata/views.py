"""Forms and lists, compiled: which fields stand where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from engine.errors import Text
from engine.formula import Formula
from engine.frozen import frozen

from .links import Given


@frozen
class FormField:
    """A field on a form, with what differs from the entity's own words and rules."""

    name: str
    label: Text
    help: Text
    show: Formula | None = None
    readonly: Formula | None = None
    required: Formula | None = None
    span: Literal[1, 2, "full"] = 1
    columns: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    add: bool = True
    scan: str = ""
    default: Given | None = None
    widget: str = ""


@frozen
class Section:
    """A group of fields under a heading, on a tab of its form (by number); one that is not `open` is folded away."""

    label: Text
    fields: tuple[FormField, ...]
    columns: int = 2
    show: Formula | None = None
    open: bool = True
    tab: int = 0


@frozen(slots=False, eq=False)
class Form:
    """How a record of `entity` is filled in and shown: to the roles of `access`, where `when` holds; else `otherwise`.

    `defaults` are the values that a new record begins with, by the way it is begun; `copies` what a duplicate takes over (None:
    all but number, files and what is computed). `tabs` are the labels of its tabs.
    """

    name: str
    entity: str
    sections: tuple[Section, ...]
    help: Text = field(default_factory=dict)
    tabs: tuple[Text, ...] = ()
    when: Formula | None = None
    access: frozenset[str] = frozenset()
    defaults: Mapping[str, Mapping[str, Given]] = field(default_factory=dict)
    copies: tuple[str, ...] | None = None
    otherwise: Form | None = None

    @property
    def for_some(self) -> bool:
        """Whether it is only for some records or readers."""
        return self.when is not None or bool(self.access)


@frozen
class ListTab:
    """A tab over a list with a filter of its own."""

    name: str
    label: Text
    where: Formula


@frozen
class SortKey:
    """One field to sort by, or a path."""

    path: str
    descending: bool = False


@frozen
class GroupBy:
    """What a list is grouped by: a field or path, dates by a step (day, week, month, quarter, year); in words `order_date:month`."""

    path: str
    step: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.step}" if self.step else self.path

    @classmethod
    def read(cls, text: str) -> GroupBy:
        """What an address asks for."""
        path, _, step = text.partition(":")
        return cls(path, step)


@frozen
class ListLook:
    """A way to see the records of a list: a kanban `by` state or choice, a calendar from `start` to `end`, a tree, pictures."""

    name: str
    kind: Literal["table", "kanban", "calendar", "tree", "gallery"]
    label: Text
    by: str = ""
    start: str = ""
    end: str = ""
    title: str = ""
    image: str = ""


@frozen(slots=False, eq=False)
class ListView:
    """A list of the records of `entity`. `actions` are what can be done with ticked records (None: all that ask nothing).

    Only the roles of `access` may open it (none named: all who may read the records). `edit` are columns that are typed in place.
    """

    name: str
    entity: str
    label: Text
    columns: tuple[str, ...]
    sort: tuple[SortKey, ...] = ()
    where: Formula | None = None
    filters: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    tabs: tuple[ListTab, ...] = field(default_factory=tuple)
    group: GroupBy | None = None
    totals: tuple[str, ...] = ()
    help: Text = field(default_factory=dict)
    looks: tuple[ListLook, ...] = ()
    actions: tuple[str, ...] | None = None
    access: frozenset[str] = frozenset()
    edit: tuple[str, ...] = ()
