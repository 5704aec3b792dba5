"""What people wrote about records, and who follows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .database import Connection
from .prepared import Standing
from .system_tables import comment, follower

_NEW = tuple(column for column in comment.c if column.name not in ("id", "removed_at"))
_ADD = Standing(sa.insert(comment).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in _NEW}).returning(comment.c.id))
_ONE = Standing(sa.select(comment).where(comment.c.id == sa.bindparam("number", type_=sa.BigInteger), comment.c.removed_at.is_(None)))
_FILES = Standing(
    sa.select(comment.c.files).where(
        comment.c.entity_id == sa.bindparam("entity"), comment.c.record_id == sa.bindparam("record"), comment.c.files.is_not(None)
    )
)
_DROP = Standing(sa.delete(comment).where(comment.c.entity_id == sa.bindparam("entity"), comment.c.record_id == sa.bindparam("record")))
_NEWEST = Standing(
    sa.select(comment)
    .where(
        comment.c.entity_id == sa.bindparam("entity"),
        comment.c.record_id == sa.bindparam("record"),
        comment.c.removed_at.is_(None),
    )
    .order_by(comment.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)

_FOLLOW = Standing(
    sa.text(
        "INSERT INTO loom_follower (entity_id, record_id, person, since) VALUES (:new_entity_id, :new_record_id, :new_person, :new_since)"
        " ON CONFLICT DO NOTHING"
    ).bindparams(sa.bindparam("new_since", type_=follower.c.since.type))
)
_FOLLOWERS = Standing(
    sa.select(follower.c.person)
    .where(follower.c.entity_id == sa.bindparam("entity"), follower.c.record_id == sa.bindparam("record"))
    .order_by(follower.c.since, follower.c.person)
)


@frozen
class Comment:
    """One comment on one record, with the ids of its files."""

    entity_id: int
    record_id: int
    at: datetime
    author: int | None
    author_name: str
    body: str
    for_all: bool = False
    files: Sequence[int] = ()


def add_comment(connection: Connection, written: Comment) -> int:
    """Keep a comment; its id."""
    values = {f"new_{c.name}": getattr(written, c.name) for c in _NEW}
    given = {**values, "new_for_all": int(written.for_all), "new_files": list(written.files) or None}
    return int(_ADD.on(connection).value(connection, given))


def comment_at(connection: Connection, number: int) -> Comment | None:
    """A comment by its id."""
    found = _ONE.on(connection).rows(connection, {"number": number})
    return _comment(found[0]) if found else None


def comment_files(connection: Connection, entity_id: int, record_id: int) -> list[int]:
    """The files of all comments on a record."""
    found = _FILES.on(connection).rows(connection, {"entity": entity_id, "record": record_id})
    return [int(number) for row in found for number in row["files"]]


def comments_of(connection: Connection, entity_id: int, record_id: int, limit: int = 50) -> list[Comment]:
    """The newest comments of a record, newest first."""
    found = _NEWEST.on(connection).rows(connection, {"entity": entity_id, "record": record_id, "most": limit})
    return [_comment(row) for row in found]


def _comment(row: Mapping[str, Any]) -> Comment:
    plain = {name: row[name] for name in Comment.__dataclass_fields__ if name not in ("for_all", "files")}
    return Comment(**plain, for_all=bool(row["for_all"]), files=tuple(row["files"] or ()))


def drop_comments(connection: Connection, entity_id: int, record_id: int) -> None:
    """What was written about a record goes for ever, and nobody follows it."""
    _DROP.on(connection).count(connection, {"entity": entity_id, "record": record_id})
    connection.execute(sa.delete(follower).where(follower.c.entity_id == entity_id, follower.c.record_id == record_id))


def follow(connection: Connection, entity_id: int, record_id: int, people: Iterable[int], now: datetime) -> None:
    """These people follow the record from now on; those who do already, do."""
    known = set(followers_of(connection, entity_id, record_id))
    for person in sorted(set(people) - known):
        values = {"entity_id": entity_id, "record_id": record_id, "person": person, "since": now}
        _FOLLOW.on(connection).count(connection, {f"new_{name}": value for name, value in values.items()})


def unfollow(connection: Connection, entity_id: int, record_id: int, person: int) -> None:
    """The person does not follow the record any more."""
    theirs = sa.and_(follower.c.entity_id == entity_id, follower.c.record_id == record_id, follower.c.person == person)
    connection.execute(sa.delete(follower).where(theirs))


def followers_of(connection: Connection, entity_id: int, record_id: int) -> list[int]:
    """Who follows a record, the first first."""
    return [row["person"] for row in _FOLLOWERS.on(connection).rows(connection, {"entity": entity_id, "record": record_id})]
