"""Values as they are read on a page: in a list, in a fact of a record, in a grid of rows.

What a page has by the hundred is a named tuple: it is made in a third of the time of a frozen dataclass.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from engine.frozen import frozen

Look = Literal[
    "text",
    "number",
    "badge",
    "badges",
    "link",
    "links",
    "file",
    "picture",
    "long",
    "rich",
    "code",
    "email",
    "phone",
    "url",
    "secret",
    "blank",
]


class Choice(NamedTuple):
    """One code of a choice as words with its colour; `value` is what a form sends, `hint` a second line."""

    text: str
    color: str = "secondary"
    value: str = ""
    selected: bool = False
    hint: str = ""


class Cell(NamedTuple):
    """A value for reading. `href` leads to the record behind it; `choices` are the badges, `links` several records.

    A secret says why it is not shown, `note` more of that. `why` leads to the explanation of a value that is computed; `lock` is how many
    sealed values it lacks.
    """

    look: Look
    text: str = ""
    href: str = ""
    choices: tuple[Choice, ...] = ()
    why: str = ""
    links: tuple[Cell, ...] = ()
    note: str = ""
    lock: str = ""

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read."""
        return self.look == "blank"


BLANK = Cell("blank")


@frozen
class Fact:
    """A field of a record in read mode."""

    label: str
    cell: Cell
    help: str = ""
    span: Literal["1", "2", "full"] = "1"


@frozen
class GridColumn:
    """A column of child rows."""

    label: str
    numeric: bool = False
    total: Cell | None = None


@frozen
class Action:
    """Something that may be done with a record or row; `why` is the reason that it is not possible now."""

    name: str
    label: str
    href: str
    help: str = ""
    why: str = ""
    asks: bool = False
    danger: bool = False

    @property
    def possible(self) -> bool:
        """Whether it may be done now."""
        return not self.why


@frozen
class Grid:
    """The rows of a table in read mode; `actions` are those of each row, of a record in its `version`."""

    label: str
    columns: tuple[GridColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    actions: tuple[tuple[Action, ...], ...] = ()
    version: int = 0

    @property
    def totals(self) -> bool:
        """Whether a line of totals stands below."""
        return any(column.total is not None for column in self.columns)


@frozen
class FactSection:
    """A group of facts and grids under a heading."""

    label: str
    columns: int
    facts: tuple[Fact, ...] = ()
    grids: tuple[Grid, ...] = ()
