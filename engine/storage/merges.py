"""What the engine itself keeps about a record, led to another one: comments, grants, ended work; and the log of such moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.frozen import frozen

from .database import Connection
from .later_tables import public_link
from .many import among, listed
from .own_columns import SYSTEM
from .prepared import Standing
from .system_tables import comment, follower, grant, record_lock
from .types import Instant, Json, key_type
from .workflow_tables import instance, task

merged = sa.Table(
    "loom_merge",
    SYSTEM,
    sa.Column("id", key_type(), sa.Identity(), primary_key=True),
    sa.Column("entity_id", key_type(), nullable=False),
    sa.Column("kept", key_type(), nullable=False),
    sa.Column("gone", key_type(), nullable=False),
    sa.Column("at", Instant(), nullable=False),
    sa.Column("by", key_type()),
    sa.Column("moved", Json(), nullable=False),
    sa.Column("taken", Json(), nullable=False),
    sa.Column("undone_at", Instant()),
    comment="Two records that became one: `moved` says what led to the one that went, `taken` which fields it gave.",
    sqlite_strict=True,
)
sa.Index("loom_merge_kept", merged.c.entity_id, merged.c.kept)
ABOUT: Mapping[str, sa.Table] = {"comment": comment, "grant": grant, "instance": instance, "link": public_link}
"""The tables whose rows stand beside a record, by the word that names them in the log."""
_NEW = tuple(column for column in merged.c if column.name not in ("id", "undone_at"))
_ADD = Standing(sa.insert(merged).values({c: sa.bindparam(f"new_{c.name}", type_=c.type) for c in _NEW}))
_OF = Standing(
    sa.select(merged)
    .where(
        merged.c.entity_id == sa.bindparam("entity", type_=sa.BigInteger),
        merged.c.kept == sa.bindparam("kept", type_=sa.BigInteger),
        merged.c.undone_at.is_(None),
    )
    .order_by(merged.c.id.desc())
)
_UNDONE = Standing(
    sa.update(merged)
    .where(merged.c.id == sa.bindparam("number", type_=sa.BigInteger))
    .values(undone_at=sa.bindparam("now", type_=merged.c.undone_at.type))
)
_RUNNING = Standing(
    sa.select(instance.c.id).where(
        instance.c.entity_id == sa.bindparam("entity", type_=sa.BigInteger),
        instance.c.record_id == sa.bindparam("record", type_=sa.BigInteger),
        instance.c.open,
    )
)


@frozen
class Merge:
    """One merge: which record went into which, what was moved (ids by table), and which fields were taken from it."""

    entity_id: int
    kept: int
    gone: int
    at: datetime
    by: int | None
    moved: Mapping[str, Any]
    taken: Sequence[str]
    id: int = 0
    undone_at: datetime | None = None


def add_merge(connection: Connection, merge: Merge) -> None:
    """Remember a merge."""
    _ADD.on(connection).count(connection, {f"new_{column.name}": getattr(merge, column.name) for column in _NEW})


def merges_of(connection: Connection, entity_id: int, kept: int) -> list[Merge]:
    """What went into a record and can be taken out again, the last first."""
    return [Merge(**row) for row in _OF.on(connection).rows(connection, {"entity": entity_id, "kept": kept})]


def kept_of(connection: Connection, entity_id: int, gone: int) -> int | None:
    """The record that one became part of; None where it did not, or does not any more."""
    where = (merged.c.entity_id == entity_id, merged.c.gone == gone, merged.c.undone_at.is_(None))
    return connection.execute(sa.select(merged.c.kept).where(*where).order_by(merged.c.id.desc()).limit(1)).scalar()


def undo_merge(connection: Connection, number: int, now: datetime) -> None:
    """The merge is undone."""
    _UNDONE.on(connection).count(connection, {"number": number, "now": now})


def running_over(connection: Connection, entity_id: int, record_id: int) -> set[int]:
    """The instances of workflows that are running over a record."""
    return {int(row["id"]) for row in _RUNNING.on(connection).rows(connection, {"entity": entity_id, "record": record_id})}


def move_about(connection: Connection, entity_id: int, source: int, target: int) -> dict[str, list[int]]:
    """Lead everything beside one record to another; gives the ids of what was moved."""
    found = {}
    for name, table in ABOUT.items():
        mine = sa.and_(table.c.entity_id == entity_id, table.c.record_id == source)
        found[name] = [int(number) for number in connection.execute(sa.select(table.c.id).where(mine)).scalars()]
        connection.execute(sa.update(table).where(mine).values(record_id=target))
    found["followers"] = _move_followers(connection, entity_id, source, target)
    return found


def move_locks(connection: Connection, entity_id: int, source: int, target: int) -> list[str]:
    """What held the one record closed holds the other closed; gives what that is."""
    mine = sa.and_(record_lock.c.entity_id == entity_id, record_lock.c.record_id == source)
    found = [str(each) for each in connection.execute(sa.select(record_lock.c.source).where(mine)).scalars()]
    if found:
        connection.execute(sa.update(record_lock).where(mine).values(record_id=target))
    return found


def _move_followers(connection: Connection, entity_id: int, source: int, target: int) -> list[int]:
    """Who follows the one record follows the other, once; the people whom that concerns."""
    there = sa.select(follower.c.person).where(follower.c.entity_id == entity_id, follower.c.record_id == target)
    mine = sa.and_(follower.c.entity_id == entity_id, follower.c.record_id == source, follower.c.person.not_in(there.scalar_subquery()))
    people = [int(person) for person in connection.execute(sa.select(follower.c.person).where(mine)).scalars()]
    connection.execute(sa.update(follower).where(mine).values(record_id=target))
    return people


def move_back(connection: Connection, merge: Merge) -> None:
    """Lead what was moved in a merge to the record again that it came from; work that was decided on since stays with what it opens."""
    moved, target = merge.moved, merge.gone
    theirs = sa.and_(
        follower.c.entity_id == merge.entity_id, follower.c.record_id == merge.kept, follower.c.person.in_(moved.get("followers", ()))
    )
    connection.execute(sa.update(follower).where(theirs).values(record_id=target))
    work = _decided_since(connection, merge)
    tasks = connection.execute(sa.select(task.c.id).where(task.c.instance_id.in_(work))).scalars() if work else ()
    staying = [*(f"instance:{number}" for number in work), *(f"task:{number}" for number in tasks)]
    dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
    for name, table in ABOUT.items():
        back = sa.update(table).where(among(table.c.id, dialect)).values(record_id=target)
        if table is grant:
            back = back.where(grant.c.source.not_in(staying))
        ids = [number for number in moved.get(name, ()) if table is not instance or number not in work]
        connection.execute(back, {"ids": listed(ids, dialect)})
    held = sa.and_(record_lock.c.entity_id == merge.entity_id, record_lock.c.record_id == merge.kept)
    locks = [source for source in moved.get("locks", ()) if source not in staying]
    connection.execute(sa.update(record_lock).where(held, record_lock.c.source.in_(locks)).values(record_id=target))


def _decided_since(connection: Connection, merge: Merge) -> list[int]:
    """The work that went over and in which somebody decided since, or which ended since."""
    decided = sa.select(task.c.id).where(task.c.instance_id == instance.c.id, task.c.decision.is_not(None), task.c.done_at >= merge.at)
    mine = instance.c.id.in_(merge.moved.get("instance", ()))
    query = sa.select(instance.c.id).where(mine, sa.or_(decided.exists(), instance.c.ended_at >= merge.at))
    return [int(number) for number in connection.execute(query).scalars()]
