"""What people are told: collected where it happens, sent as each person likes it, in their language, each notice once.

What happens writes rows in its own transaction; a new task costs nothing there, it is found afterwards. A mail is written when
it is sent, with the rights its reader has then: of a record they may not see, nothing is said at all. Links lead to the task or the
record; none of them decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from engine import jobs, storage
from engine.access import SYSTEM
from engine.frozen import frozen
from engine.jobs import Work
from engine.unit_of_work import Called, Commented, Event, Ground, UnitOfWork, View, look, run

from .chat import CHAT
from .mailing import NOTICE

DIGEST_AT = time(7)


@frozen
class Liking:
    """How a person likes to be told: by mail (`each`, `daily`, `none`), and by the robot of the chat group."""

    mail: str = "none"
    chat: bool = False


def remember(uow: UnitOfWork, event: Event) -> None:
    """Remember what people are to be told of something that happened; the acting person knows it already."""
    if isinstance(event, Called):
        words = dict(event.words) if isinstance(event.words, Mapping) else event.words
        elsewhere = event.by and "inbox" not in event.by
        about: dict[str, object] = {"words": words, "made_of": event.made_of, "by": event.by, "instance_id": event.instance}
        about["read_at"] = uow.now if elsewhere else None
        _keep(uow, event, event.kind, [p for p in event.people if p != uow.actor.id], about)
    elif isinstance(event, Commented):
        _keep(uow, event, "mentioned", event.mentioned, {"words": event.words, "by": ()})
        _keep(uow, event, "commented", [p for p in event.followers if p not in event.mentioned], {"words": event.words, "by": ()})


def _keep(uow: UnitOfWork, event: Event, kind: str, people: Sequence[int], about: Mapping[str, object]) -> None:
    number = uow.metadata.identity.number(f"entity:{event.entity}") or 0
    row = {**about, "entity_id": number, "record_id": event.record, "kind": kind, "at": uow.now}
    uow.notices += [{**row, "person": person} for person in dict.fromkeys(people)]


def write_notices(uow: UnitOfWork) -> None:
    """Keep what people are to be told of all that happened."""
    told, uow.notices = uow.notices, []
    storage.add_notices(uow.connection, told)


def sweep(ground: Ground) -> Callable[[], None]:
    """A sweep that sends on its way what people are to be told, new tasks among it."""

    def look_around() -> None:
        with look(ground, SYSTEM, snapshot=False) as view:
            news = storage.has_news(view.connection)
        if news:
            run(ground, SYSTEM, _send_on)

    return look_around


def _send_on(uow: UnitOfWork) -> None:
    tasks = storage.take_new_tasks(uow.connection)
    storage.add_notices(
        uow.connection,
        [
            {**{name: t[name] for name in ("person", "entity_id", "record_id", "instance_id")}, "task_id": t["id"], "kind": "asked"}
            | {"words": "", "by": (), "at": uow.now}
            for t in tasks
        ],
    )
    new = storage.take_new_notices(uow.connection)
    likes = _likes(uow, {row["person"] for row in new})
    for row in new:
        liking = likes.get(row["person"], Liking())
        _plan_mail(uow, row, liking.mail)
        _plan_chat(uow, row, wanted=liking.chat)


def _likes(view: View, people: set[int]) -> dict[int, Liking]:
    """How people like to be told; who has no address is not mailed, who has left is told nothing."""
    users = view.tables.table("user").c
    query = (
        view.tables.table("user").select().with_only_columns(users["id"], users["email"], users["active"], users["notices"], users["chat"])
    )
    found = view.connection.execute(query.where(users["id"].in_(people))).all() if people else []
    return {row.id: Liking((row.notices or "each") if row.email else "none", bool(row.chat)) if row.active else Liking() for row in found}


def _plan_mail(uow: UnitOfWork, row: Mapping[str, Any], like: str) -> None:
    if row["by"] and "email" not in row["by"]:
        return
    if like == "each" or (like != "none" and "email" in row["by"]):
        payload = {"person": row["person"], "notices": [row["id"]]}
        jobs.put(uow.connection, Work(NOTICE, uow.now, payload, f"{NOTICE}:{row['id']}"))
    elif like == "daily":
        storage.mark_notices(uow.connection, [row["id"]], {"state": "later"})
        due = next_morning(uow)
        payload = {"person": row["person"], "since": (due - timedelta(days=2)).isoformat()}
        jobs.put(uow.connection, Work(NOTICE, due, payload, f"digest:{row['person']}:{due.date().isoformat()}"))


def next_morning(view: View) -> datetime:
    """When what happened so far is told together."""
    local = view.now.astimezone(view.zone)
    day = local.date() if local.time() < DIGEST_AT else local.date() + timedelta(days=1)
    return datetime.combine(day, DIGEST_AT, view.zone)


def _plan_chat(uow: UnitOfWork, row: Mapping[str, Any], *, wanted: bool) -> None:
    if "chat" in row["by"] or (wanted and not row["by"]):
        payload = {"person": row["person"], "notice": row["id"]}
        jobs.put(uow.connection, Work(CHAT, uow.now, payload, f"{CHAT}:{row['id']}"))
