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

    now: datetime
    today: date
    zone: ZoneInfo
    language: str
    user: Row | None
    roles: frozenset[str]
    owner: Row | None
    parent: Row | None
    old: Row | None
    candidate: Row | None
    message: Row
    parameters: Row
    extra: Row

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
