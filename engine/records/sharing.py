"""Opening one record to a person or a role, beside the rules of its entity: rows of the table of grants, like those of a workflow.

Who shares gives no more than they have: the record, the fields that they may write, until a moment where they say one. Whoever
would see fields that the sharer may not see cannot be given the record. Sharing and taking back are entries in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine import storage
from engine.access import CLEAR, Actor, RowRule, Sight, never_readable, row_rule
from engine.errors import Forbidden, Invalid, Message, Problem, Refusal
from engine.frozen import frozen
from engine.metadata import Entity
from engine.unit_of_work import UnitOfWork, View

from .child_rows import kept_back
from .draft import Row
from .fetch import fetch
from .frame import RecordFrame
from .grants import entity_id, grants_on
from .present import readable
from .rows import fetch_many
from .writable import writable
from .write import note

SHARED = "share:"
"""How the source of such a grant begins."""


@frozen
class Share:
    """To whom a record is opened: a person or everybody with a role; `change` also to write, `until` a moment (None: for good)."""

    person: int | None = None
    role: str | None = None
    change: bool = False
    until: datetime | None = None

    @property
    def key(self) -> str:
        """Whom it is for, as part of its source."""
        return f"person-{self.person}" if self.person is not None else f"role-{self.role}"


def may_share(view: View, entity: Entity, row: Row) -> bool:
    """Whether the actor may open this record to others."""
    rule: RowRule = row_rule(entity, "share", view.actor)
    return rule.holds(row, RecordFrame(view))


def shares(view: View, entity: Entity, number: int) -> list[Share]:
    """To whom a record is opened now by people."""
    found = [one for one in grants_on(view, entity, number) if one.source.startswith(SHARED)]
    return [Share(one.person, one.role, "update" in one.verbs, one.until) for one in found]


def share(uow: UnitOfWork, entity_name: str, number: int, wish: Share) -> None:
    """Open a record to somebody, or change how it is opened to them.

    Raises Invisible, Forbidden, Invalid for whom or until when does not fit, and Refusal where they would see more than the actor.
    """
    entity, row = uow.metadata.entities[entity_name], _own(uow, entity_name, number)
    _check(uow, wish)
    _refuse_more(uow, entity, row, wish)
    fields = tuple(_writable(uow, entity, row)) if wish.change else ()
    before = _entry_of(uow, entity, number, wish)
    source = _source(uow, entity, number, wish)
    storage.remove_grants(uow.connection, source)
    verbs = ("read", "update") if wish.change else ("read",)
    given = storage.Grant(entity_id(uow, entity), number, wish.person, wish.role, verbs, fields, source, wish.until)
    storage.add_grant(uow.connection, given)
    note(uow, entity, row, "share", {wish.key: (before, _told(wish))})


def unshare(uow: UnitOfWork, entity_name: str, number: int, who: Share) -> None:
    """Take back what was opened to a person or role; nothing happens where nothing was. Raises Invisible, Forbidden."""
    entity, row = uow.metadata.entities[entity_name], _own(uow, entity_name, number)
    if (before := _entry_of(uow, entity, number, who)) is not None:
        storage.remove_grants(uow.connection, _source(uow, entity, number, who))
        note(uow, entity, row, "unshare", {who.key: (before, None)})


def _own(uow: UnitOfWork, entity_name: str, number: int) -> Row:
    """The record, locked, if the actor may share it."""
    entity, row = uow.metadata.entities[entity_name], fetch(uow, entity_name, number, lock=True)
    readable(uow, entity, row)
    if not may_share(uow, entity, row):
        raise Forbidden(Message("You may not share this record."))
    return row


def _check(uow: UnitOfWork, wish: Share) -> None:
    problem = _problem(uow, wish)
    if problem is not None:
        raise Invalid([problem])


def _problem(uow: UnitOfWork, wish: Share) -> Problem | None:
    if wish.until is not None and wish.until <= uow.now:
        return Problem("until", "range", Message("Please choose a time that is still to come."))
    if (wish.person is None) == (wish.role is None):
        return Problem("person", "required", Message("Please choose a person or a role."))
    if wish.role is not None:
        known = wish.role in uow.metadata.roles
        return None if known else Problem("role", "unknown", Message("There is no such choice: {value}.", {"value": wish.role}))
    if wish.person == uow.actor.id:
        return Problem("person", "self", Message("You have this record already."))
    row = _person(uow, wish)
    return None if row and row.get("active") is not False else Problem("person", "unknown", Message("Please choose a record."))


def _person(uow: UnitOfWork, wish: Share) -> Row | None:
    return fetch_many(uow, "user", [wish.person]).get(wish.person) if wish.person is not None else None


def _refuse_more(uow: UnitOfWork, entity: Entity, row: Row, wish: Share) -> None:
    """Whoever gets a record sees of it what their own rules show of any record; that must not be more than the sharer sees.

    Those who play a role may play others too, so a role counts as seeing everything.
    """
    own, person = _narrowed(uow, entity, row), _person(uow, wish)
    roles = frozenset((person or {}).get("roles") or ())  # type: ignore[call-overload]
    theirs = CLEAR if wish.role is not None else never_readable(entity, Actor(roles=uow.metadata.held(roles)))
    if more := sorted(_closed(own) - _closed(theirs)):
        labels = ", ".join(str(Message(entity.fields[name].label)) if name in entity.fields else name for name in more)
        raise Refusal(Message("They would see what you may not see: {fields}.", {"fields": labels}))


def _narrowed(uow: UnitOfWork, entity: Entity, row: Row) -> Sight:
    """What the sharer sees of a record, without the tables of which they do not see everything."""
    sight = readable(uow, entity, row)
    return Sight(sight.hidden | kept_back(uow, entity, row), sight.masked)


def _closed(sight: Sight) -> frozenset[str]:
    return sight.hidden | sight.masked.keys()


def _writable(uow: UnitOfWork, entity: Entity, row: Row) -> list[str]:
    """The fields that the actor's own rules let them write here, and so may let others write. Raises Forbidden or Refusal for none.

    What a task or somebody else opened to them is theirs for that work, until that day, and not theirs to give.
    """
    allowed = writable(uow, entity, row).by_rules
    found = sorted(field.name for field in entity.written if allowed.allows(field.name))
    if not found:
        raise Forbidden(Message("You may not change this record."))
    return found


def _source(uow: UnitOfWork, entity: Entity, number: int, who: Share) -> str:
    return f"{SHARED}{entity_id(uow, entity)}-{number}-{who.key}"


def _entry_of(uow: UnitOfWork, entity: Entity, number: int, who: Share) -> Mapping[str, object] | None:
    return next((_told(one) for one in shares(uow, entity, number) if one.key == who.key), None)


def _told(one: Share) -> Mapping[str, object]:
    return {"change": one.change, "until": None if one.until is None else one.until.isoformat()}
