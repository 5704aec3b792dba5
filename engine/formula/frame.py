"""What surrounds a record while a formula is evaluated; records implement it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from .names import CollectionPath, Path

Value = object
"""Decimal, str, bool, date, aware UTC datetime, timedelta, choice code, tuple of codes, int id, list of rows, or None."""
Row = Mapping[str, Value]
"""A record or child row by field name; a name that is not there is null."""


class Calendar(Protocol):
    """Which days are worked."""

    def works(self, day: date) -> bool:
        """Whether `day` is a working day, holidays and make-up days considered."""


class Frame(Protocol):
    """The surroundings of one evaluation. `now` and `today` are fixed for the transaction; `owner` is the document of a row."""

    @property
    def now(self) -> datetime:
        """The time of the transaction."""

    @property
    def today(self) -> date:
        """Its date in `zone`."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the application."""

    @property
    def language(self) -> str:
        """The reader's language."""

    @property
    def user(self) -> Row | None:
        """The acting person's record; None for the system."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles the acting person holds, included ones too."""

    @property
    def owner(self) -> Row | None:
        """The document of a row."""

    @property
    def parent(self) -> Row | None:
        """The record one level out."""

    @property
    def old(self) -> Row | None:
        """The record as it was."""

    @property
    def candidate(self) -> Row | None:
        """The person weighed."""

    @property
    def message(self) -> Row:
        """The fields of an inbound message."""

    @property
    def parameters(self) -> Row:
        """Parameters by name."""

    @property
    def extra(self) -> Row:
        """The asked values of an action."""

    def follow(self, row: Row, path: Path) -> Value:
        """The value at the end of a path with at least one hop, from `row`; a missing hop gives None."""

    def rows(self, row: Row, path: CollectionPath) -> Sequence[Row]:
        """The rows behind a path, from `row`; own tables are read from the record when it carries them."""

    def convert(self, amount: Decimal, source: str, target: str, on: date) -> Decimal | None:
        """An amount in another currency by the rate of a day; None when there is no rate."""

    def decide(self, table: str, row: Row | int) -> Value:
        """The answer of a decision table for a record, given as row or as id."""

    def calendar(self, name: str) -> Calendar:
        """The calendar of that name."""

    def title(self, entity: str, record: int) -> str:
        """What names a record, for texts that show a link."""

    def warn(self, code: str, where: str) -> None:
        """Told when a value became null: W901 zero divisor, W902 domain, W903 unreadable text, W904 date range."""
