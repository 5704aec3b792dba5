"""From a number back to the records behind it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.metadata import GroupBy, Report, Value
from engine.records import GroupOf, Inside, Query, behind
from engine.unit_of_work import View

from .compute import planned

Tokens = Mapping[int, str]
"""The keys of a number as an address has them, by the place of their dimension; a total leaves some out."""


def token_of(value: Value) -> str:
    """A key as an address has it."""
    return GroupOf(value, None, 0, {}, {}).token


def drilled(view: View, report: Report, given: Mapping[str, Value], keys: Tokens) -> Query:
    """The records behind a number, as the reader may see them. Raises Forbidden, Invalid for keys that there cannot be."""
    plan = planned(view, report, given)
    dimensions = report.dimensions
    insides = [Inside(GroupBy(dimensions[at].path, dimensions[at].step), token) for at, token in keys.items() if at < len(dimensions)]
    return behind(view, plan.counting, insides)
