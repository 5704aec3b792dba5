"""From a number back to the records behind it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import Forbidden
from engine.metadata import GroupBy, Report, ReportSource, Value
from engine.records import GroupOf, Inside, Query, behind
from engine.unit_of_work import View

from .compute import planned

Tokens = Mapping[int, str]
"""The keys of a number as an address has them, by the place of their dimension; a total leaves some out."""


def token_of(value: Value) -> str:
    """A key as an address has it."""
    return GroupOf(value, None, 0, {}, {}).token


def drilled(view: View, report: Report, source: ReportSource, given: Mapping[str, Value], keys: Tokens) -> Query:
    """The records of a source behind a number, as the reader may see them. Raises Forbidden, Invalid for keys that there cannot be."""
    counting = planned(view, report, given).countings[report.sources.index(source)]
    if counting is None:
        raise Forbidden
    insides = [Inside(GroupBy(key.path, key.step), keys[at]) for at, key in enumerate(source.keys) if at in keys]
    return behind(view, counting, insides)
