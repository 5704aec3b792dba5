"""Notices by mail: one, or all of a day together, written with the rights that their reader has at that moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from engine import storage
from engine.access import SYSTEM, Actor
from engine.errors import Message
from engine.jobs import Job
from engine.records import People
from engine.unit_of_work import Ground, UnitOfWork, View, look, run

from .mail import Mail, Post
from .told import Notice, told_of

NOTICE = "notice"
"""The name of the job that mails one notice, or all of a day."""


def notice_handler(ground: Ground, people: People, post: Post, address: str) -> Callable[[Job], None]:
    """What mails notices: one, or those of a day together."""

    def handle(job: Job) -> None:
        actor = people.actor(int(str(job.payload["person"])))
        with look(ground, actor) as view:
            rows = _wanted(view, job)
            told = [notice for row in rows if (notice := told_of(view, actor, row)) is not None]
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
        yield "\n".join([*lines, f"{address}{notice.path}"])
