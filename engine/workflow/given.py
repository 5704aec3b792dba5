"""What a person gives with an action: values of fields of the record, and values of the action's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from engine.errors import Invalid, Message, Problem
from engine.frozen import frozen
from engine.metadata import Action, Entity, Field, Value, needs_proof
from engine.records import PROOF, Unfit, loose_values, read_value, unproven, with_led
from engine.unit_of_work import UnitOfWork

from .effects import Input, Row


@frozen
class Said:
    """What a person gives with an action: the values it asks for, a comment, and the version of the record they have seen."""

    values: Mapping[str, object] = field(default_factory=dict)
    comment: str = ""
    version: int | None = None


NOTHING_SAID = Said()


def taken(uow: UnitOfWork, entity: Entity, row: Row, action: Action, said: Said) -> Input:
    """What was said, by the types of what the action asks for. Raises Invalid with every problem."""
    problems = [_unasked(action, name) for name in said.values if name not in action.ask]
    fields: dict[str, Value] = {}
    for name in (name for name in said.values if name in action.ask and name not in action.own):
        typed = _typed(uow, entity.fields[name], said.values[name], row.get(name))
        if isinstance(typed, Problem):
            problems.append(typed)
        else:
            fields[name] = typed
    wrong = {problem.path for problem in problems}
    there = row if action.needed.isdisjoint(f.name for f in entity.led) else with_led(uow, entity, [dict(row)], action.needed)[0]
    problems += [_needed(entity, n) for n in action.ask if n in action.needed and n not in wrong and fields.get(n, there[n]) is None]
    own: dict[str, Value] = {}
    if action.own:
        own, more = loose_values(uow, entity, action.own, {name: said.values[name] for name in action.own if name in said.values})
        problems += more
    if action.comment == "required" and not said.comment.strip():
        problems.append(Problem("comment", "required", Message("Please say why.")))
    if problems:
        raise Invalid(problems)
    return Input(fields, own, said.comment)


def _typed(uow: UnitOfWork, field: Field, raw: object, before: Value) -> Value | Problem:
    """The value, or why it cannot be entered: it is of another type, or whoever enters it shows again who they are."""
    try:
        value = read_value(field, raw, uow.zone)
    except Unfit as unfit:
        return Problem(field.name, "type", unfit.message)
    if needs_proof(field) and not uow.actor.proven and value != before:
        return Problem(field.name, PROOF, unproven(field))
    return value


def _unasked(action: Action, name: str) -> Problem:
    return Problem(name, "not_asked", Message("“{action}” does not ask for {name}.", {"action": action.label, "name": name}))


def _needed(entity: Entity, name: str) -> Problem:
    return Problem(name, "required", Message("{field} is needed.", {"field": entity.fields[name].label}))
