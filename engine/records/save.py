"""The one door for writing a record: accept, default, fill, compute, check, write, and tell everybody (DESIGN path 2).

`save` is for people: it asks for the right to create or update, on the row as it was and as it will be. `change` is for the
engine's own effects (actions, ends, answers of connectors): the same path without the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.access import Granting, granting, holding, row_rule, sight_of
from engine.access import editable as editable_by
from engine.errors import Conflict, Forbidden, Message, Refusal
from engine.metadata import Check, Entity, Rule, Value
from engine.unit_of_work import UnitOfWork, View

from .accept import Writable, accept
from .check import check
from .compute import compute, defaults, fill
from .draft import Draft, Row
from .fetch import fetch
from .frame import RecordFrame
from .grants import opened, locked
from .links import check_links
from .present import readable
from .titles import titles
from .write import insert, update

FIXED: frozenset[str] = frozenset()


def save(
    uow: UnitOfWork, entity_name: str, number: int | None, values: Mapping[str, object], version: int | None = None
) -> Row:
    """Create (`number` None) or update a record with `values` as the acting person; returns the record as it is now.

    `version` is the one the person has seen; None means that of the moment. Raises Invisible, Forbidden, Conflict, Invalid
    with every problem, Refusal when the record is locked.
    """
    entity = uow.metadata.entities[entity_name]
    return _create(uow, entity, values) if number is None else _update(uow, entity, number, values, version)


def change(
    uow: UnitOfWork,
    entity_name: str,
    row: Row,
    values: Mapping[str, Value],
    *,
    state: str | None = None,
    must: frozenset[str] = FIXED,
    checks: Sequence[Check] = (),
) -> Row:
    """The engine's own write: `values` (of the right types) and `state` go into the record `row` that `fetch` has locked.

    Everything is computed and checked as for a person; only the right to do it is not asked. Raises Invalid.
    """
    entity = uow.metadata.entities[entity_name]
    draft = Draft(entity, row, dict(row) | dict(values), given=set(values))
    if state is not None:
        draft.new["state"] = state
    _prepare(uow, draft, must, tuple(checks))
    return update(uow, draft)


def _create(uow: UnitOfWork, entity: Entity, values: Mapping[str, object]) -> Row:
    rules = granting(entity, "create", uow.actor)
    everything = row_rule(entity, "create", uow.actor)
    if everything.nothing:
        raise Forbidden(Message("You may not create records of the kind {entity}.", {"entity": entity.label}))
    new: Row = {table.name: [] for table in entity.tables}
    if entity.lifecycle is not None:
        new["state"] = entity.lifecycle.start
    draft = Draft(entity, None, new)
    accept(draft, values, for_create(entity, rules, everything.everything and not rules), uow.zone)
    _prepare(uow, draft, FIXED, ())
    if not everything.holds(draft.new, RecordFrame(uow)):
        raise Forbidden(Message("You may not create a record with these values."))
    return insert(uow, draft)


def _update(uow: UnitOfWork, entity: Entity, number: int, values: Mapping[str, object], version: int | None) -> Row:
    old = fetch(uow, entity.name, number, lock=True)
    readable(uow, entity, old)
    task_fields = opened(uow, entity, number)
    rules = row_rule(entity, "update", uow.actor)
    allowed = rules.holds(old, RecordFrame(uow))
    if not allowed and not task_fields:
        raise Forbidden(Message("You may not change this record."))
    refuse_locked(uow, entity, old, task_fields)
    if version is not None and version != old["version"]:
        raise conflict(uow, entity, old)
    draft = Draft(entity, old, _copy(old))
    writable = for_update(uow, entity, rules.granting, old, allowed, task_fields)
    accept(draft, values, writable, uow.zone)
    _prepare(uow, draft, FIXED, ())
    if allowed and not task_fields and not rules.holds(draft.new, RecordFrame(uow, old=old)):
        raise Forbidden(Message("You may not change the record to these values."))
    return update(uow, draft)


def _prepare(uow: UnitOfWork, draft: Draft, must: frozenset[str], checks: tuple[Check, ...]) -> None:
    fill(uow, draft)
    defaults(uow, draft)
    compute(uow, draft)
    if not uow.actor.trusted:
        check_links(uow, draft)
    check(uow, draft, must=must, checks=checks)
    draft.stop()


def _copy(row: Row) -> Row:
    return dict(row)


def refuse_locked(uow: View, entity: Entity, old: Row, task_fields: frozenset[str]) -> None:
    """Raise Refusal when the record is closed, or locked by what runs over it and not opened to the actor by a task."""
    state = entity.lifecycle.states.get(str(old.get("state"))) if entity.lifecycle else None
    if state is not None and state.lock:
        raise Refusal(Message("The record is closed: its state is {state}.", {"state": state.label}))
    if not task_fields and (reason := locked(uow, entity, int(str(old["id"])))):
        raise Refusal(reason)


def for_create(entity: Entity, rules: Sequence[Granting], everything: bool) -> Writable:
    """What a new record may hold, by the rules that grant its making."""
    held: tuple[Rule, ...] = tuple(granted.rule for granted in rules)
    closed = sight_of(tuple(g.rule for g in rules)).hidden if not everything else frozenset()
    return Writable(None if everything else editable_by(entity, held), closed)


def for_update(
    uow: View, entity: Entity, rules: Sequence[Granting], old: Row, allowed: bool, task_fields: frozenset[str]
) -> Writable:
    """What of a record as it is may be written: by rules that grant the update, and by an open task."""
    if not allowed:
        return Writable(task_fields)
    if uow.actor.trusted or uow.actor.administrator:
        return Writable()
    frame = RecordFrame(uow)
    held = holding(rules, old, frame)
    reading = holding(granting(entity, "read", uow.actor), old, frame)
    sight = sight_of(reading)
    names = editable_by(entity, held)
    closed = (sight.hidden | frozenset(sight.masked)) - task_fields
    return Writable(None if names is None else names | task_fields, closed)


def conflict(uow: UnitOfWork, entity: Entity, now: Row) -> Conflict:
    """The refusal for somebody whose version is old: who changed the record, and when."""
    by = now.get("updated_by")
    who = titles(uow, "user", [by]).get(by, "") if isinstance(by, int) else ""
    words = Message("{who} changed this record in the meantime.", {"who": who or Message("Somebody")})
    return Conflict(words, {"version": now["version"], "updated_at": now["updated_at"], "updated_by": who})
