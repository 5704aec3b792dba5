"""The one door for writing a record: accept, default, fill, compute, check, write, and tell everybody (DESIGN path 2).

`save` is for people: it asks for the right to create or update, on the row as it was and as it will be. `change` is for the
engine's own effects (actions, ends, answers of connectors): the same path without the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.access import row_rule
from engine.errors import Conflict, Forbidden, Message
from engine.metadata import Check, Entity, Value
from engine.unit_of_work import UnitOfWork

from .accept import Entering, accept
from .check import check_readonly
from .derive import settle
from .draft import Draft, Row, begun, key_of
from .fetch import fetch
from .frame import RecordFrame
from .links import check_links
from .making import complete_all, verify, written
from .moving import hold_whole
from .present import readable
from .seals import drafted
from .titles import titles
from .writable import Writable, refuse_entered, writable
from .write import update
from .write_new import insert


@dataclass(frozen=True, slots=True)
class Demands:
    """What an action or a step asks beside the record's own rules; `typed` are the fields that a person entered."""

    must: frozenset[str] = frozenset()
    checks: tuple[Check, ...] = ()
    typed: frozenset[str] = frozenset()


NO_DEMANDS = Demands()


def save(uow: UnitOfWork, entity_name: str, number: int | None, values: Mapping[str, object], version: int | None = None) -> Row:
    """Create (`number` None) or update a record with `values` as the acting person; returns the record as it is now.

    `version` is the one the person has seen; None means that of the moment. Raises Invisible, Forbidden, Conflict, Invalid
    with every problem, Refusal when the record is locked.
    """
    entity = uow.metadata.entities[entity_name]
    row = _create(uow, entity, values) if number is None else _update(uow, entity, number, values, version)
    return _settled(uow, entity, row)


def change(uow: UnitOfWork, entity_name: str, row: Row, values: Mapping[str, Value], demands: Demands = NO_DEMANDS) -> Row:
    """The engine's own write: `values` (of the right types; `state` is one) go into the record `row` that `fetch` has locked.

    Everything is computed and checked as for a person; only the right to do it is not asked. Raises Invalid, and Refusal for a
    record of a kind that is only entered.
    """
    entity = uow.metadata.entities[entity_name]
    refuse_entered(entity)
    draft = drafted(uow, entity, row)
    draft.typed = demands.typed
    draft.new |= values
    draft.given |= set(values)
    if not uow.actor.trusted:
        check_links(uow, [draft], demands.typed)
    complete_all(uow, draft)
    verify(uow, draft, demands.must, demands.checks)
    return _settled(uow, entity, written(uow, draft, update))


def create(uow: UnitOfWork, entity_name: str, values: Mapping[str, Value]) -> Row:
    """The engine's own new record with `values` of the right types: the same as `change`, for a record that is not there yet."""
    entity = uow.metadata.entities[entity_name]
    draft = Draft(entity, None, begun(entity, None), typed=frozenset())
    draft.new |= values
    draft.given |= set(values)
    complete_all(uow, draft)
    verify(uow, draft)
    return _settled(uow, entity, written(uow, draft, insert))


@dataclass(frozen=True, slots=True)
class Opened:
    """What the definition lets a person write of a record, whatever their roles allow; `given` are values that it sets itself.

    The cells in `closed` stay closed although their table is open.
    """

    fields: frozenset[str]
    given: Mapping[str, Value] = field(default_factory=dict)
    demands: Demands = NO_DEMANDS
    closed: frozenset[str] = frozenset()


def fill_in(uow: UnitOfWork, entity_name: str, row: Row | None, values: Mapping[str, object], opened: Opened) -> Row:
    """A record that the acting person fills in (`row` None: a new one) as their part of some work. Raises Invalid with every problem."""
    entity = uow.metadata.entities[entity_name]
    draft = Draft(entity, None, begun(entity, None)) if row is None else drafted(uow, entity, row)
    accept(draft, values, Entering(Writable(opened.fields, opened.closed), uow.zone))
    draft.new |= opened.given
    draft.given |= set(opened.given)
    _complete_input(uow, draft)
    verify(uow, draft, opened.demands.must, opened.demands.checks)
    return _settled(uow, entity, written(uow, draft, insert if row is None else update))


def _settled(uow: UnitOfWork, entity: Entity, row: Row) -> Row:
    return settled(uow, entity, [row])[0]


def settled(uow: UnitOfWork, entity: Entity, rows: Sequence[Row]) -> list[Row]:
    """Compute what writing these records made stale; the records as they are then."""
    before = uow.derived
    uow.derived = set()
    settle(uow, [(entity, row) for row in rows])
    again = uow.derived
    uow.derived = again | before
    return [fetch(uow, entity.name, key_of(row)) if (entity.name, key_of(row)) in again else row for row in rows]


def _create(uow: UnitOfWork, entity: Entity, values: Mapping[str, object]) -> Row:
    draft = new_draft(entity, Entering(writable(uow, entity, None), uow.zone), values)
    if not uow.actor.trusted:
        check_links(uow, [draft])
    complete_new(uow, draft)
    return written(uow, draft, insert)


def new_draft(entity: Entity, entering: Entering, values: Mapping[str, object]) -> Draft:
    """A record that is to be made, with what the acting person says of it."""
    draft = Draft(entity, None, begun(entity, None))
    accept(draft, values, entering)
    return draft


def complete_new(uow: UnitOfWork, draft: Draft) -> None:
    """Fill, compute and check a new record whose links may be chosen. Raises Invalid, and Forbidden where it may not be made so."""
    _complete(uow, draft)
    verify(uow, draft)
    if not row_rule(draft.entity, "create", uow.actor).holds(draft.new, RecordFrame(uow)):
        raise Forbidden(Message("You may not create a record with these values."))


def _update(uow: UnitOfWork, entity: Entity, number: int, values: Mapping[str, object], version: int | None) -> Row:
    if entity.tree in values:
        hold_whole(uow, entity)  # before the record, as everybody does who moves something
    old = fetch(uow, entity.name, number, lock=True)
    readable(uow, entity, old)
    allowed = writable(uow, entity, old)
    if version is not None and version != old["version"]:
        raise conflict(uow, entity, old)
    draft = drafted(uow, entity, old)
    accept(draft, values, Entering(allowed, uow.zone))
    _complete_input(uow, draft)
    verify(uow, draft)
    rule = row_rule(entity, "update", uow.actor)
    if allowed.beyond(draft.given) and not rule.holds(draft.new, RecordFrame(uow, old=old)):
        raise Forbidden(Message("You may not change the record to these values."))
    return written(uow, draft, update)


def _complete_input(uow: UnitOfWork, draft: Draft) -> None:
    """Fill and compute what a person left to the definition; only people are asked what they chose and changed."""
    if not uow.actor.trusted:
        check_links(uow, [draft])
    _complete(uow, draft)


def _complete(uow: UnitOfWork, draft: Draft) -> None:
    complete_all(uow, draft)
    if not uow.actor.trusted:
        check_readonly(uow, draft)


def conflict(uow: UnitOfWork, entity: Entity, now: Row) -> Conflict:
    """The refusal for somebody whose version is old: who changed the record, and when."""
    by = now.get("updated_by")
    who = titles(uow, "user", [by]).get(by) if isinstance(by, int) else None
    words = Message("{who} changed this record in the meantime.", {"who": who or Message("Somebody")})
    return Conflict(words, {"version": now["version"], "updated_at": now["updated_at"], "updated_by": who})
