"""Other ways to see a list: a board of cards, a month, a tree, pictures."""

from __future__ import annotations

from engine.frozen import frozen

from .cells import Cell, Choice


@frozen
class Card:
    """A record on a board or among pictures: its title and what else is told of it, each with its label."""

    title: str
    href: str
    facts: tuple[tuple[str, Cell], ...] = ()
    number: int = 0
    version: int = 0
    picture: str = ""


@frozen
class BoardColumn:
    """The records of one state or choice; `moves` are where its cards may go, `more` leads to those that are not shown."""

    value: str
    cell: Cell
    count: str
    cards: tuple[Card, ...]
    moves: tuple[Choice, ...] = ()
    more: str = ""


@frozen
class Board:
    """Cards in columns; `by` is the state or field that a move changes, blank where nothing may be moved."""

    columns: tuple[BoardColumn, ...]
    by: str = ""


@frozen
class Day:
    """A day of a calendar: its records, those that go on from the day before last."""

    number: int
    date: str
    label: str
    entries: tuple[Choice, ...] = ()
    outside: bool = False
    today: bool = False


@frozen
class Month:
    """A month of a calendar in whole weeks; `days` are the names of the days of a week."""

    label: str
    days: tuple[str, ...]
    weeks: tuple[tuple[Day, ...], ...]
    before: str
    after: str
    now: str


@frozen
class Branch:
    """A record in a tree with what stands below it."""

    title: str
    href: str
    facts: tuple[Cell, ...] = ()
    below: tuple[Branch, ...] = ()


@frozen
class Tree:
    """The records without one above them that is shown."""

    roots: tuple[Branch, ...]


@frozen
class Pictures:
    """Records by their pictures."""

    cards: tuple[Card, ...]


Seen = Board | Month | Tree | Pictures
