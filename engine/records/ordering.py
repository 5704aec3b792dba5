"""The order of records: by what a list is grouped by, then by what it is sorted by; texts that are spoken stand as they are spoken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from engine.errors import Invalid, Problem, told_of
from engine.formula import Context, Formula, FormulaErrors, Names, as_compared, as_spelled, compile, is_spelled
from engine.metadata import SPELLING, Entity, GroupBy, Metadata, SortKey, Value
from engine.storage import Found, Order
from engine.unit_of_work import View

from .grouping import key_formula

Allowed = Callable[[Formula], Formula]
"""A formula reading only what the actor may read; raises Invalid."""


def order_of(view: View, entity: Entity, sort: Sequence[SortKey], by: GroupBy | None, allowed: Allowed) -> tuple[Order, ...]:
    """What records are put in order by. Raises Invalid."""
    with told_of("sort"):
        keys = [(sort_formula(view.metadata, entity.name, key.path), key.descending) for key in sort if key.path != "id"]
        placed = tuple(Order(_place(formula, allowed), descending) for formula, descending in keys)
    if by is None:
        return placed
    key = key_formula(view.metadata, entity, by)
    with told_of("group"):
        spoken = (Order(_place(key, allowed)),) if is_spelled(key) else ()
        return (*spoken, Order(allowed(key)), *placed)


def group_keys(view: View, entity: Entity, by: GroupBy, found: Sequence[Found]) -> list[Value]:
    """The keys of the groups that records stand in."""
    at = 1 if is_spelled(key_formula(view.metadata, entity, by)) else 0
    return [each.keys[at] for each in found]


@lru_cache(maxsize=2048)
def sort_formula(metadata: Metadata, entity: str, path: str) -> Formula:
    """The value of a field or path to sort by: in small letters where it ignores case. Raises Invalid."""
    try:
        return as_compared(compile(path, Names(this=entity), metadata.catalog, Context.MEASURE))
    except FormulaErrors as wrong:
        raise Invalid([Problem("sort", issue.code, issue.message) for issue in wrong.issues]) from None


def _place(formula: Formula, allowed: Allowed) -> Formula:
    return as_spelled(allowed(formula), SPELLING) if is_spelled(formula) else allowed(formula)
