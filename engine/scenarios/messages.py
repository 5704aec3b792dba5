"""The step `message`: another system tells something; and the message that is stuck, as `incident: {message: …, key: …}` names it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.access import SYSTEM
from engine.errors import Message, Refusal, Unauthorised
from engine.metadata import Value
from engine.records import fetch
from engine.unit_of_work import UnitOfWork, View
from engine.workflow import INBOUND, Said, fire, messages_of, receive

from .model import Step
from .values import mapping
from .world import World

KEYS = frozenset({"message", "key"})


def tell(world: World, step: Step) -> None:
    """The message is let in and has its effect at once. Raises Unauthorised for one that is not signed, and what its fields raise."""
    if step.keys.get("signed") is False:
        raise Unauthorised
    world.application.run(SYSTEM, lambda uow: receive(uow, str(step.target), step.values))
    world.application.run_due(world.clock.now())


def stuck_messages(view: View, named: object) -> list[Mapping[str, Value]]:
    """The messages of a name and key that wait for somebody."""
    wanted = mapping(named)
    found = (fetch(view, INBOUND, number) for number in messages_of(view, str(wanted.get("message")), str(wanted.get("key"))))
    return [row for row in found if row["state"] == "stuck"]


def help_message(uow: UnitOfWork, step: Step) -> None:
    """Try again, or leave out, what is stuck. Raises Refusal where nothing is, and what the action raises."""
    found = stuck_messages(uow, step.keys["incident"])
    if not found:
        raise Refusal(Message("There is no open incident."))
    for row in found:
        fire(uow, INBOUND, int(str(row["id"])), str(step.target), Said(comment=step.without("comment")[1]))
