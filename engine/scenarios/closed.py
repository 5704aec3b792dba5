"""Expectations about what a person knows nothing of, and about the documents around a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.access import SYSTEM
from engine.errors import Invalid
from engine.formula import FormulaErrors
from engine.metadata import GroupBy
from engine.records import Query, chain, fetch, find, groups, load, search
from engine.unit_of_work import View

from .model import Expectation
from .values import record_of
from .world import World


def blind(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """`blind: ENTITY` `as` somebody `to: [fields]` of a `record`: refused, or answered as if these were blank."""
    entity, number = record_of(world, view, str(expectation.keys["record"]))
    for name in expectation.named("to"):
        if _answers(lambda name=name: find(view, Query(entity, typed=(f"{name} <> null",), ids=(number,))).records):  # type: ignore[misc]
            yield f"{name} can be filtered by"
        if _answers(lambda name=name: _grouped(view, entity, number, name)):  # type: ignore[misc]
            yield f"{name} can be grouped by"
        if name in load(view, entity, number).values:
            yield f"{name} is shown and exported"
        words = fetch(view.seen_by(SYSTEM), entity, number).get(name)
        if isinstance(words, str) and any(record.id == number for hits in search(view, words, among=[entity]) for record in hits.records):
            yield f"{name} can be searched"


def _answers(ask: Callable[[], object]) -> bool:
    """Whether something is told; a question that is refused tells nothing."""
    try:
        return bool(ask())
    except (Invalid, FormulaErrors):
        return False


def _grouped(view: View, entity: str, number: int, name: str) -> bool:
    found = groups(view, Query(entity, ids=(number,)), GroupBy(name)).groups
    return any(group.value is not None for group in found)


def chained(world: World, view: View, expectation: Expectation) -> Iterator[str]:
    """`chain: RECORD` `has: [records]`: these stand among what it came from and what came of it."""
    entity, number = record_of(world, view, str(expectation.target))
    around = chain(view, load(view, entity, number))
    found = {(linked.record.entity, linked.record.id) for linked in (*around.before, *around.after)}
    for name in expectation.named("has"):
        if record_of(world, view, name) not in found:
            yield f"the chain of {expectation.target} does not hold {name}"
