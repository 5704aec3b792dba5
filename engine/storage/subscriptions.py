"""Reports that people want to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from engine.frozen import frozen

from .database import Connection
from .later_tables import subscription
from .matching import drop_where, new_row, newly, rows_where

_ADD = new_row(subscription, told=True)
_ONE = rows_where(subscription, "id")
_OF = rows_where(subscription, "person", order="id")
_DROP = drop_where(subscription, "id")


@frozen
class Subscription:
    """A report that `person` is sent at the times of `cron` as a file of this kind; `texts` are its parameters as they were typed."""

    id: int
    person: int
    report: str
    texts: Mapping[str, str]
    cron: str
    kind: str
    made_at: datetime


def add_subscription(connection: Connection, wanted: Subscription) -> int:
    """The id of a new one; that of `wanted` does not count."""
    values = {name: value for name, value in asdict(wanted).items() if name != "id"}
    return int(_ADD.on(connection).rows(connection, newly(values))[0]["id"])


def subscription_of(connection: Connection, number: int) -> Subscription | None:
    """The one of this id."""
    found = _ONE.on(connection).rows(connection, {"id": number})
    return Subscription(**found[0]) if found else None


def subscriptions_of(connection: Connection, person: int) -> list[Subscription]:
    """Those of a person, in the order in which they were made."""
    return [Subscription(**row) for row in _OF.on(connection).rows(connection, {"person": person})]


def drop_subscription(connection: Connection, number: int) -> None:
    """It is over; nothing where it was before."""
    _DROP.on(connection).count(connection, {"id": number})
