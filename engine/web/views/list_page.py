"""The list of an entity."""

from __future__ import annotations

from typing import Literal

from engine.frozen import frozen

from .cells import Cell, Choice
from .looks import Seen


@frozen
class Tab:
    """A tab over a list."""

    label: str
    href: str
    current: bool = False
    icon: str = ""


@frozen
class Heading:
    """A column; `href` sorts by it, `order` says how it is sorted now (blank, up or down). `typed` is a field that is typed in place.

    What is `terse` says nothing without the label, which stands beside it where there is no room for a head.
    """

    label: str
    numeric: bool = False
    href: str = ""
    order: str = ""
    typed: str = ""
    terse: bool = False


@frozen
class ListRow:
    """A record in a list; `key` is what a form sends for it when it is ticked."""

    href: str
    cells: tuple[Cell, ...]
    key: str = ""


@frozen
class ListGroup:
    """A group of records: its key, how many there are, its sums column by column, and its records where it is open.

    Its name stands over the first `span` columns, up to the first sum. `href` opens or closes it; it is blank where all groups stand open.
    """

    cell: Cell
    count: str
    totals: tuple[Cell | None, ...]
    span: int = 1
    rows: tuple[ListRow, ...] = ()
    open: bool = False
    href: str = ""


@frozen
class Chip:
    """A filter that is set; `remove` is the address of the list without it."""

    label: str
    words: str
    remove: str
    formula: bool = False


@frozen
class FilterField:
    """A field that may be filtered by clicking, and its values where they are known."""

    name: str
    label: str
    values: tuple[Choice, ...] = ()
    kind: str = "text"


@frozen
class ListPage:
    """Everything on the page. `kept` are the parts of the address that a form of the page must send along.

    `totals` are sums column by column, `columns` what may be shown, `grouping` the addresses of what the list can be grouped by;
    `view` is the saved view that this is, and `saved` what would be saved of it; `verbs` are what can be done with ticked records, who
    come back to `here`; `density` is how close its lines stand. `archive` turns to the archived records, and from
    there (`archived`) back to the others. `looks` are other ways to see the list, `look` the one that is shown in
    place of the table.
    """

    label: str
    help: str
    count: str
    tabs: tuple[Tab, ...]
    headings: tuple[Heading, ...]
    rows: tuple[ListRow, ...]
    address: str
    kept: tuple[tuple[str, str], ...] = ()
    chips: tuple[Chip, ...] = ()
    filters: tuple[FilterField, ...] = ()
    operators: tuple[Choice, ...] = ()
    search: str = ""
    search_hint: str = ""
    formula: str = ""
    formula_problem: str = ""
    formula_pointed: str = ""
    groups: tuple[ListGroup, ...] = ()
    totals: tuple[Cell | None, ...] = ()
    note: str = ""
    sealed: str = ""
    at: str = ""
    today: str = ""
    archive: str = ""
    archived: bool = False
    columns: tuple[Choice, ...] = ()
    grouping: tuple[Choice, ...] = ()
    view: Choice | None = None
    saved: str = ""
    new: str = ""
    new_label: str = ""
    exports: tuple[Choice, ...] = ()
    bring: str = ""
    next: str = ""
    first: str = ""
    empty: str = ""
    empty_why: str = ""
    clear: str = ""
    icon: str = "file-text"
    looks: tuple[Tab, ...] = ()
    look: Seen | None = None
    verbs: tuple[Choice, ...] = ()
    density: Literal["compact", ""] = ""
    here: str = ""
