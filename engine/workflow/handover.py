"""Somebody leaves: their work, and the places that name them, go to somebody else in one step (WORKFLOW 1.2 row 39).

Rows of the person stay: what they did keeps their name. Each task goes in a transaction of its own, so that one which the other person
may not have holds up no other; the places follow in one.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Forbidden, Invalid, Message, Problem
from engine.frozen import frozen
from engine.metadata import USER
from engine.records import change, fetch
from engine.unit_of_work import Cause, UnitOfWork, View

from . import ledger, task_rows
from .course import take
from .incidents import ask_instead

CAUSE = Cause("handover")


@frozen
class Holding:
    """What somebody holds: tasks that are not over, departments they head, groups they are in, rules by which they stand in."""

    tasks: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    rules: tuple[int, ...] = ()
    incidents: tuple[int, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to hand over."""
        return not (self.tasks or self.departments or self.groups or self.rules or self.incidents)


def holding(view: View, person: int) -> Holding:
    """What somebody holds. Raises Forbidden for whoever is no administrator."""
    if not view.actor.administrator:
        raise Forbidden(Message("Only administrators may hand over somebody's work."))
    tasks = tuple(task.id for task in task_rows.held_by(view.connection, person))
    department, member, rule = (view.tables.table(name) for name in ("department", "group.members", "delegation"))
    ends_later = (rule.c["substitute"] == person) & (rule.c["ends_on"] >= view.today)
    return Holding(
        tasks,
        _ids(view, department.select().with_only_columns(department.c["id"]).where(department.c["head"] == person)),
        _ids(view, member.select().with_only_columns(member.c["document_id"]).where(member.c["person"] == person)),
        _ids(view, rule.select().with_only_columns(rule.c["id"]).where(ends_later)),
        tuple(ledger.asked_about(view.connection, person)),
    )


def hand_over_places(uow: UnitOfWork, person: int, to: int, reason: str) -> None:
    """The departments, groups, rules and incidents of a person are another's. Raises Forbidden, and Invalid for who cannot take them."""
    held = holding(uow, person)
    check_successor(uow, person, to, reason)
    with uow.because(CAUSE):
        for number in held.departments:
            change(uow, "department", fetch(uow, "department", number, lock=True), {"head": to})
        for number in held.groups:
            row = fetch(uow, "group", number, lock=True)
            change(uow, "group", row, {"members": _members(row["members"], person, to)})
        for number in held.rules:
            rule = fetch(uow, "delegation", number, lock=True)
            if rule["person"] != to:
                change(uow, "delegation", rule, {"substitute": to})
        for number in held.incidents:
            _take_incident(uow, number, person, to)


def check_successor(view: View, person: int, to: int, reason: str) -> None:
    """Raises Invalid unless somebody else who can sign in takes over, for a reason."""
    problems = []
    row = fetch(view, USER, to)
    if to == person or not row["active"]:
        problems.append(Problem("to", "not_allowed", Message("Somebody else who can sign in must take it over.")))
    if not reason.strip():
        problems.append(Problem("comment", "required", Message("Please say why.")))
    if problems:
        raise Invalid(problems)


def _members(rows: object, person: int, to: int) -> list[dict[str, object]]:
    """The members with another in the place of one; nobody is in twice."""
    listed: Sequence[dict[str, object]] = [dict(row) for row in rows] if isinstance(rows, list | tuple) else []
    there = any(row["person"] == to for row in listed)
    return [{**row, "person": to} if row["person"] == person else row for row in listed if not (there and row["person"] == person)]


def _take_incident(uow: UnitOfWork, incident_id: int, person: int, to: int) -> None:
    incident = ledger.incident_of(uow.connection, incident_id)
    if incident is not None:
        ask_instead(take(uow, incident.instance_id), incident, person, to)


def _ids(view: View, query: object) -> tuple[int, ...]:
    return tuple(sorted({int(number) for number in view.connection.execute(query).scalars()}))  # type: ignore[call-overload] # a statement
