"""What an analyst writes about work: the lifecycle of an entity, and workflows with their steps, routes and ends."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .declared_effects import ClockTimer, Effects, StateTimer, Timer
from .declared_fields import ValueDeclaration
from .declared_rules import Check, Guard, Retry
from .written import Declaration, FormulaText, Label, LiteralOrFormula, Name, Names, OneOrMore, Was


class LifecycleState(Declaration, kw_only=True):
    """A state of a lifecycle; `lock` makes the record read-only for people while it is in it."""

    label: Label | None = None
    color: str | None = None
    final: bool = False
    lock: bool = False
    timers: tuple[StateTimer, ...] = ()
    was: Was = ()


class Naming(Declaration, kw_only=True):
    """People who are picked by hand, or the heads above somebody: the two ways of naming people that need more than a word."""

    pick_by: str | None = None
    from_: OneOrMore[str] = msgspec.field(name="from", default=())
    min: Annotated[int, Meta(ge=1, le=100)] = 1
    max: Annotated[int, Meta(ge=1, le=100)] | None = None
    heads_of: str | None = None
    up_to: Annotated[int, Meta(ge=1, le=20)] | Literal["top"] | None = None


People = OneOrMore[str | Naming]
Movement = Literal[
    "return", "transfer", "delegate", "add_before", "add_after", "add_peer", "remove", "claim", "cc", "urge", "reclaim", "batch",
]  # fmt: skip


class Clock(Declaration, kw_only=True):
    """Working time that is counted over several states: it runs in some, pauses in others, and stands still in all the rest."""

    label: Label | None = None
    runs: Annotated[Names, Meta(min_length=1)]
    pauses: Names = ()
    limit: FormulaText
    calendar: Name | None = None
    restart: bool = False
    timers: tuple[ClockTimer, ...] = ()


class Action(Effects, kw_only=True):
    """What may be done with a record: from which states, by whom, under which conditions, with which effects."""

    label: Label | None = None
    help: Label | None = None
    from_: OneOrMore[Name] = msgspec.field(name="from", default="any")
    to: Name | None = None
    who: People = ()
    when: OneOrMore[Guard] = ()
    ask: Names | dict[Name, ValueDeclaration | Literal["required", "optional"]] = ()
    comment: Literal["required", "optional", "none"] = "none"
    was: Was = ()


class Lifecycle(Declaration, kw_only=True):
    """The states of a record and the actions that move it; the first state is the start."""

    lifecycle: Name
    label: Label | None = None
    for_: Name = msgspec.field(name="for")
    states: Annotated[dict[Name, LifecycleState], Meta(min_length=1)]
    actions: dict[Name, Action] = {}
    clocks: dict[Name, Clock] = {}
    was: Was = ()


class Route(Declaration, kw_only=True):
    """One line of a decision where to go next; the last line of a list has no `when`."""

    go: Name
    when: FormulaText | None = None
    say: Label | None = None


class Weights(Declaration, kw_only=True):
    """Votes that weigh differently: people to weight, and the sum that passes."""

    weights: dict[str, Annotated[int, Meta(ge=1, le=1_000_000)]]
    pass_: Annotated[int, Meta(ge=1)] = msgspec.field(name="pass")


class Step(Declaration, kw_only=True):
    """A step of a workflow: who does what, and where it goes from there when that is not the next step."""

    label: Label | None = None
    help: Label | None = None
    do: Literal["fill", "review", "run", "parallel"] | None = None
    who: People = ()
    agree: str | int | Weights | None = None
    except_: People = msgspec.field(name="except", default=())
    self_approval: bool = False
    if_nobody: People = ()
    edit: Names = ()
    hide: Names = ()
    must: Names = ()
    checks: tuple[Check, ...] = ()
    when: FormulaText | None = None
    then: dict[Name, OneOrMore[Route | Name]] = {}
    run: str | None = None
    with_: dict[Name, LiteralOrFormula] = msgspec.field(name="with", default_factory=dict)
    save: dict[Name, Name] = {}
    retry: Retry | None = None
    once: FormulaText | None = None
    comment: Literal["required", "on_reject", "none"] | None = None
    allow: tuple[Movement, ...] | None = None
    form: Name | None = None
    after_return: Literal["redo", "resume", "ask"] | None = None
    redo_if_changed: Names | None = None
    repeat_approver: Literal["ask", "skip_consecutive", "skip"] | None = None
    sign: bool = False
    print: Name | None = None
    cc: People = ()
    branches: dict[Name, Step] = {}
    steps: dict[Name, Step] = {}
    max_rounds: Annotated[int, Meta(ge=1, le=1000)] | None = None
    timers: tuple[Timer, ...] = ()
    was: Was = ()


class End(Effects, kw_only=True):
    """An end of a workflow: what follows from it, and whether the record stays locked."""

    label: Label | None = None
    lock: bool = False
    was: Was = ()


class Workflow(Declaration, kw_only=True):
    """Steps read top to bottom are the happy path; detours are reached only by name; the first end is success."""

    workflow: Name
    label: Label | None = None
    help: Label | None = None
    for_: Name = msgspec.field(name="for")
    starters: People
    admin: People
    calendar: Name | None = None
    withdraw: Literal["never", "before_first_decision", "any_time"] = "before_first_decision"
    defaults: Step = Step()
    steps: Annotated[dict[Name, Step], Meta(min_length=1)]
    detours: dict[Name, Step] = {}
    ends: Annotated[dict[Name, End], Meta(min_length=1)]
    was: Was = ()
