"""What an action of a lifecycle does to its record, in the order of LANGUAGE 5.3: guards, state and values, then the checks.

Effects have the rights of the definition, not of the person who caused them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.errors import Message, Problem, Refusal
from engine.metadata import Action, Given, Guard, Value
from engine.records import Demands, RecordFrame, Unfit, change, hold, number_at, read_value
from engine.unit_of_work import UnitOfWork, View

Row = Mapping[str, Value]
NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Input:
    """What a person gave with an action: the values it asked for, and a comment."""

    asked: Mapping[str, Value] = field(default_factory=dict)
    comment: str = ""


NO_INPUT = Input()


def apply(uow: UnitOfWork, entity: str, row: Row, action: Action, asked: Mapping[str, Value]) -> Row:
    """The record after `action` with the values it asked for. Raises Refusal in a wrong state or by a guard, Invalid by checks."""
    hold(uow, [guard.require for guard in action.guards], dict(row))
    if refusal := why_not(uow, entity, row, action):
        raise refusal
    seen = {**row, **asked}
    frame = RecordFrame(uow, extra=dict(asked))
    given = given_values(action.effects.set, seen, frame)
    moved = {"state": action.to} if action.to else {}
    written = {**asked, **given, **moved}
    numbered = number_at(uow, uow.metadata.entities[entity], {**row, **written}, action.name)
    return change(uow, entity, dict(row), {**written, **numbered}, Demands(typed=frozenset(asked)))


def why_not(view: View, entity: str, row: Row, action: Action) -> Refusal | None:
    """Every reason why the action is not possible on this record now, or None; a guard that is null says no."""
    if "state" in row and row["state"] not in action.sources:
        shown = {"action": action.label, "state": _label(view, entity, str(row["state"]))}
        return Refusal(Message("“{action}” is not possible in the state “{state}”.", shown))
    frame = RecordFrame(view)
    failing = [_said(guard, row, frame) for guard in action.guards if not guard.require.holds(row, frame)]
    return Refusal(_all(failing)) if failing else None


def _said(guard: Guard, row: Row, frame: RecordFrame) -> Message:
    unsaid = Message("This condition does not hold: {rule}", {"rule": guard.require.text})
    return guard.say.message(row, frame) if guard.say else unsaid


def _all(reasons: Sequence[Message]) -> Message:
    """Several reasons as one text."""
    return reasons[0] if len(reasons) == 1 else Message("{reason} · {others}", {"reason": reasons[0], "others": _all(reasons[1:])})


def _label(view: View, entity: str, state: str) -> Mapping[str, str] | str:
    lifecycle = view.metadata.entities[entity].lifecycle
    known = lifecycle.states.get(state) if lifecycle else None
    return known.label if known else state


def read_asked(uow: UnitOfWork, entity: str, action: Action, values: Mapping[str, object], problems: list[Problem]) -> dict[str, Value]:
    """The values that the action asks for, by the types of their fields; whatever is wrong with them goes into `problems`."""
    fields = uow.metadata.entities[entity].fields
    found: dict[str, Value] = {}
    for name, raw in values.items():
        if name not in action.ask:
            problems.append(
                Problem(name, "not_asked", Message("“{action}” does not ask for {name}.", {"action": action.label, "name": name}))
            )
            continue
        try:
            found[name] = read_value(fields[name], raw, uow.zone)
        except Unfit as unfit:
            problems.append(Problem(name, "type", unfit.message))
    return found


def given_values(written: Mapping[str, Given], row: Row, frame: RecordFrame) -> dict[str, Value]:
    """The values of a `set`: literals, and formulas over the row as it is."""
    return {name: _value(right, row, frame) for name, right in written.items()}


def _value(right: Given, row: Row, frame: RecordFrame) -> Value:
    return right.literal if right.formula is None else right.formula(row, frame)
