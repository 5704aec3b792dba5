"""What a person was told, as they may see it now: nothing of a record they may not read, no words of a field that is hidden from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import storage
from engine.access import Actor
from engine.errors import Invisible, Message
from engine.frozen import frozen
from engine.records import Telling, knows, load, titles
from engine.unit_of_work import UnitOfWork, View

PAGE = 30
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


@frozen
class Notice:
    """One thing a person was told; `words` are the definition's own or somebody's, `task` is what they are asked to do."""

    id: int
    kind: str
    entity: str
    record: int
    title: str
    subject: Message
    words: str
    at: datetime
    mailed: bool = False
    read: bool = False
    task: int | None = None

    @property
    def path(self) -> str:
        """Where one reads more: the task, else the record."""
        return f"/inbox/{self.task}" if self.task else f"/records/{self.entity}/{self.record}"


@frozen
class Page:
    """Some notices, and what to ask for those before them (None: these were the first)."""

    notices: tuple[Notice, ...]
    before: int | None


def told_of(view: View, actor: Actor, row: Mapping[str, Any]) -> Notice | None:
    """A notice as its reader may see it now: nothing of a record they may not read, or of a task that is done."""
    entity = view.metadata.numbered.get(row["entity_id"])
    if entity is None or (row["task_id"] is not None and not storage.task_is_open(view.connection, row["task_id"])):
        return None
    try:
        record = load(view, entity, row["record_id"])
    except Invisible:
        return None
    title = titles(view, entity, [row["record_id"]]).get(row["record_id"]) or "…"
    told = Telling(view.metadata.entities[entity], record.id, record.sight, row["at"])
    words = row["words"] if all(knows(view, told, path) for path in row["made_of"]) else ""
    text = Message(words).render(actor.language) if isinstance(words, Mapping) else str(words)
    subject = Message(SUBJECTS.get(row["kind"], "{title}"), {"title": title})
    seen = row["mailed_at"] is not None, row["read_at"] is not None
    return Notice(row["id"], row["kind"], entity, row["record_id"], title, subject, text, row["at"], *seen, row["task_id"])


def notices(view: View, *, before: int | None = None, limit: int = PAGE) -> Page:
    """What the acting person was told, newest first, as far as they may see it now; tasks stand in the inbox and not here."""
    if view.actor.id is None:
        return Page((), None)
    rows = storage.notices_of(view.connection, view.actor.id, before, limit)
    shown = [row for row in rows if not row["by"] or "inbox" in row["by"]]
    found = tuple(notice for row in shown if (notice := told_of(view, view.actor, row)) is not None)
    return Page(found, int(rows[-1]["id"]) if len(rows) == limit else None)


def read_notice(uow: UnitOfWork, number: int) -> Notice:
    """The acting person reads a notice of theirs. Raises Invisible where it is not theirs, or about what they may not see now."""
    rows = [] if uow.actor.id is None else storage.notice_of(uow.connection, uow.actor.id, number)
    notice = told_of(uow, uow.actor, rows[0]) if rows else None
    if notice is None:
        raise Invisible
    storage.mark_notices(uow.connection, [number], {"read_at": uow.now})
    return notice


def read_all(uow: UnitOfWork, until: int) -> None:
    """The acting person has read everything they were told, up to a notice."""
    if uow.actor.id is not None:
        storage.mark_read(uow.connection, uow.actor.id, until, uow.now)


def told_to(view: View, person: int, about: tuple[str, int] | None = None) -> list[Notice]:
    """Everything a person was told (about one record), oldest first, as the system knows it; a new task counts before it is on its way."""
    rows = [*storage.all_told(view.connection, person), *storage.untold_tasks(view.connection, person)]
    found = [notice for row in rows if (notice := told_of(view, view.actor, {**row, "task_id": None})) is not None]
    return [notice for notice in found if about is None or (notice.entity, notice.record) == about]
