"""Timers, compiled: when something happens by itself, and what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal

from engine.errors import Text
from engine.formula import Formula
from engine.frozen import frozen

from .effects import Notify
from .people import Who
from .working_time import Span

TimerDo = Literal["remind", "escalate", "approve", "reject", "return", "go"]
TIMER_DO: Mapping[str, tuple[TimerDo, ...]] = {
    "fill": ("remind", "escalate", "go"),
    "review": ("remind", "escalate", "approve", "reject", "return", "go"),
    "run": ("go",),
    "parallel": ("remind", "escalate", "approve", "reject", "return", "go"),
    "wait": ("go",),
    "branch": ("remind", "escalate"),
}
"""What a timer of a step may do, by the `do` of the step."""


@frozen
class Due:
    """When a timer is due: `span` after its beginning, or at the time in `field`."""

    span: Span | None = None
    field: str = ""


@frozen
class Timer:
    """A timer of a step. `who` are asked by an escalation, `to` is where `return` and `go` lead; `every` repeats, `times` in all."""

    due: Due
    do: TimerDo
    who: tuple[Who, ...] = ()
    to: str = ""
    every: Span | None = None
    times: int = 1


@frozen(slots=False, eq=False)
class StateTimer:
    """A timer of a state: an action that is fired, or people who are told, counted from the entry or from the time in `since`."""

    due: Due
    since: str = ""
    action: str = ""
    notify: tuple[Notify, ...] = ()
    every: Span | None = None
    times: int = 1

    @property
    def wish(self) -> str:
        """When it is due and what it does then, in words that stay the same while the texts of its messages change."""
        return f"{self.due.span or self.due.field} {self.since} {self.action}"


def by_wish(timers: Sequence[StateTimer]) -> Mapping[str, StateTimer]:
    """The timers of a state by what they are known by as long as they say the same, wherever in the list they stand."""
    met: Counter[str] = Counter()
    found = {}
    for timer in timers:
        met[timer.wish] += 1
        found[f"{timer.wish} {met[timer.wish]}"] = timer
    return found


@frozen(slots=False, eq=False)
class ClockTimer:
    """An action that is fired, or people who are told, when a clock has counted `share` of its limit."""

    share: Decimal
    action: str = ""
    notify: tuple[Notify, ...] = ()


@frozen(slots=False, eq=False)
class Clock:
    """Working time that is counted while the record is in a state of `runs`, keeps standing in one of `pauses`, and stops elsewhere.

    `due`, `spent`, `breached` and `since` are the fields that it gives; `restart` begins anew whenever it was stopped.
    """

    name: str
    label: Text
    runs: frozenset[str]
    pauses: frozenset[str]
    limit: Formula
    calendar: str = ""
    restart: bool = False
    timers: tuple[ClockTimer, ...] = ()

    @property
    def due(self) -> str:
        """The field with the instant by which the limit is reached; blank while it does not run."""
        return f"{self.name}_due"

    @property
    def spent(self) -> str:
        """The field with the time counted until it began to run, or since it stands."""
        return f"{self.name}_spent"

    @property
    def breached(self) -> str:
        """The field that says whether the limit has been passed."""
        return f"{self.name}_breached"

    @property
    def since(self) -> str:
        """The field with the instant since which it runs; blank while it does not."""
        return f"{self.name}_since"
