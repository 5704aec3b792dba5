"""A form: making or changing a record, or answering what an action asks."""

from __future__ import annotations

from dataclasses import field
from typing import Literal, NamedTuple

from engine.frozen import frozen

from .cells import Cell, Choice

Widget = Literal[
    "text", "long", "rich", "code", "number", "date", "datetime", "check", "choice", "choices", "lookup", "file", "sign", "email", "phone",
    "url", "radio", "computed",
]  # fmt: skip


@frozen
class Making:
    """What is made where a lookup offers nothing that fits: `href` is a form of its own, `quick` a small one over the page."""

    label: str
    href: str
    quick: str


class Input(NamedTuple):
    """One field on a form. `name` is what the form sends and what a problem names; `cell` is shown where nothing may be typed.

    A lookup or file input may take `several`; `accept` is what a dialog for files offers. Without `opens` files are only named.
    `box` tells the inputs of a form over the page from those of the page.
    """

    name: str
    label: str
    widget: Widget
    value: str = ""
    help: str = ""
    placeholder: str = ""
    required: bool = False
    readonly: bool = False
    shown: bool = True
    span: Literal["1", "2", "full"] = "1"
    problem: str = ""
    prefix: str = ""
    suffix: str = ""
    options: tuple[Choice, ...] = ()
    lookup: str = ""
    reads: str = ""
    cell: Cell | None = None
    numeric: bool = False
    maximum: int = 0
    several: bool = False
    accept: str = ""
    opens: bool = True
    making: Making | None = None
    box: str = ""

    @property
    def id(self) -> str:
        """The id of the element in the page."""
        return f"f-{self.box}" + self.name.replace(".", "-")

    @property
    def described(self) -> str:
        """The ids of the help and the problem, for readers of the screen."""
        return " ".join(f"{self.id}-{part}" for part, there in (("help", self.help), ("problem", self.problem)) if there)


@frozen
class Column:
    """A column of a grid in a form."""

    label: str
    numeric: bool = False
    required: bool = False
    total: Cell | None = None
    total_id: str = ""


@frozen
class FormRow:
    """A row of a grid; `id` is blank while the row is new. One that `stays` cannot be removed."""

    number: int
    id: str
    inputs: tuple[Input, ...]
    problem: str = ""
    stays: bool = False


@frozen
class FormTable:
    """A grid of child rows; `known` says that it was sent, and of a table with rules of its own which rows its person saw."""

    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[FormRow, ...]
    known: str = "rows"
    may_add: bool = True
    may_remove: bool = True
    problem: str = ""
    shown: bool = True
    help: str = ""
    scan: str = ""

    @property
    def totals(self) -> bool:
        """Whether a line of totals stands below."""
        return any(column.total is not None for column in self.columns)


@frozen
class FormSection:
    """A group of inputs and grids under a heading, in the order of the form; `tab` is the number of its tab."""

    label: str
    columns: int
    items: tuple[Input | FormTable, ...]
    shown: bool = True
    open: bool = True
    tab: int = 0

    @property
    def takes_files(self) -> bool:
        """Whether the form must be sent so that files come along."""
        cells = (cell for item in self.items if isinstance(item, FormTable) for row in item.rows for cell in row.inputs)
        return any(one.widget in ("file", "sign") for one in (*(i for i in self.items if isinstance(i, Input)), *cells))


@frozen
class ProblemLink:
    """A line of the summary of what is wrong."""

    text: str
    target: str = ""


@frozen
class Version:
    """A field that two people changed: what each of them wrote."""

    name: str
    label: str
    before: str
    mine: str
    theirs: str


@frozen
class FormPage:
    """Everything on the page. `versions` are shown when somebody else was faster; `live` answers while one types.

    What is typed is kept at `draft_at` under the name `draft`; `left` says that this is what was kept before. `proof` is what somebody
    shows again who they are with: a `password`, or a `code`.
    """

    title: str
    send: str
    sections: tuple[FormSection, ...]
    address: str
    back: str
    live: str = ""
    version: str = ""
    problems: tuple[ProblemLink, ...] = ()
    warnings: tuple[str, ...] = ()
    lead: str = ""
    danger: bool = False
    tabs: tuple[str, ...] = ()
    also: str = ""
    also_name: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    draft: str = ""
    draft_at: str = ""
    left: str = ""
    proof: str = ""


@frozen
class VersionsPage:
    """Somebody else was faster: both versions, field by field; `kept` is the form as it was typed."""

    title: str
    who: str
    when: str
    versions: tuple[Version, ...]
    address: str
    back: str
    version: str
    kept: tuple[tuple[str, str], ...] = field(default_factory=tuple)


@frozen
class QuickPage:
    """A small form over the page; `problems` are those of no input, `proof` as in a form."""

    title: str
    address: str
    sections: tuple[FormSection, ...]
    problems: tuple[str, ...] = ()
    proof: str = ""
