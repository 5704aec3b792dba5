"""Actions as they are offered on a page."""

from __future__ import annotations

from engine.workflow import Possible

from .views import Action
from .visit import visit
from .words import _


def action_of(possible: Possible, address: str) -> Action:
    """An action of the record or row at `address`, with the reason where it is not possible now."""
    here, action = visit(), possible.action
    return Action(
        name=action.name,
        label=here.words(action.label),
        href=f"{address}/actions/{action.name}",
        help=here.words(action.help),
        why="" if possible.allowed else here.words(possible.reason) or _("This is not possible now."),
        asks=bool(action.ask) or action.comment != "none",
    )
