"""What an action of a lifecycle does to its record, in the order of LANGUAGE 5.3: guards, state and values, then the checks.

Effects have the rights of the definition, not of the person who caused them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from engine.errors import Message, Refusal
from engine.frozen import frozen
from engine.metadata import Action, Entity, Given, Guard, Value
from engine.records import Demands, RecordFrame, archived, enact, filled, hold, number_at, seen_of_record, value_of
from engine.unit_of_work import UnitOfWork, View

Row = Mapping[str, Value]
NOTHING: Row = {}


@frozen
class Input:
    """What a person gave with an action: values of fields, `own` values that only the action knows, and a comment."""

    asked: Mapping[str, Value] = field(default_factory=dict)
    own: Mapping[str, Value] = field(default_factory=dict)
    comment: str = ""


NO_INPUT = Input()


def apply(uow: UnitOfWork, entity: str, row: Row, action: Action, said: Input) -> Row:
    """The record after `action` with what was given. Raises Refusal in a wrong state or by a guard, Invalid by checks."""
    hold(uow, [guard.require for guard in action.guards if not guard.of_change], row)  # type: ignore[arg-type] # it is only read
    own, asked = own_values(action, said), said.asked
    if refusal := why_not(uow, entity, row, action, own):
        raise refusal
    seen = {**row, **asked}
    frame = RecordFrame(uow, old=row, extra=own)
    given = given_values(action.effects.set, seen, frame)
    moved = {"state": action.to} if action.to else {}
    written = {**asked, **given, **moved}
    numbered = number_at(uow, uow.metadata.entities[entity], {**row, **written}, action.name)
    after = enact(uow, entity, dict(row), {**written, **numbered}, Demands(typed=frozenset(asked)))
    if guards := [guard for guard in action.guards if guard.of_change]:
        hold(uow, [guard.require for guard in guards], after)
        _demand(guards, uow.metadata.entities[entity], after, RecordFrame(uow, old=row, extra=own))
    return after


def own_values(action: Action, said: Input) -> dict[str, Value]:
    """What formulas see of the values that only the action knows; blank where nobody gave them."""
    return {name: said.own.get(name) for name in action.own}


def why_not(view: View, entity: str, row: Row, action: Action, own: Row | None = None) -> Refusal | None:
    """Every reason why the action is not possible on this record now, or None; a guard that is null says no.

    Guards that read the action's `own` values are asked once these are known; those that read what changes, when it is written.
    """
    if reason := archived(view.metadata, entity, row):
        return Refusal(reason)
    if "state" in row and row["state"] not in action.sources:
        shown = {"action": action.label, "state": _label(view, entity, str(row["state"]))}
        return Refusal(Message("“{action}” is not possible in the state “{state}”.", shown))
    frame = RecordFrame(view, extra=own or {})
    guards = [guard for guard in action.guards if not guard.waits or (own is not None and not guard.of_change)]
    return _stopped(guards, view.metadata.entities[entity], row, frame)


def _demand(guards: Sequence[Guard], entity: Entity, row: Row, frame: RecordFrame) -> None:
    if refusal := _stopped(guards, entity, row, frame):
        raise refusal


def _stopped(guards: Sequence[Guard], entity: Entity, row: Row, frame: RecordFrame) -> Refusal | None:
    failing = [_said(guard, entity, row, frame) for guard in guards if not guard.require.holds(row, frame)]
    return Refusal(as_one(failing)) if failing else None


def _said(guard: Guard, entity: Entity, row: Row, frame: RecordFrame) -> Message:
    if guard.say is None:
        return Message("This condition does not hold: {rule}", {"rule": guard.require.text})
    here = row if isinstance(row, dict) else dict(row)
    return filled(guard.say, here, frame, seen_of_record(frame, entity, here))


def as_one(reasons: Sequence[Message]) -> Message:
    """Several reasons as one text."""
    return reasons[0] if len(reasons) == 1 else Message("{reason} · {others}", {"reason": reasons[0], "others": as_one(reasons[1:])})


def _label(view: View, entity: str, state: str) -> Mapping[str, str] | str:
    lifecycle = view.metadata.entities[entity].lifecycle
    known = lifecycle.states.get(state) if lifecycle else None
    return known.label if known else state


def given_values(written: Mapping[str, Given], row: Row, frame: RecordFrame) -> dict[str, Value]:
    """The values of a `set`: literals, and formulas over the row as it is."""
    return {name: value_of(right, dict(row), frame) for name, right in written.items()}
