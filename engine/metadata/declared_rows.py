"""What an analyst writes about the rows of a table: a lifecycle of their own."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from .declared_rules import Guard
from .written import Declaration, Label, LiteralOrFormula, Name, OneOrMore, Was


class RowState(Declaration, kw_only=True):
    """A state of a row."""

    label: Label | None = None
    color: str | None = None
    final: bool = False
    was: Was = ()


class RowAction(Declaration, kw_only=True):
    """What may be done with a row: from which states, by whom, under which conditions, and what it sets in the row."""

    label: Label | None = None
    help: Label | None = None
    from_: OneOrMore[Name] = msgspec.field(name="from", default="any")
    to: Name | None = None
    who: OneOrMore[str] = ()
    when: OneOrMore[Guard] = ()
    set: dict[Name, LiteralOrFormula] = {}


class RowLifecycle(Declaration, kw_only=True):
    """The states of the rows of a table and the actions that move them; the first state is the start."""

    states: Annotated[dict[Name, RowState], Meta(min_length=1)]
    actions: dict[Name, RowAction] = {}
