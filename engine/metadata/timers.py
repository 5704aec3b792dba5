"""Timers, compiled: when something happens by itself, and what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer is due: `span` after its beginning, or at the time in `field`."""

    span: Span | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer of a step. `who` are asked by an escalation, `to` is where `return` and `go` lead; `every` repeats, `times` in all."""

    due: Due
    do: TimerDo
    who: tuple[Who, ...] = ()
    to: str = ""
    every: Span | None = None
    times: int = 1


@dataclass(frozen=True, eq=False)
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
