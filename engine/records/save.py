"""The one door for writing a record: accept, default, fill, compute, check, write, and tell everybody (DESIGN path 2).

`save` is for people: it asks for the right to create or update, on the row as it was and as it will be. `change` (in its own module)
is for the engine's own effects: the same path without the question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from engine.access import RowRule, row_rule
from engine.errors import Forbidden, Invalid, Message
from engine.frozen import frozen
from engine.metadata import Entity, Field, Value
from engine.unit_of_work import UnitOfWork

from .accept import Entering, accept
from .change import NO_DEMANDS, Demands, conflict, kept
from .check import check_readonly
from .child_rows import refuse_rows
from .delete import delete
from .draft import Draft, Line, Row, begun, key_of
from .enact import lead
from .fetch import fetch
from .frame import RecordFrame
from .leading import led_to
from .links import check_links
from .making import complete_all, verify
from .moving import hold_whole
from .present import readable
from .seals import drafted
from .writable import Writable, writable


def save(uow: UnitOfWork, entity_name: str, number: int | None, values: Mapping[str, object], version: int | None = None) -> Row:
    """Create (`number` None) or update a record with `values` as the acting person; returns the record as it is now.

    `version` is the one the person has seen; None means that of the moment. Raises Invisible, Forbidden, Conflict, Invalid
    with every problem, Refusal when the record is locked.
    """
    entity = uow.metadata.entities[entity_name]
    if number is None:
        return _kept(uow, _created(uow, entity, values))
    draft, allowed = _updated(uow, entity, number, values, version)
    return _kept(uow, draft, allowed.opened)


@frozen
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
    accept(draft, values, Entering(Writable(opened.fields, opened.closed), uow.zone, uow.actor.proven))
    draft.put(Line(entity, draft.new, draft.old), opened.given)
    _fill_input(uow, draft)
    verify(uow, draft, opened.demands.must, opened.demands.checks)
    return _kept(uow, draft, opened.fields | opened.given.keys())


def _kept(uow: UnitOfWork, draft: Draft, opened: frozenset[str] = frozenset()) -> Row:
    """Write a complete draft, then the records that its links to many lead over; the record as it is then.

    Those of links that the definition opened are made and taken away with its rights, as far as the acting person sees them.
    """
    row = kept(uow, draft)
    for name, numbers in draft.led.items():
        field = draft.entity.fields[name]
        seen = led_to(uow, field, [key_of(row)]).get(key_of(row), {})
        (lead if name in opened else _lead)(uow, field, key_of(row), numbers, seen)
    return fetch(uow, draft.entity.name, key_of(row)) if draft.led else row


def _lead(uow: UnitOfWork, field: Field, number: int, wanted: Sequence[int], seen: Mapping[int, Sequence[int]]) -> None:
    """The same as `lead`, with the rights of the acting person. Raises Forbidden too."""
    assert field.through is not None
    through = field.through
    try:
        for gone in (each for target, betweens in seen.items() if target not in wanted for each in betweens):
            delete(uow, through.entity, gone)
        for target in (target for target in wanted if target not in seen):
            save(uow, through.entity, None, {through.own: number, through.far: target})
    except Invalid as invalid:
        raise Invalid([replace(problem, path=field.name) for problem in invalid.problems]) from invalid


def _created(uow: UnitOfWork, entity: Entity, values: Mapping[str, object]) -> Draft:
    draft = new_draft(entity, Entering(writable(uow, entity, None), uow.zone, uow.actor.proven), values)
    if not uow.actor.trusted:
        check_links(uow, [draft])
    complete_input(uow, draft)
    verify_new(uow, draft, row_rule(entity, "create", uow.actor))
    return draft


def new_draft(entity: Entity, entering: Entering, values: Mapping[str, object]) -> Draft:
    """A record that is to be made, with what the acting person says of it."""
    draft = Draft(entity, None, begun(entity, None))
    accept(draft, values, entering)
    return draft


def verify_new(uow: UnitOfWork, draft: Draft, rule: RowRule, *, fit: bool = False) -> None:
    """Check a complete new record; its values may be known to be `fit`. Raises Invalid, and Forbidden where the rule says no."""
    refuse_rows(uow, draft, Writable())
    verify(uow, draft, fit=fit)
    if not rule.everything and not rule.holds(draft.new, RecordFrame(uow)):
        raise Forbidden(Message("You may not create a record with these values."))


def _updated(uow: UnitOfWork, entity: Entity, number: int, values: Mapping[str, object], version: int | None) -> tuple[Draft, Writable]:
    if entity.tree in values:
        hold_whole(uow, entity)  # before the record, as everybody does who moves something
    old = fetch(uow, entity.name, number, lock=True)
    readable(uow, entity, old)
    allowed = writable(uow, entity, old)
    if version is not None and version != old["version"]:
        raise conflict(uow, entity, old)
    draft = drafted(uow, entity, old)
    accept(draft, values, Entering(allowed, uow.zone, uow.actor.proven))
    _fill_input(uow, draft)
    refuse_rows(uow, draft, allowed)
    verify(uow, draft)
    rule = row_rule(entity, "update", uow.actor)
    if allowed.beyond(draft.given) and not rule.holds(draft.new, RecordFrame(uow, old=old)):
        raise Forbidden(Message("You may not change the record to these values."))
    return draft, allowed


def _fill_input(uow: UnitOfWork, draft: Draft) -> None:
    """Fill and compute what a person left to the definition; only people are asked what they chose and changed."""
    if not uow.actor.trusted:
        check_links(uow, [draft])
    complete_input(uow, draft)


def complete_input(uow: UnitOfWork, draft: Draft) -> None:
    """Fill and compute a record whose links may be chosen; a problem for each field that was changed although it is read-only here."""
    complete_all(uow, draft)
    if not uow.actor.trusted:
        check_readonly(uow, draft)
