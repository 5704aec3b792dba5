"""What people are told: collected where it happens, sent as each person likes it, in their language, each notice once.

What happens writes rows in its own transaction; a new task costs nothing there, it is found afterwards. A mail is written when
it is sent, with the rights its reader has then: of a record they may not see, nothing is said at all. Links lead to the record;
none of them decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from engine import jobs, storage
from engine.access import SYSTEM, Actor
from engine.errors import Invisible, Message
from engine.jobs import Job, Work
from engine.metadata import Metadata
from engine.records import People, Record, load, may_use, titles
from engine.unit_of_work import Called, Commented, Event, Ground, UnitOfWork, View, look, run

from .mail import Mail, Post

NOTICE = "notice"
"""The name of the job that mails one notice, or all of a day."""
DIGEST_AT = time(7)
SUBJECTS: Mapping[str, str] = {
    "asked": "{title}: please decide",
    "reminded": "{title} still waits for you",
    "urged": "{title} is urgent",
    "copied": "{title}: a copy for you",
    "told": "{title}",
    "failed": "{title}: something could not be done",
    "mentioned": "{title}: you were mentioned",
    "commented": "{title}: a new comment",
}
"""What a notice says about the record, by its kind."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a person was told; `words` are the definition's own or somebody's."""

    id: int
    kind: str
    entity: str
    record: int
    title: str
    subject: Message
    words: str
    at: datetime
    mailed: bool = False


def remember(uow: UnitOfWork, event: Event) -> None:
    """Keep what people are to be told of something that happened; the acting person knows it already."""
    if isinstance(event, Called):
        words = dict(event.words) if isinstance(event.words, Mapping) else event.words
        about = {"words": words, "made_of": event.made_of, "by": event.by, "instance_id": event.instance}
        _keep(uow, event, event.kind, [p for p in event.people if p != uow.actor.id], about)
    elif isinstance(event, Commented):
        _keep(uow, event, "mentioned", event.mentioned, {"words": event.words, "by": ()})
        _keep(uow, event, "commented", [p for p in event.followers if p not in event.mentioned], {"words": event.words, "by": ()})


def _keep(uow: UnitOfWork, event: Event, kind: str, people: Sequence[int], about: Mapping[str, object]) -> None:
    number = uow.metadata.identity.number(f"entity:{event.entity}") or 0
    row = {**about, "entity_id": number, "record_id": event.record, "kind": kind, "at": uow.now}
    storage.add_notices(uow.connection, [{**row, "person": person} for person in dict.fromkeys(people)])


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
        _plan(uow, row, likes.get(row["person"], "none"))


def _likes(view: View, people: set[int]) -> dict[int, str]:
    """How people like to be told by mail: `each`, `daily`, or not; who has no address or has left is not mailed."""
    users = view.tables.table("user")
    query = users.select().with_only_columns(users.c["id"], users.c["email"], users.c["active"], users.c["notices"])
    found = view.connection.execute(query.where(users.c["id"].in_(people))).all() if people else []
    return {row.id: (row.notices or "each") if row.email and row.active else "none" for row in found}


def _plan(uow: UnitOfWork, row: Mapping[str, Any], like: str) -> None:
    if row["by"] and "email" not in row["by"]:
        return
    if like == "each" or (like != "none" and "email" in row["by"]):
        payload = {"person": row["person"], "notices": [row["id"]]}
        jobs.put(uow.connection, Work(NOTICE, uow.now, payload, f"{NOTICE}:{row['id']}"))
    elif like == "daily":
        storage.mark_notices(uow.connection, [row["id"]], {"state": "later"})
        local = uow.now.astimezone(uow.zone)
        day = local.date() if local.time() < DIGEST_AT else local.date() + timedelta(days=1)
        due = datetime.combine(day, DIGEST_AT, uow.zone)
        payload = {"person": row["person"], "since": (due - timedelta(days=2)).isoformat()}
        jobs.put(uow.connection, Work(NOTICE, due, payload, f"digest:{row['person']}:{day.isoformat()}"))


def notice_handler(ground: Ground, people: People, post: Post, address: str) -> Callable[[Job], None]:
    """What mails notices: one, or those of a day together."""

    def handle(job: Job) -> None:
        actor = people.actor(int(str(job.payload["person"])))
        with look(ground, actor) as view:
            rows = _wanted(view, job)
            told = [notice for row in rows if (notice := _told(view, actor, row)) is not None]
            mail = _mail(view, actor, told, address)
        if mail is not None:
            post.send(mail, job.once, job.now())
        run(ground, SYSTEM, partial(_sent, job=job, ids=[notice.id for notice in told]))

    return handle


def _wanted(view: View, job: Job) -> list[dict[str, Any]]:
    person, ids = int(str(job.payload["person"])), job.payload.get("notices")
    if isinstance(ids, list):
        return storage.waiting_notices(view.connection, person, ids)
    return storage.unmailed(view.connection, person, datetime.fromisoformat(str(job.payload["since"])))


def _sent(uow: UnitOfWork, job: Job, ids: Sequence[int]) -> None:
    storage.mark_notices(uow.connection, ids, {"mailed_at": uow.now, "state": "known"})
    job.done(uow.connection)


def _told(view: View, actor: Actor, row: Mapping[str, Any]) -> Notice | None:
    """A notice as its reader may see it now: nothing of a record they may not read, or of a task that is done."""
    entity = _entity(view.metadata, row["entity_id"])
    if entity is None or (row["task_id"] is not None and not storage.task_is_open(view.connection, row["task_id"])):
        return None
    try:
        record = load(view, entity, row["record_id"])
    except Invisible:
        return None
    title = titles(view, entity, [row["record_id"]]).get(row["record_id"]) or "…"
    words = row["words"] if all(_readable(view, record, path) for path in row["made_of"]) else ""
    text = Message(words).render(actor.language) if isinstance(words, Mapping) else str(words)
    subject = Message(SUBJECTS.get(row["kind"], "{title}"), {"title": title})
    return Notice(row["id"], row["kind"], entity, row["record_id"], title, subject, text, row["at"], row["mailed_at"] is not None)


def _readable(view: View, record: Record, path: str) -> bool:
    """Whether the reader may know what stands at a path from a record they may read."""
    first, _, rest = path.partition(".")
    kept_back = {*record.sight.hidden, *record.sight.masked}
    entity = view.metadata.entities[record.entity]
    if first in kept_back or path in kept_back:
        return False
    own_row = first in entity.fields and entity.fields[first].table is not None
    return not rest or own_row or may_use(view, entity, path)


def _entity(metadata: Metadata, number: int) -> str | None:
    return next((name for name in metadata.entities if metadata.identity.number(f"entity:{name}") == number), None)


def _mail(view: View, actor: Actor, told: Sequence[Notice], address: str) -> Mail | None:
    to = actor.row.get("email")
    if not told or not to:
        return None
    application = Message(view.metadata.label).render(actor.language)
    first = told[0].subject.render(actor.language)
    several = Message("{count} things for you", {"count": len(told)}).render(actor.language)
    subject = first if len(told) == 1 else several
    return Mail(str(to), f"[{application}] {subject}", "\n\n".join(_lines(told, actor, address)))


def _lines(told: Sequence[Notice], actor: Actor, address: str) -> Iterator[str]:
    for notice in told:
        lines = [notice.subject.render(actor.language), *([notice.words] if notice.words else [])]
        yield "\n".join([*lines, f"{address}/records/{notice.entity}/{notice.record}"])


def notices(view: View, *, person: int | None = None, before: int | None = None, limit: int = 50) -> list[Notice]:
    """What the acting person was told (`person`: somebody else, as the system asks), newest first, as far as they may see it now."""
    whose = person or view.actor.id
    if whose is None:
        return []
    rows = storage.notices_of(view.connection, whose, before, limit)
    return [notice for row in rows if (notice := _told(view, view.actor, {**row, "task_id": None})) is not None]


def told_to(view: View, person: int, about: tuple[str, int] | None = None) -> list[Notice]:
    """Everything a person was told (about one record), oldest first, as the system knows it; a new task counts before it is on its way."""
    rows = [*reversed(storage.notices_of(view.connection, person, None, 1000)), *storage.untold_tasks(view.connection, person)]
    found = [notice for row in rows if (notice := _told(view, view.actor, {**row, "task_id": None})) is not None]
    return [notice for notice in found if about is None or (notice.entity, notice.record) == about]
