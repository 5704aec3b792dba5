"""Workflows, compiled: steps in order, detours, ends, and where each outcome leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from engine.errors import Text
from engine.formula import Formula, Wording, paths_of
from engine.frozen import frozen

from .effects import NO_EFFECTS, Effects
from .links import Given
from .model import Check
from .people import Who
from .timers import Timer

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "fill": ("submit",),
    "review": ("approve", "reject", "return"),
    "run": ("ok", "failed"),
    "parallel": ("approve", "reject", "return"),
}
"""What may come out of a step, by its `do`; the first is its success."""


@frozen
class Route:
    """One line of a decision: the first whose `when` holds is taken; the last has none. `resumes` leads back to who returned it."""

    go: str
    when: Formula | None = None
    say: Wording | None = None
    resumes: bool = False


@frozen
class Agree:
    """Whose approval decides: any one, all, one after the other, so many (`count`), a `share` of 1, or a sum of weights.

    `need` is that number; with `weight` each person votes with the weight of the first expression that names them.
    """

    kind: Literal["any", "all", "in_order", "count", "share", "weight"] = "any"
    need: Decimal = Decimal(0)
    weights: tuple[tuple[Who, Decimal], ...] = ()


@frozen
class Sheet:
    """What each person of a step files: one row of `entity`, whose field `link` leads to the record."""

    entity: str
    link: str


@frozen(slots=False, eq=False)
class Branch:
    """One of several ways through a parallel step; its steps are done in order, unless `when` says that it is left out."""

    name: str
    label: Text
    steps: tuple[Step, ...]
    when: Formula | None = None


@frozen
class Call:
    """What a `run` step calls: `connector.action`, the inputs, which answers go into which fields, and how often it is tried.

    `once` is the key by which the other side knows that it was asked before; else this visit of the step is.
    """

    connector: str
    action: str
    inputs: Mapping[str, Given] = field(default_factory=dict)
    save: Mapping[str, str] = field(default_factory=dict)
    times: int = 3
    wait_seconds: int = 60
    once: Formula | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of the record that are sent along."""
        return paths_of(given.formula for given in self.inputs.values() if given.formula is not None)


@frozen(slots=False, eq=False)
class Step:
    """A step. `then` maps each outcome to its routes (defaults filled in); `returns` are the steps a review may return to.

    A step inside a branch is called `block.branch` (or `block.branch.step`), and knows its `block` and `branch`. `watched` are the
    fields whose change forces what was decided to be decided again; None: those that the steps in question depend on.
    """

    name: str
    label: Text
    do: Literal["fill", "review", "run", "parallel"]
    help: Text = field(default_factory=dict)
    who: tuple[Who, ...] = ()
    agree: Agree = Agree()
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
    allow: frozenset[str] = frozenset()
    sheet: Sheet | None = None
    after_return: Literal["redo", "resume", "ask"] = "redo"
    watched: frozenset[str] | None = None
    repeat_approver: Literal["ask", "skip_consecutive", "skip"] = "ask"
    sign: bool = False
    print: str | None = None
    cc: tuple[Who, ...] = ()
    branches: tuple[Branch, ...] = ()
    block: str = ""
    branch: str = ""

    @property
    def success(self) -> str:
        """What comes out of it when all goes well."""
        return OUTCOMES[self.do][0]


@frozen
class End:
    """An end of a workflow, and what follows from it."""

    name: str
    label: Text
    effects: Effects = NO_EFFECTS
    lock: bool = False


USUAL_ENDS: Mapping[str, dict[str, str]] = {
    "approved": {"en": "Approved", "zh": "已通过"},
    "rejected": {"en": "Rejected", "zh": "已驳回"},
    "withdrawn": {"en": "Withdrawn", "zh": "已撤回"},
    "cancelled": {"en": "Cancelled", "zh": "已取消"},
}
"""The words of ends that go without a label of their own."""
BUILT_IN_ENDS = ("withdrawn", "cancelled")
"""The ends of every workflow, which people bring about whatever its routes."""


@frozen(slots=False, eq=False)
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
    def inner(self) -> Mapping[str, Step]:
        """The steps inside the branches of parallel steps."""
        return {step.name: step for block in self.steps.values() for branch in block.branches for step in branch.steps}

    @cached_property
    def all_steps(self) -> tuple[Step, ...]:
        """All steps, those inside branches among them."""
        return (*self.steps.values(), *self.inner.values())

    def step(self, name: str) -> Step:
        """A step by its name, also one inside a branch. Raises KeyError."""
        return self.steps.get(name) or self.inner[name]

    def has(self, name: str) -> bool:
        """Whether this is the name of a step."""
        return name in self.steps or name in self.inner

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The names of the happy path, in order."""
        return tuple(s.name for s in self.steps.values() if not s.detour)

    @property
    def success(self) -> str:
        """The end that the last step leads to."""
        return next(iter(self.ends))
