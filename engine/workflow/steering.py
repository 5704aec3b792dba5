"""What can be done with a running process as a whole, by the word for it: the one table for pages and programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from engine.unit_of_work import UnitOfWork

from .governing import cancel, jump, reopen
from .reclaim import reclaim
from .urging import urge
from .withdraw import withdraw

Steer = Callable[[UnitOfWork, int, str, str], None]
STEERING: Mapping[str, Steer] = MappingProxyType(
    {
        "withdraw": lambda uow, instance, to, why: withdraw(uow, instance, why),
        "urge": lambda uow, instance, to, why: urge(uow, instance, why),
        "reclaim": lambda uow, instance, to, why: reclaim(uow, instance, why),
        "cancel": lambda uow, instance, to, why: cancel(uow, instance, why),
        "jump": jump,
        "reopen": reopen,
    }
)
"""Word to what it does with an instance, the step it names (or none), and the reason."""
