"""Workflows, compiled: steps in order, detours, ends, and where each outcome leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from engine.errors import Text
from engine.formula import Formula, Wording

from .model import Check, Given
from .people import Who
from .timers import Timer

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "fill": ("submit",),
    "review": ("approve", "reject", "return"),
    "run": ("ok", "failed"),
}
"""What may come out of a step, by its `do`; the first is its success."""


@dataclass(frozen=True, slots=True)
class Route:
    """One line of a decision: the first whose `when` holds is taken; the last has none."""

    go: str
    when: Formula | None = None
    say: Wording | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a `run` step calls: `connector.action`, the inputs, which answers go into which fields, and how often it is tried."""

    connector: str
    action: str
    inputs: Mapping[str, Given] = field(default_factory=dict)
    save: Mapping[str, str] = field(default_factory=dict)
    times: int = 3
    wait_seconds: int = 60


@dataclass(frozen=True, eq=False)
class Step:
    """A step. `then` maps each outcome to its routes (defaults filled in); `returns` are the steps a review may return to."""

    name: str
    label: Text
    do: Literal["fill", "review", "run"]
    help: Text = field(default_factory=dict)
    who: tuple[Who, ...] = ()
    agree: Literal["any", "all"] = "any"
    excluded: tuple[Who, ...] = ()
    self_approval: bool = False
    if_nobody: tuple[Who, ...] = ()
    edit: frozenset[str] = frozenset()
    hide: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()
    checks: tuple[Check, ...] = ()
    when: Formula | None = None
    then: Mapping[str, tuple[Route, ...]] = field(default_factory=dict)
    returns: tuple[str, ...] = ()
    call: Call | None = None
    comment: Literal["required", "on_reject", "none"] = "on_reject"
    timers: tuple[Timer, ...] = ()
    max_rounds: int = 20
    detour: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """An end of a workflow; `call` is the action of the record's lifecycle that it fires."""

    name: str
    label: Text
    call: str | None = None
    lock: bool = False


@dataclass(frozen=True, eq=False)
class Workflow:
    """The steps that an entity's records go through; `steps` holds the happy path first, then the detours."""

    name: str
    label: Text
    entity: str
    starters: tuple[Who, ...]
    admin: tuple[Who, ...]
    steps: Mapping[str, Step]
    ends: Mapping[str, End]
    help: Text = field(default_factory=dict)
    calendar: str = ""
    withdraw: Literal["never", "before_first_decision", "any_time"] = "before_first_decision"

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The names of the happy path, in order."""
        return tuple(s.name for s in self.steps.values() if not s.detour)

    @property
    def success(self) -> str:
        """The end that the last step leads to."""
        return next(iter(self.ends))
