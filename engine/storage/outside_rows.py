"""What people without an account were sent and have begun: secret addresses of public forms, and unfinished answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from engine.frozen import frozen

from .database import Connection
from .later_tables import public_draft, public_link
from .matching import drop_where, new_row, newly, rows_where

_ADD_LINK = new_row(public_link, told=True)
_LINK = rows_where(public_link, "id")
_ADD_DRAFT = new_row(public_draft)
_DRAFT = rows_where(public_draft, "key")
_DROP_DRAFT = drop_where(public_draft, "key")


@frozen
class SecretLink:
    """A secret address: the public form, the record it is about, to whom it is sent with which words; `used_at` when it was answered."""

    id: int
    form: str
    entity_id: int
    record_id: int
    reader: str
    language: str
    words: Mapping[str, str]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@frozen
class UnfinishedAnswer:
    """What somebody has typed so far; `key` is the hash of its secret address, `link` the address that they were sent, if any."""

    key: str
    form: str
    link: int | None
    texts: Mapping[str, list[str]]
    expires_at: datetime


def add_link(connection: Connection, link: SecretLink) -> int:
    """The id of a new secret address; that of `link` does not count."""
    values = {name: value for name, value in asdict(link).items() if name != "id"}
    return int(_ADD_LINK.on(connection).rows(connection, newly(values))[0]["id"])


def link_of(connection: Connection, number: int) -> SecretLink | None:
    """The secret address of this id."""
    found = _LINK.on(connection).rows(connection, {"id": number})
    return SecretLink(**found[0]) if found else None


def use_link(connection: Connection, number: int, now: datetime) -> bool:
    """Note that an address was answered; False where it was before. Of two at the same moment one is first."""
    first = sa.update(public_link).where(public_link.c.id == number, public_link.c.used_at.is_(None)).values(used_at=now)
    return connection.execute(first).rowcount == 1


def put_answer(connection: Connection, answer: UnfinishedAnswer) -> None:
    """Keep what was typed in place of what was kept under the same key."""
    drop_answer(connection, answer.key)
    _ADD_DRAFT.on(connection).count(connection, newly(asdict(answer)))


def unfinished_answer(connection: Connection, key: str) -> UnfinishedAnswer | None:
    """What was kept under the hash of a secret address."""
    found = _DRAFT.on(connection).rows(connection, {"key": key})
    return UnfinishedAnswer(**found[0]) if found else None


def drop_answer(connection: Connection, key: str) -> None:
    """Forget what was typed."""
    _DROP_DRAFT.on(connection).count(connection, {"key": key})


def forget_outside(connection: Connection, now: datetime, ended_before: datetime) -> None:
    """Unfinished answers whose time is over, and secret addresses that ended before a time, are gone."""
    connection.execute(sa.delete(public_draft).where(public_draft.c.expires_at < now))
    connection.execute(sa.delete(public_link).where(public_link.c.expires_at < ended_before))
