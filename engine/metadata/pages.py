"""The pages of records, compiled: which panels stand where, and what of a record stands around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from engine.errors import Text
from engine.formula import Formula, Path, Wording
from engine.frozen import frozen

from .reports import Tile
from .views import Section, SortKey


@frozen(slots=False, eq=False)
class RelatedPanel:
    """The records of `entity` whose link `link` leads to this one. `given` are the values of this record that `where` asks for."""

    entity: str
    link: str
    columns: tuple[str, ...]
    sort: tuple[SortKey, ...]
    where: Formula | None = None
    given: Mapping[str, Path] = field(default_factory=dict)
    limit: int = 5
    totals: tuple[str, ...] = ()
    add: bool = True


@frozen(slots=False, eq=False)
class Panel:
    """A part of a page: its own fields, records that link here, a report, a text, or (none of them) the record as in its form.

    A `live` one is read again every few seconds.
    """

    label: Text = field(default_factory=dict)
    related: RelatedPanel | None = None
    report: Tile | None = None
    fields: Section | None = None
    text: Wording | None = None
    show: Formula | None = None
    live: bool = False


@frozen
class PageTab:
    """A tab of a page."""

    label: Text
    panels: tuple[Panel, ...]


@frozen(slots=False, eq=False)
class Page:
    """The page of a record of `entity`. `stages` are the states of its stage bar (none: all on its way).

    Who plays none of the roles of `access` (none named: everybody may) sees `otherwise`.
    """

    name: str
    entity: str
    label: Text
    header: tuple[str, ...]
    rail: frozenset[str]
    tabs: tuple[PageTab, ...]
    stages: tuple[str, ...] = ()
    help: Text = field(default_factory=dict)
    access: frozenset[str] = frozenset()
    otherwise: Page | None = None
