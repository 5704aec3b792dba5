"""What an analyst writes about tables: rows that belong to a record, with fields and a lifecycle of their own."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from .declared_fields import ValueDeclaration
from .declared_keys import FieldBase
from .declared_process import Action, Clock, LifecycleState
from .declared_rules import Check, RowAccess, Sealed
from .written import Declaration, FormulaText, Name, Names, OneOrMore


class RowLifecycle(Declaration, kw_only=True):
    """The states of the rows of a table and the actions that move them; the first state is the start."""

    states: Annotated[dict[Name, LifecycleState], Meta(min_length=1)]
    actions: dict[Name, Action] = {}
    clocks: dict[Name, Clock] = {}


class TableField(FieldBase, kw_only=True, tag="table"):
    """Child rows that belong to the record."""

    fields: Annotated[dict[Name, FieldDeclaration], Meta(min_length=1)]
    title: FormulaText | None = None
    checks: tuple[Check, ...] = ()
    unique: tuple[Names, ...] = ()
    index: tuple[Names, ...] = ()
    access: dict[Name, OneOrMore[RowAccess]] = {}
    sealed: Sealed | None = None
    lifecycle: RowLifecycle | None = None
    min: Annotated[int, Meta(ge=0)] | None = None
    max: Annotated[int, Meta(ge=1)] | None = None


FieldDeclaration = ValueDeclaration | TableField
"""A field of any type."""
