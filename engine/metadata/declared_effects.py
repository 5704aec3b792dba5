"""What an analyst writes about things that happen by themselves: timers, the effects of actions and ends, automations."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from .declared_fields import ValueDeclaration
from .declared_rules import Retry
from .written import Declaration, FormulaText, Label, LiteralOrFormula, Name, Names, OneOrMore, Was

Way = Literal["inbox", "email", "chat"]


class Timer(Declaration, kw_only=True):
    """Something that happens when a step takes long: after a length of time, or at the time in a field."""

    after: str
    do: Literal["remind", "escalate", "approve", "reject", "return", "go"]
    to: OneOrMore[str] = ()
    every: str | None = None
    times: Annotated[int, Meta(ge=1, le=100)] | None = None


class Rows(Declaration, kw_only=True):
    """The records of an entity that an effect runs over, once for each."""

    entity: str
    where: FormulaText | None = None
    sort: Names = ()


class Create(Declaration, kw_only=True):
    """A record that is made: one, or one for each row of `from`."""

    entity: str
    when: FormulaText | None = None
    from_: str | Rows | None = msgspec.field(name="from", default=None)
    where: FormulaText | None = None
    set: dict[Name, LiteralOrFormula] = {}
    into: Name | None = None
    unless_open: Names = ()


class CallAction(Declaration, kw_only=True):
    """An action that is fired: on this record, on that behind `record`, or on each row of `from`."""

    action: Name
    when: FormulaText | None = None
    from_: str | Rows | None = msgspec.field(name="from", default=None)
    where: FormulaText | None = None
    record: FormulaText | None = None


class Outside(Declaration, kw_only=True):
    """A connector that is called after the commit: for this record, or for each row of `from`."""

    action: str
    with_: dict[Name, LiteralOrFormula] = msgspec.field(name="with", default_factory=dict)
    save: dict[Name, Name] = {}
    retry: Retry | None = None
    once: FormulaText | None = None
    when: FormulaText | None = None
    from_: str | Rows | None = msgspec.field(name="from", default=None)
    where: FormulaText | None = None


class Notify(Declaration, kw_only=True):
    """People who are told something."""

    who: OneOrMore[str]
    message: Label | None = None
    link: Name | None = None
    by: OneOrMore[Way] = ()
    when: FormulaText | None = None
    from_: str | Rows | None = msgspec.field(name="from", default=None)
    where: FormulaText | None = None


class Assign(Declaration, kw_only=True):
    """A person who is chosen for a field, by turns or by who has least to do."""

    field: Name
    among: OneOrMore[str]
    by: Literal["round_robin", "fewest_open", "random"] = "round_robin"
    where: FormulaText | None = None


class StateTimer(Declaration, kw_only=True):
    """Something that happens when a record stays in a state: an action, or people who are told."""

    after: str
    since: Name | None = None
    do: Name | None = None
    notify: OneOrMore[str | Notify] = ()
    every: str | None = None
    times: Annotated[int, Meta(ge=1, le=100)] | None = None


class ClockTimer(Declaration, kw_only=True):
    """Something that happens when a clock has counted a share of its limit: an action, or people who are told."""

    after: str
    do: Name | None = None
    notify: OneOrMore[str | Notify] = ()


class Effects(Declaration, kw_only=True):
    """What happens, in this order: values, a person, records made, actions fired, a workflow, calls, people told, a print."""

    set: dict[Name, LiteralOrFormula] = {}
    assign: Assign | None = None
    create: OneOrMore[Create] = ()
    call: OneOrMore[Name | CallAction] = ()
    start: Name | None = None
    run: OneOrMore[str | Outside] = ()
    notify: OneOrMore[str | Notify] = ()
    print: Name | None = None


class Effect(Effects, kw_only=True):
    """One thing that an automation does."""

    when: FormulaText | None = None


Word = Literal["text", "long_text", "integer", "decimal", "percent", "boolean", "date", "datetime", "email", "phone", "url"]
"""A type of a value of a message that needs no more than its name."""


class Trigger(Declaration, kw_only=True):
    """When an automation runs: when fields changed, a state was entered, a workflow ended, a message came, or at a time."""

    changed: Names = ()
    entered: OneOrMore[Name] = ()
    ended: Name | None = None
    message: str | None = None
    fields: dict[Name, ValueDeclaration | Word] = {}
    key: Name | None = None
    every: str | None = None
    cron: str | None = None


class Automation(Declaration, kw_only=True):
    """What happens by itself when something happens, or at a time."""

    automation: Name
    label: Label | None = None
    help: Label | None = None
    for_: str | None = msgspec.field(name="for", default=None)
    trigger: Literal["created", "deleted"] | Trigger
    from_: Rows | None = msgspec.field(name="from", default=None)
    match: dict[Name, LiteralOrFormula] = {}
    missing: Literal["error", "blank", "create"] | None = None
    when: FormulaText | None = None
    do: OneOrMore[Effect]
    repeat: Annotated[int, Meta(ge=1, le=10)] | None = None
    was: Was = ()
