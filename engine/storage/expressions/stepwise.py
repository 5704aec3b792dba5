"""Conditions that must all hold, in their order: a database asks in the order that it likes, and some cannot be asked of every row."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, false

from engine.formula import Node

from .calculated import can_fail

Condition = ColumnElement[bool]


def all_of(items: Sequence[Node], conditions: Sequence[Condition]) -> Condition:
    """`conditions`, which say in SQL when `items` are true: whatever can fail is asked only where all before it are true.

    The others are also conditions of their own, for their indexes.
    """
    failing = [at for at, item in enumerate(items) if can_fail(item)]
    if not any(failing):
        return and_(*conditions)
    found, end = conditions[failing[-1]], failing[-1]
    for begin in [*reversed(failing[:-1]), 0]:
        if begin < end:
            found, end = case((and_(*conditions[begin:end]), found), else_=false()), begin
    return and_(*(condition for at, condition in enumerate(conditions) if at not in failing), found)
