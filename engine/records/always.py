"""A check always holds: it is asked again at the end of every unit of work that changed a number it reads (LANGUAGE 5.2)."""

from __future__ import annotations

from engine.errors import Message, Refusal
from engine.formula import Formula, Root
from engine.metadata import Check, Entity
from engine.unit_of_work import UnitOfWork

from .draft import UNFIT, Row, key_of, rows_of
from .fetch import fetch_if_there
from .frame import RecordFrame, frame_of
from .titles import told_of
from .visible import visible_ids
from .wording import filled, seen_of_record


def check_derived(uow: UnitOfWork) -> None:
    """Ask the checks of every record whose computed fields this unit of work changed. Raises Refusal naming the record."""
    rank = uow.metadata.derivations.rank
    changed, uow.derived = uow.derived, set()
    for entity_name, number in sorted(changed, key=lambda each: (rank(each[0]), *each)):
        entity = uow.metadata.entities[entity_name]
        row = fetch_if_there(uow, entity_name, number)
        if row is None:
            continue
        _check(uow, entity, row, (entity, row))
        for table in entity.collections:
            assert table.rows is not None
            for child in rows_of(row, table):
                _check(uow, table.rows, child, (entity, row))


def _check(uow: UnitOfWork, entity: Entity, row: Row, owner: tuple[Entity, Row]) -> None:
    frame = frame_of(uow, row)
    for rule in entity.checks:
        if _reads_computed(uow, rule.require) and not rule.require.holds(row, frame):
            _say(uow, rule, _words(frame, rule, entity, row) if _is_seen(uow, entity, row) else UNFIT, owner)


def _words(frame: RecordFrame, rule: Check, entity: Entity, row: Row) -> Message:
    if rule.say is None:
        return Message("{rule}", {"rule": rule.require.text})
    return filled(rule.say, row, frame, seen_of_record(frame, entity, row))


def _is_seen(uow: UnitOfWork, entity: Entity, row: Row) -> bool:
    """Whether the acting person sees a row of a table with rules of its own."""
    return not entity.rules or entity.document is None or bool(visible_ids(uow, entity.name, [key_of(row)]))


def _say(uow: UnitOfWork, rule: Check, words: Message, owner: tuple[Entity, Row]) -> None:
    told = told_of(uow, *owner, words)
    if not rule.warn:
        raise Refusal(told)
    uow.warnings.append(told)


def _reads_computed(uow: UnitOfWork, formula: Formula) -> bool:
    entities = uow.metadata.entities
    own = (r for r in formula.references if r.root is Root.ROW and r.entity in entities)
    return any((field := entities[r.entity].fields.get(r.field)) is not None and field.computed for r in own)
