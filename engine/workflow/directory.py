"""Finding people in the database: by role, by name, by a field of the record, by what they did in a step."""

from __future__ import annotations

from collections.abc import Sequence

from engine.metadata import Entity
from engine.records import RecordFrame
from engine.storage import fetch, holds_any
from engine.unit_of_work import View

from . import task_rows
from .effects import Row
from .model import Instance

USER = "user"
YES = True
AUTHORS = ("created_by", "updated_by")


class Directory:
    """The port `People` for one record, and for one instance over it; without an instance the submitter is who made the record."""

    def __init__(self, view: View, entity: str, row: Row, instance: Instance | None = None) -> None:
        self._view = view
        self._entity = view.metadata.entities[entity]
        self._row = row
        self._instance = instance
        self._users = view.tables.table(USER)
        self._able: set[int] = set()

    @property
    def submitter(self) -> int | None:
        """Who started the instance, or made the record."""
        found = self._instance.starter if self._instance else self._row.get("created_by")
        return found if isinstance(found, int) else None

    def playing(self, role: str) -> Sequence[int]:
        """Everybody whose roles are this one or include it, oldest account first."""
        names = [name for name, known in self._view.metadata.roles.items() if role in known.includes]
        return self._select(holds_any(self._users.c["roles"], names, self._view.tables.dialect))

    def named(self, name: str) -> Sequence[int]:
        """The person with that sign-in name."""
        return self._select(self._users.c["login"] == name)

    def at(self, path: str) -> Sequence[int]:
        """The person in the field at the end of `path`, or all people of the partner in it."""
        *hops, last = path.split(".")
        frame, entity, row = RecordFrame(self._view), self._entity, self._row
        for hop in hops:
            target, number = _target(entity, hop), row.get(hop)
            found = frame.record(target, number) if isinstance(number, int) else None
            if found is None:
                return []
            entity, row = self._view.metadata.entities[target], found
        number = row.get(last)
        if not isinstance(number, int):
            return []
        return [number] if _target(entity, last) == USER else self._people_of(_target(entity, last), number)

    def deciders(self, step: str) -> Sequence[int]:
        """Who acted in the newest round of a step."""
        if self._instance is None:
            return []
        done = task_rows.last_tasks(self._view.connection, self._instance.id, step)
        return [task.actor for task in done if task.status == "done" and task.actor is not None]

    def active(self, people: Sequence[int]) -> Sequence[int]:
        """Those of `people` who can still sign in."""
        unknown = [person for person in people if person not in self._able]
        if unknown:
            found = fetch(self._view.connection, self._view.tables, USER, unknown)
            self._able.update(number for number, row in found.items() if row["active"])
        return [person for person in people if person in self._able]

    def _people_of(self, partner: str, number: int) -> Sequence[int]:
        links = [f.name for f in self._view.metadata.entities[USER].links if f.link is not None and f.link.entity == partner]
        return list(dict.fromkeys(person for link in links for person in self._select(self._users.c[link] == number)))

    def _select(self, condition: object) -> list[int]:
        query = self._users.select().with_only_columns(self._users.c["id"]).where(condition, self._users.c["active"] == YES)  # type: ignore[arg-type]
        found = list(self._view.connection.execute(query.order_by(self._users.c["id"])).scalars())
        self._able.update(found)
        return found


def _target(entity: Entity, name: str) -> str:
    if name in AUTHORS:
        return USER
    link = entity.fields[name].link
    assert link is not None
    return link.entity
