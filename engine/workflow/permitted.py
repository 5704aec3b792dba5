"""Whether an action is for somebody, and possible now."""

from __future__ import annotations

from engine.errors import Message
from engine.frozen import frozen
from engine.metadata import Action
from engine.unit_of_work import View

from .directory import Directory
from .effects import Row
from .people import among


@frozen
class Possible:
    """An action on a record or row: allowed, or the reason why not; `hidden` where it is not for this person at all."""

    action: Action
    allowed: bool
    hidden: bool = False
    reason: Message | None = None


def not_for(view: View, entity: str, row: Row, action: Action) -> Message | None:
    """Why the action is not for the acting person at all; None if it is."""
    directory = Directory(view, entity, row)
    if not among(action.who, view.actor, directory):
        elsewhere = next((one.name for one in action.who if one.kind == "role" and one.name in view.actor.somewhere), None)
        if elsewhere is None:
            return Message("“{action}” is not for you.", {"action": action.label})
        told = {"action": action.label, "role": view.metadata.roles[elsewhere].label}
        return Message("“{action}” is not for you: you have the role “{role}” for other departments than that of who made this.", told)
    if action.start is not None and not among(view.metadata.workflows[action.start].starters, view.actor, directory):
        return Message("You may not start “{workflow}”.", {"workflow": view.metadata.workflows[action.start].label})
    return None
