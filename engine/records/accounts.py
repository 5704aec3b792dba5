"""What accounts may become by whose hand: nobody gives, takes or comes by roles that their own do not let them give (DESIGN section 8)."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from engine.errors import Forbidden, Message
from engine.metadata import ACCOUNTS, ROLES, USER, Entity, Value
from engine.unit_of_work import View

from .draft import Draft, Line, Row
from .rows import fetch_referring

ROLE = "department_role"
"""The records each of which gives one role, as a whole: to whom, which, and where."""


@lru_cache(maxsize=1024)
def gives_roles(entity: Entity) -> bool:
    """Whether roles stand in the records, or rows, of an entity."""
    return any(field.type.choice_set == ROLES for field in entity.fields.values())


def refused(view: View, roles: Collection[str]) -> list[str]:
    """Those of these roles that the actor may neither give nor take."""
    actor = view.actor
    return [] if actor.trusted or actor.administrator else sorted(set(roles) - view.metadata.grantable(actor.roles))


def refuse_roles(view: View, entity: Entity, row: Row) -> None:
    """Raise Forbidden where an account comes or goes, or leads elsewhere, whose roles are not the actor's to give."""
    if entity.name in ACCOUNTS and (more := refused(view, _held(entity, row))):
        raise Forbidden(_words(more))


def refuse_persons(view: View, entity: Entity) -> None:
    """Raise Forbidden where people would be merged, with all they sign in by, by somebody who is no administrator."""
    if entity.name == USER and not (view.actor.trusted or view.actor.administrator):
        raise Forbidden(Message("Only an administrator may merge people."))


def check_roles(view: View, draft: Draft, line: Line) -> None:
    """A problem at each field that gives or takes roles that are not the actor's to give, or the address of who has them."""
    for field in line.entity.fields.values():
        if field.type.choice_set == ROLES and _is_typed(draft, line, field.name) and (more := refused(view, _changed(line, field.name))):
            draft.problem(line.path(field.name), "may_not_grant", _words(more))
    if line.entity.name == USER and line.before is not None and line.sets("email") and _is_typed(draft, line, "email"):
        _check_address(view, draft, line.before)


def _check_address(view: View, draft: Draft, person: Row) -> None:
    """Whoever sets the address to which passwords are sent can become its person."""
    if person["id"] == view.actor.id:
        return
    local = (str(row["role"]) for row in fetch_referring(view, ROLE, "person", [int(str(person["id"]))]))
    held = _held(draft.entity, person).union(local)
    if more := refused(view, held - view.actor.roles):
        words = "You may not change the address of somebody with these roles: {roles}"
        draft.problem("email", "may_not_grant", Message(words, {"roles": ", ".join(more)}))


def _changed(line: Line, name: str) -> set[str]:
    before, now = _roles((line.before or {}).get(name)), _roles(line.row.get(name))
    if line.entity.name == ROLE and any(line.sets(each) for each in line.entity.fields):
        return before | now
    return before ^ now


def _is_typed(draft: Draft, line: Line, name: str) -> bool:
    """Whether a person says what stands there, rather than a definition."""
    if draft.typed is None:
        return True
    names = line.entity.fields if line.entity.name == ROLE else (name,)
    return any(line.path(each) in draft.typed for each in names)


def _held(entity: Entity, row: Row) -> set[str]:
    names = (field.name for field in entity.fields.values() if field.type.choice_set == ROLES)
    return {role for name in names for role in _roles(row.get(name))}


def _roles(value: Value) -> set[str]:
    """The roles of a field that holds one or several."""
    return {value} if isinstance(value, str) else {str(role) for role in value} if isinstance(value, tuple | list) else set()


def _words(roles: Collection[str]) -> Message:
    return Message("You may not give or take these roles: {roles}", {"roles": ", ".join(roles)})
