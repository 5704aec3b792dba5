"""The rows of `loom_notice`: what a person is to be told, and whether it has gone out by mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .database import Connection
from .later_tables import notice
from .matching import new_row, newly
from .prepared import Standing
from .workflow_tables import MANY as MANY_WAITING
from .workflow_tables import OPEN_TASKS, instance, task

MANY = 200
"""How many are looked at in one transaction."""
_ADD = new_row(notice)
_UNREAD_IDS = sa.select(notice.c.id).where(notice.c.person == sa.bindparam("asked"), notice.c.read_at.is_(None), notice.c.kind != "asked")
_UNREAD = sa.select(sa.func.count()).select_from(_UNREAD_IDS.limit(MANY_WAITING).subquery())
_WAITING = Standing(sa.select(OPEN_TASKS.scalar_subquery(), _UNREAD.scalar_subquery()))
_NEW_TASKS = sa.select(task.c.id).where(task.c.told == sa.false(), task.c.status == "open").limit(1)
_NEW_NOTICES = sa.select(notice.c.id).where(notice.c.state == "new").limit(1)


def has_news(connection: Connection) -> bool:
    """Whether anybody is to be told something that is not on its way yet."""
    return any(connection.execute(query).first() is not None for query in (_NEW_TASKS, _NEW_NOTICES))


def add_notices(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """More that people are to be told: `person entity_id record_id kind words by at`, and perhaps `instance_id task_id`."""
    blank = {"instance_id": None, "task_id": None, "made_of": (), "state": "new", "read_at": None, "mailed_at": None}
    if rows:
        _ADD.on(connection).each(connection, (newly({**blank, **row}) for row in rows))


def take_new_tasks(connection: Connection) -> list[dict[str, Any]]:
    """Open tasks that nobody was told of yet, each handed out once."""
    chosen = sa.select(task.c.id).where(task.c.told == sa.false(), task.c.status == "open").order_by(task.c.id).limit(MANY)
    taken = sa.update(task).where(task.c.id.in_(chosen.with_for_update(skip_locked=True).scalar_subquery())).values(told=True)
    found = connection.execute(taken.returning(task.c.id, task.c.person, task.c.instance_id)).mappings().all()
    running = {row["instance_id"] for row in found}
    about = sa.select(instance.c.id, instance.c.entity_id, instance.c.record_id).where(instance.c.id.in_(running))
    known = {row.id: row for row in connection.execute(about)} if found else {}
    return [{**row, "entity_id": known[row["instance_id"]].entity_id, "record_id": known[row["instance_id"]].record_id} for row in found]


def take_new_notices(connection: Connection) -> list[dict[str, Any]]:
    """Notices that are not on their way yet, each handed out once."""
    chosen = sa.select(notice.c.id).where(notice.c.state == "new").order_by(notice.c.id).limit(MANY).with_for_update(skip_locked=True)
    taken = sa.update(notice).where(notice.c.id.in_(chosen.scalar_subquery())).values(state="known").returning(*notice.c)
    return sorted((dict(row) for row in connection.execute(taken).mappings()), key=lambda row: int(row["id"]))


def notices_of(connection: Connection, person: int, before: int | None, limit: int) -> list[dict[str, Any]]:
    """What a person was told beside new tasks, newest first; `before` is the id of the last one of the page before."""
    query = sa.select(notice).where(notice.c.person == person, notice.c.kind != "asked").order_by(notice.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(notice.c.id < before)
    return [dict(row) for row in connection.execute(query).mappings()]


def all_told(connection: Connection, person: int) -> list[dict[str, Any]]:
    """Everything a person was told lately, oldest first."""
    query = sa.select(notice).where(notice.c.person == person).order_by(notice.c.id.desc()).limit(1000)
    return [dict(row) for row in reversed(connection.execute(query).mappings().all())]


def notice_of(connection: Connection, person: int, number: int) -> list[dict[str, Any]]:
    """One notice, where it is the person's."""
    return [dict(row) for row in connection.execute(sa.select(notice).where(notice.c.id == number, notice.c.person == person)).mappings()]


def mark_read(connection: Connection, person: int, until: int, now: datetime) -> None:
    """A person has read all notices up to one."""
    unread = sa.update(notice).where(notice.c.person == person, notice.c.read_at.is_(None), notice.c.id <= until)
    connection.execute(unread.values(read_at=now))


def waiting_for(connection: Connection, person: int) -> tuple[int, int]:
    """How many open tasks a person has, and how many notices that they have not read; counted to 1,000."""
    tasks, unread = _WAITING.on(connection).tuples(connection, {"asked": person})[0]
    return int(tasks), int(unread)


def waiting_notices(connection: Connection, person: int, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Those of `ids` that are of the person and not mailed yet, oldest first."""
    query = sa.select(notice).where(notice.c.person == person, notice.c.id.in_(ids), notice.c.mailed_at.is_(None)).order_by(notice.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def unmailed(connection: Connection, person: int, since: datetime) -> list[dict[str, Any]]:
    """What a person was told since then and not by mail, oldest first."""
    query = sa.select(notice).where(
        notice.c.person == person, notice.c.at >= since, notice.c.mailed_at.is_(None), notice.c.state == "later"
    )
    return [dict(row) for row in connection.execute(query.order_by(notice.c.id).limit(MANY)).mappings()]


def mark_notices(connection: Connection, ids: Sequence[int], values: Mapping[str, object]) -> None:
    """Notices were mailed, read, or wait for a digest."""
    if ids:
        connection.execute(sa.update(notice).where(notice.c.id.in_(ids)).values(**values))


def task_is_open(connection: Connection, number: int) -> bool:
    """Whether a task still waits for its person."""
    return connection.execute(sa.select(task.c.id).where(task.c.id == number, task.c.status == "open")).first() is not None


def untold_tasks(connection: Connection, person: int) -> list[dict[str, Any]]:
    """Open tasks of a person that no notice stands for yet, as if there were one."""
    query = sa.select(task.c.id, task.c.created_at, instance.c.entity_id, instance.c.record_id).join(instance)
    found = connection.execute(query.where(task.c.person == person, task.c.told == sa.false(), task.c.status == "open").order_by(task.c.id))
    shape = {"kind": "asked", "words": "", "made_of": (), "mailed_at": None, "read_at": None}
    return [{**shape, "id": 0, "at": row.created_at, "entity_id": row.entity_id, "record_id": row.record_id} for row in found]
