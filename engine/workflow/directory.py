"""Finding people in the database: by role, by name, by department, by a field of the record, by what they did in a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any, Self

from engine.formula import Formula
from engine.frozen import frozen
from engine.metadata import Entity, Who
from engine.records import RecordFrame, leads_to
from engine.storage import find_able, holds_any
from engine.unit_of_work import View

from . import task_rows
from .departments import appointed, below, heads_above
from .effects import Row
from .model import Instance
from .people import resolve

USER = "user"
DEPARTMENT = "department"
YES = True
AUTHORS = ("created_by", "updated_by")
VIA_RULE = "delegation:"
"""How `via` begins for who stands in by a rule; the number of the rule follows."""


@frozen
class Turn:
    """What people are sought for: a step, and those who are asked there now."""

    step: str = ""
    assignees: Sequence[int] = ()


class Directory:
    """The port `People` for one record, and for one instance over it; without an instance the submitter is who made the record.

    `turn` is the step that people are sought for.
    """

    def __init__(self, view: View, entity: str, row: Row, instance: Instance | None = None, turn: Turn = Turn()) -> None:  # noqa: B008 - it is frozen
        self._view = view
        self._entity = view.metadata.entities[entity]
        self._row = row
        self._instance = instance
        self.turn = turn
        self._users = view.tables.table(USER)
        self._away = view.tables.table("delegation")
        self._able: dict[int, tuple[int, str] | None] = {}

    def turned(self, step: str) -> Self:
        """The same for another step: what is known of people by now is known there too."""
        found = copy(self)
        found.turn = Turn(step)
        return found

    @property
    def submitter(self) -> int | None:
        """Who started the instance, or made the record."""
        found = self._instance.starter if self._instance else self._author()
        return found if isinstance(found, int) else None

    def _author(self) -> object:
        """Who made the record; of a row of a table, its document."""
        owner = self._entity.document
        made = self._row if owner is None else RecordFrame(self._view).document(self._row, owner)
        return None if made is None else made.get("created_by")

    @property
    def assignees(self) -> Sequence[int]:
        """Who is asked now."""
        return self.turn.assignees

    def playing(self, role: str) -> Sequence[int]:
        """Everybody whose roles are this one or include it, oldest account first; also who has it for the submitter's department."""
        names = [name for name, known in self._view.metadata.roles.items() if role in known.includes]
        found = holds_any(self._users.c["roles"], names, self._view.tables.dialect)
        here = self.submitter
        return self._select(found if here is None else found | self._users.c["id"].in_(appointed(self._view, names, here)))

    def named(self, name: str) -> Sequence[int]:
        """The person with that sign-in name."""
        return self._select(self._users.c["login"] == name)

    def at(self, path: str) -> Sequence[int]:
        """The person in the field at the end of `path` (all of them in a field of several), or all people of the partner in it."""
        target, numbers = self._follow(path)
        if target == USER:
            return numbers
        return list(dict.fromkeys(person for number in numbers for person in self._people_of(target, number)))

    def deciders(self, step: str) -> Sequence[int]:
        """Who acted in the newest round of a step, or of the branches of a parallel step."""
        if self._instance is None:
            return []
        done = task_rows.last_tasks(self._view.connection, self._instance.id, step)
        return list(dict.fromkeys(task.actor for task in done if task.status == "done" and task.actor is not None))

    def department(self, name: str) -> Sequence[int]:
        """Everybody in the department of that name or below it."""
        found = below(self._view, name)
        return self._select(self._users.c["department"].in_(found)) if found else []

    def group(self, name: str) -> Sequence[int]:
        """The members of the group of that name, in their order."""
        groups, members = self._view.tables.table("group"), self._view.tables.table("group.members")
        wanted = groups.select().with_only_columns(groups.c["id"]).where(groups.c["name"] == name)
        rows = members.select().with_only_columns(members.c["person"]).where(members.c["document_id"].in_(wanted))
        return [int(person) for person in self._view.connection.execute(rows.order_by(members.c["row_no"])).scalars()]

    def heads(self, of: str, up_to: int | None) -> Sequence[int]:
        """The heads above somebody or of a department, nearest first."""
        found: dict[int, None] = {}
        for person, department in self._departments(of):
            found.update(dict.fromkeys(heads_above(self._view, department, person, up_to)))
        return list(found)

    def decided(self, table: str) -> Sequence[int]:
        """Whom a decision names for the record; nobody where the table is gone."""
        decision = self._view.metadata.decisions.get(table)
        return [] if decision is None else resolve(decision.people(self._row, RecordFrame(self._view)), self)

    def given_by(self, formula: Formula) -> Sequence[int]:
        """The person that a formula over the record gives."""
        person = formula(self._row, RecordFrame(self._view))
        return [person] if isinstance(person, int) else []

    def picked(self) -> Sequence[int]:
        """Who was picked for the step."""
        return [] if self._instance is None else list(self._instance.picked.get(self.turn.step, ()))

    def active(self, people: Sequence[int]) -> Sequence[int]:
        """Those of `people` who can still sign in."""
        unknown = list(dict.fromkeys(person for person in people if person not in self._able))
        if unknown:
            workflow = self._instance.workflow if self._instance else ""
            self._note(find_able(self._view.connection, self._view.tables, unknown, self._view.today, workflow))
        return [person for person in people if person in self._able]

    def staff(self, people: Sequence[int]) -> Sequence[int]:
        """Those of `people` who are no people from outside."""
        frame, inside = RecordFrame(self._view), set()
        for person in people:
            roles = (frame.record(USER, person) or {}).get("roles") or ()
            held = [self._view.metadata.roles.get(str(role)) for role in roles] if isinstance(roles, tuple | list) else []
            if any(role is not None and not role.external for role in held):
                inside.add(person)
        return [person for person in people if person in inside]

    def stand_ins(self, people: Sequence[int]) -> Mapping[int, tuple[int, str]]:
        """Who is away today, to their substitute, who can sign in, and the rule."""
        away = {person: rule for person in self.active(people) if (rule := self._able[person]) is not None}
        able = set(self.active([substitute for substitute, _ in away.values()]))
        return {person: rule for person, rule in away.items() if rule[0] in able}

    def _departments(self, of: str) -> Iterator[tuple[int | None, int]]:
        """The person asked about (None where a department is) with the department that the search begins at."""
        if of == "submitter":
            people: Sequence[int] = [] if self.submitter is None else [self.submitter]
        elif of == "assignee":
            people = self.assignees
        else:
            target, numbers = self._follow(of)
            if target == DEPARTMENT:
                yield from ((None, number) for number in numbers)
                return
            people = numbers if target == USER else []
        frame = RecordFrame(self._view)
        for person in people:
            department = (frame.record(USER, person) or {}).get("department")
            if isinstance(department, int):
                yield person, department

    def _follow(self, path: str) -> tuple[str, Sequence[int]]:
        """The records at the end of a path of links, of which the last may lead to several: their entity and their ids."""
        *hops, last = path.split(".")
        frame, entity, row = RecordFrame(self._view), self._entity, self._row
        for hop in hops:
            target, number = _target(entity, hop), row.get(hop)
            if hop == entity.document:
                found = frame.document(row, hop)
            else:
                found = frame.record(target, number) if isinstance(number, int) else None
            if found is None:
                return target, []
            entity, row = self._view.metadata.entities[target], found
        number, field = row.get(last), entity.fields.get(last)
        if field is not None and field.several:
            return _target(entity, last), leads_to(self._view, field, row)
        return _target(entity, last), [number] if isinstance(number, int) else []

    def _people_of(self, partner: str, number: int) -> Sequence[int]:
        links = [f.name for f in self._view.metadata.entities[USER].links if f.link is not None and f.link.entity == partner]
        return list(dict.fromkeys(person for link in links for person in self._select(self._users.c[link] == number)))

    def _select(self, condition: Any) -> list[int]:
        """The active people for whom `condition` holds, oldest account first; the same statement tells who of them is away."""
        users, away, today = self._users, self._away, self._view.today
        now: Any = (away.c["person"] == users.c["id"]) & (away.c["starts_on"] <= today) & (away.c["ends_on"] >= today)
        scope: Any = away.c["workflow"].is_(None)
        if self._instance is not None:
            scope = scope | (away.c["workflow"] == self._instance.workflow)
        query = users.select().with_only_columns(users.c["id"], away.c["substitute"], away.c["id"].label("rule"))
        query = query.select_from(users.outerjoin(away, now & scope)).where(condition, users.c["active"] == YES)
        query = query.order_by(users.c["id"], away.c["workflow"], away.c["id"])
        return self._note([(person, substitute, rule) for person, substitute, rule in self._view.connection.execute(query)])

    def _note(self, rows: Sequence[tuple[int, int | None, int | None]]) -> list[int]:
        """The people of `rows`, of whom it is known from now on whether they are away."""
        found: dict[int, tuple[int, str] | None] = {}
        for person, substitute, rule in rows:
            if found.get(person) is None:
                found[person] = None if substitute is None else (substitute, f"{VIA_RULE}{rule}")
        self._able.update(found)
        return list(found)


def _target(entity: Entity, name: str) -> str:
    if name in AUTHORS:
        return USER
    if name == entity.document:
        return name
    link = entity.fields[name].link
    assert link is not None
    return link.entity


def everybody_meant(view: View, who: Iterable[Who]) -> tuple[int, ...]:
    """The active people that are meant where there is no record: by role, sign-in name, department or group."""
    return resolve(who, Directory(view, USER, {}))
