"""Lifecycles, compiled: states, and the actions that move a record between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Literal

from engine.errors import Text
from engine.formula import Formula, Wording
from engine.frozen import frozen

from .effects import NO_EFFECTS, Effects
from .people import Who
from .timers import Clock, StateTimer

if TYPE_CHECKING:
    from .fields import Field


@frozen
class State:
    """A state of a lifecycle."""

    name: str
    label: Text
    color: str = "secondary"
    final: bool = False
    lock: bool = False
    timers: tuple[StateTimer, ...] = ()


@frozen
class Guard:
    """A condition with the reason shown when it does not hold; null is no.

    One `of_answers` reads what the action asks for by itself, one `of_change` the record before and after (`old`, `new`).
    """

    require: Formula
    say: Wording | None
    of_answers: bool = False
    of_change: bool = False

    @property
    def waits(self) -> bool:
        """Whether it can only be asked once the action has been answered."""
        return self.of_answers or self.of_change


@frozen(slots=False, eq=False)
class Action:
    """What may be done with a record. `sources` are the states it is possible in; `to` None keeps the state.

    `ask` names what the small form before it runs asks for, in order: fields of the record, of which `needed` must have a value, and
    `own` values of the action, which no record keeps.
    """

    name: str
    label: Text
    sources: frozenset[str]
    to: str | None
    who: tuple[Who, ...]
    help: Text = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    ask: tuple[str, ...] = ()
    needed: frozenset[str] = frozenset()
    own: Mapping[str, Field] = field(default_factory=dict)
    comment: Literal["required", "optional", "none"] = "none"
    effects: Effects = NO_EFFECTS

    @property
    def plain(self) -> bool:
        """Whether it can be done without asking anything."""
        return not self.ask and self.comment != "required"

    @property
    def start(self) -> str | None:
        """The workflow that it begins."""
        return self.effects.start


@frozen(slots=False, eq=False)
class Lifecycle:
    """The states and actions of an entity; the first state is the start."""

    name: str
    entity: str
    label: Text
    states: Mapping[str, State]
    actions: Mapping[str, Action]
    clocks: tuple[Clock, ...] = ()

    @property
    def start(self) -> str:
        """The state of a new record."""
        return next(iter(self.states))
