"""What follows from an action, an end or an automation: records made, actions fired, workflows begun, people told (LANGUAGE 5.3).

Effects have the rights of the definition. They happen in the transaction of their cause: what one of them refuses, refuses all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from engine.errors import Message, Refusal
from engine.formula import Formula
from engine.frozen import frozen
from engine.metadata import USER, Action, CallAction, Create, Effects, Notify, Outside, Value
from engine.records import RecordFrame, change, enact, enact_new, fetch
from engine.unit_of_work import Called, Enrolled, Fired, UnitOfWork

from .choosing import choose
from .directory import Directory
from .effects import NO_INPUT, Input, Row, apply, given_values, own_values
from .inviting import invite
from .model import Instance
from .people import resolve
from .printing import print_record
from .rows_of import rows_of
from .steps import start
from .subjects import told_about


@frozen
class Occasion:
    """What effects know beside their record: how it was before, what was said, and the running work that came to an end.

    `asked` are values that the action alone asked for, `message` what the message carried that they follow.
    """

    old: Row | None = None
    comment: str = ""
    instance: Instance | None = None
    asked: Row = field(default_factory=dict)
    message: Row = field(default_factory=dict)

    def frame(self, uow: UnitOfWork, parent: Row | None = None) -> RecordFrame:
        """What the formulas of effects see; those of a row have the acting record as `parent`."""
        return RecordFrame(uow, parent=parent, old=self.old, extra=self.asked, message=self.message)


PLAIN = Occasion()


def perform(uow: UnitOfWork, entity: str, row: Row, action: Action, given: Input = NO_INPUT) -> Row:
    """The record after `action` and all that follows from it. Raises what the action and its effects raise."""
    after, occasion = apply(uow, entity, row, action, given), Occasion(row, given.comment, asked=own_values(action, given))
    uow.emit(Fired(entity, int(str(row["id"])), action.name))
    if action.effects.assign is not None:
        after = change(uow, entity, dict(after), choose(uow, entity, after, action.effects.assign, occasion.frame(uow)))
    return follow_up(uow, entity, after, action.effects, occasion) if action.effects.later else after


def carry_out(uow: UnitOfWork, entity: str, row: Row, effects: Effects, occasion: Occasion = PLAIN) -> Row:
    """The record after effects that no action has: those of an end or an automation."""
    if effects.when is not None and not effects.when.holds(row, occasion.frame(uow)):
        return row
    if effects.set:
        row = enact(uow, entity, dict(row), given_values(effects.set, row, occasion.frame(uow)))
    if effects.assign is not None:
        row = change(uow, entity, dict(row), choose(uow, entity, row, effects.assign, occasion.frame(uow)))
    return follow_up(uow, entity, row, effects, occasion) if effects.later else row


def follow_up(uow: UnitOfWork, entity: str, row: Row, effects: Effects, occasion: Occasion = PLAIN) -> Row:
    """What follows once the record's own values are written; the record afterwards."""
    for wanted in effects.create:
        row = _create(uow, entity, row, wanted, occasion)
    for call in effects.call:
        row = _call(uow, entity, row, call, occasion)
    if effects.start is not None:
        start(uow, uow.metadata.workflows[effects.start], row, occasion.comment)
    for outside in effects.run:
        _call_out(uow, row, outside, occasion)
    for notify in effects.notify:
        _tell(uow, entity, row, notify, occasion)
    if effects.print is not None:
        print_record(uow, entity, row, effects.print)
    return row


def _holds(uow: UnitOfWork, when: Formula | None, row: Row, occasion: Occasion) -> bool:
    return when is None or when.holds(row, occasion.frame(uow))


def _create(uow: UnitOfWork, entity: str, row: Row, wanted: Create, occasion: Occasion) -> Row:
    if not _holds(uow, wanted.when, row, occasion):
        return row
    if wanted.table is not None:
        return _add_rows(uow, entity, row, wanted, occasion)
    frame = occasion.frame(uow, row)
    for each in rows_of(uow, row, wanted.source, frame):
        values = given_values(wanted.set, each, frame)
        if wanted.unless_open and _is_open(uow, wanted, values):
            continue
        made = enact_new(uow, wanted.entity, values)
        if wanted.entity == USER:
            uow.emit(Enrolled(USER, int(str(made["id"]))))
        if wanted.into is not None:
            row = change(uow, entity, dict(row), {wanted.into: made["id"]})
    return row


def _add_rows(uow: UnitOfWork, entity: str, row: Row, wanted: Create, occasion: Occasion) -> Row:
    """The acting record with rows more at the end of its own table; of an acting row, it is a table of its document."""
    assert wanted.table is not None
    owner = uow.metadata.entities[entity].document
    whole = row if owner is None else fetch(uow, owner, int(str(row["document_id"])), lock=True)
    there = whole.get(wanted.table) or []
    assert isinstance(there, list)
    frame = occasion.frame(uow, row)
    more = [given_values(wanted.set, each, frame) for each in rows_of(uow, row, wanted.source, frame)]
    if not more:
        return row
    after = change(uow, owner or entity, dict(whole), {wanted.table: [*there, *more]})
    return after if owner is None else fetch(uow, entity, int(str(row["id"])))


def _is_open(uow: UnitOfWork, wanted: Create, values: Mapping[str, Value]) -> bool:
    """Whether a record with the same values is there that is not in a final state."""
    table = uow.tables.table(wanted.entity)
    lifecycle = uow.metadata.entities[wanted.entity].lifecycle
    query = table.select().with_only_columns(table.c["id"]).limit(1)
    for name in wanted.unless_open:
        query = query.where(table.c[name].is_not_distinct_from(values.get(name)))
    if lifecycle is not None:
        query = query.where(table.c["state"].not_in([s.name for s in lifecycle.states.values() if s.final]))
    return uow.connection.execute(query).first() is not None


def _call(uow: UnitOfWork, entity: str, row: Row, call: CallAction, occasion: Occasion) -> Row:
    """Fire an action as the engine; the acting record as it is then."""
    if not _holds(uow, call.when, row, occasion):
        return row
    frame = occasion.frame(uow, row)
    for each in list(rows_of(uow, row, call.source, frame)):
        number = each["id"] if call.record is None else call.record(each, frame)
        if isinstance(number, int):
            fire_as_engine(uow, call.entity, number, call.action)
    return fetch(uow, entity, int(str(row["id"])))


def _call_out(uow: UnitOfWork, row: Row, outside: Outside, occasion: Occasion) -> None:
    """Ask a connector after the commit, for the record or for each row."""
    if _holds(uow, outside.when, row, occasion):
        for each in list(rows_of(uow, row, outside.source, occasion.frame(uow, row))):
            start(uow, uow.metadata.calls[outside.flow], each)


def fire_as_engine(uow: UnitOfWork, entity: str, number: int, name: str) -> Row:
    """An action with the rights of the definition. Raises Refusal where it does not exist any more, or by state and guards."""
    lifecycle = uow.metadata.entities[entity].lifecycle
    action = lifecycle.actions.get(name) if lifecycle else None
    if action is None:
        raise Refusal(Message("The action “{action}” does not exist any more.", {"action": name}))
    return perform(uow, entity, fetch(uow, entity, number, lock=True), action)


def _tell(uow: UnitOfWork, entity: str, row: Row, notify: Notify, occasion: Occasion) -> None:
    """Tell people; those of an end are found as those of its steps were: who submitted it, who decided in it."""
    if not _holds(uow, notify.when, row, occasion):
        return
    frame = occasion.frame(uow, row)
    for each in rows_of(uow, row, notify.source, frame):
        people = resolve(notify.who, Directory(uow, notify.entity, each, None if notify.source else occasion.instance))
        if notify.link:
            invite(uow, frame, each, notify, people)
            continue
        words = notify.message.message(each, frame).text if notify.message else ""
        about = told_about(uow, notify.entity, each)
        made_of = about.paths(notify.message.paths) if notify.message else ()
        uow.emit(Called(about.entity, about.record, people, "told", words=words, by=notify.by, made_of=made_of))
